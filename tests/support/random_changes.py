"""Random changes of a course: by its author in the outline and in the bucket, and by whoever deploys."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
import yaml

from tests.support.course_runs import CourseRuns, without_places
from tests.support.own_pictures import picture

WORDS = ("Alder", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Larch", "Maple", "Oak", "Pine", "Rowan", "Yew")
PROMPTS = ("content_gen", "study_writer", "visual_planner", "lab_planner", "lab_writer")
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="20"><rect width="9" height="9" fill="red"/></svg>'

Part = dict[str, Any]


@dataclass
class RandomChanges:
    """A course that changes at random; the same seed gives the same changes."""

    course: CourseRuns
    monkeypatch: pytest.MonkeyPatch
    random: Random
    told: list[str] = field(default_factory=list)
    """The changes so far, in words."""
    mine: dict[str, bytes] = field(default_factory=dict)
    """What the author has put under each key, until the author removes it or has it replaced."""
    _earlier_outlines: list[str] = field(default_factory=list)
    _before: dict[str, bytes] = field(default_factory=dict)
    """What was there before the first edit of each key."""
    _deployed: int = 0

    def change_some(self) -> None:
        """Make up to three changes."""
        for _ in range(self.random.randrange(1, 4)):
            self._change()

    @contextmanager
    def told_at_failure(self) -> Iterator[None]:
        """Add the changes so far to what fails in this block."""
        try:
            yield
        except BaseException as error:
            error.add_note("\n".join(self.told))
            raise

    def _change(self) -> None:
        change = self.random.choice(
            [*[self._outline] * 4, *[self._edit] * 4, self._undo, self._deploy, self._remove, self._restore_outline]
        )
        change()

    def _say(self, what: str) -> None:
        self.told.append(what)

    def _word(self) -> str:
        return f"{self.random.choice(WORDS)} {self.random.randrange(90)}"

    def _outline(self) -> None:
        outline = yaml.safe_load(self.course.outline)
        module = self.random.choice(outline["modules"])
        lesson = self.random.choice(module["lessons"])
        changes: dict[str, Callable[[], object]] = {
            "rename lesson": lambda: lesson.update(title=self._word()),
            "rename module": lambda: module.update(title=self._word()),
            "topic added": lambda: lesson["topics"].append(self._word()),
            "minutes": lambda: lesson.update(duration_minutes=self.random.choice([10, 15, 16, 30])),
            "lesson added": lambda: module["lessons"].insert(self.random.randrange(3), self._new_lesson()),
            "lesson removed": lambda: len(module["lessons"]) > 1 and module["lessons"].remove(lesson),
            "lesson moved": lambda: self._move_lesson(outline["modules"], module, lesson),
            "lessons shuffled": lambda: self.random.shuffle(module["lessons"]),
            "modules shuffled": lambda: self.random.shuffle(outline["modules"]),
            "course renamed": lambda: outline["course"].update(title=self._word()),
            "audience": lambda: outline["course"].update(audience=[self._word()]),
            "id": lambda: lesson.setdefault("id", self._word().replace(" ", "-")),
            "lab added": lambda: lesson.setdefault("labs", []).append({"title": self._word()}),
            "lab removed": lambda: lesson.get("labs") and lesson["labs"].pop(0),
            "lab described": lambda: [lab.update(description=self._word()) for lab in lesson.get("labs", [])[:1]],
        }
        name = self.random.choice(list(changes))
        changes[name]()
        self._say(f"outline: {name} ({module['title']}, {lesson['title']})")
        self._take(yaml.safe_dump(outline, sort_keys=False))

    def _move_lesson(self, modules: list[Part], module: Part, lesson: Part) -> None:
        # Labs do not move with a lesson.
        if len(module["lessons"]) > 1 and not lesson.get("labs"):
            module["lessons"].remove(lesson)
            self.random.choice([other for other in modules if other is not module])["lessons"].append(lesson)

    def _new_lesson(self) -> dict[str, object]:
        return {"title": self._word(), "duration_minutes": 15, "topics": [self._word()]}

    def _take(self, outline: str) -> None:
        self._earlier_outlines.append(self.course.outline)
        self.course.outline = outline

    def _restore_outline(self) -> None:
        if self._earlier_outlines:
            self._say("outline: an earlier one")
            self._take(self.random.choice(self._earlier_outlines))

    def _deploy(self) -> None:
        self._deployed += 1
        if self.random.random() < 1 / 2:
            module = self.random.choice(PROMPTS)
            self.monkeypatch.setattr(f"{module}.wanted.PROMPT_VERSION", f"version-{self._deployed % 3}")
            self._say(f"prompt of {module}")
        else:
            model = f"coursewright.offline-author-v{1 + self._deployed % 2}"
            self.monkeypatch.setenv("OPENAI_TEXT_MODEL_ID", model)
            self._say(f"model {model}")

    def _artefacts(self) -> list[str]:
        return sorted(self.course.bodies())

    def _edit(self) -> None:
        if keys := self._artefacts():
            key = self.random.choice(keys)
            before = self.course.store.read(key) or b""
            body = self._edited(key, before)
            self._before.setdefault(key, before)
            keeps = self.random.random() < 1 / 2
            self.course.put(key, body, keeps_metadata=keeps)
            self.mine[key] = body
            self._say(f"edit {key} ({'metadata kept' if keeps else 'metadata lost'})")

    def _undo(self) -> None:
        """Put back what was there before an edit, in a program that drops metadata."""
        if self._before:
            key = self.random.choice(sorted(self._before))
            self.course.put(key, self._before.pop(key), keeps_metadata=False)
            self.mine.pop(key, None)
            self._say(f"undo the edits of {key}")

    def _edited(self, key: str, body: bytes) -> bytes:
        if key.endswith(".md"):
            tag = f"\n[VISUAL: {self._word()}]\n" if "/lessons/" in key and self.random.random() < 1 / 3 else ""
            return body + f"\nMy own {self._word()}.\n{tag}".encode()
        if key.endswith(".png"):
            return picture("PNG", 50 + self.random.randrange(90), 30)
        if key.endswith(".svg"):
            return _SVG.format(50 + self.random.randrange(90)).encode()
        content = json.loads(body)
        if "/study/" in key:
            content["key_points"] = [f"My own {self._word()}"]
        elif "/prompts/" in key:
            content["source"] = f'flowchart LR\n  a["{self._word()}"]'
        else:
            for lab in content["labs"]:
                lab["environment"] = self._word()
        return json.dumps(content).encode()

    def _remove(self) -> None:
        if keys := self._artefacts():
            key = self.random.choice(keys)
            self.course.store.delete(key)
            self.mine.pop(key, None)
            self._say(f"remove {key}")

    def follow(self, moved: Mapping[str, str]) -> None:
        """Take what lies under a key of before to be under its new one, with the numbers of its new place."""
        for former, new in moved.items():
            if former in self.mine:
                self.mine[new] = self.course.store.read(new) or b""
                assert without_places(self.mine[new]) == without_places(self.mine.pop(former)), new
            # Its numbers are others, so that the earlier content is none to put back.
            self._before.pop(former, None)

    def targets(self, ids: Sequence[str]) -> list[str]:
        """Return what a run is told to make again, also of these visuals and labs; mostly nothing."""
        if self.random.random() < 2 / 3:
            return []
        outline = yaml.safe_load(self.course.outline)
        module = self.random.randrange(len(outline["modules"]))
        lesson = self.random.randrange(len(outline["modules"][module]["lessons"]))
        place = f"{module + 1}.{lesson + 1}"
        targets = ["stale", str(module + 1), place, f"{place}/study", *([self.random.choice(ids)] if ids else [])]
        return [self.random.choice(targets)]
