"""A course whose lessons do not go together, checks that find it, and a model that answers as a test says."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from course_editor.checks.lesson_texts import LessonText
from course_editor.edit_answer import EditRequest, PassageEdits
from course_kit.brief.course_brief import CourseBrief
from course_kit.errors import TextRejected
from course_kit.model.drafts import current_unit
from course_kit.model.model_provider import Decision
from course_kit.records.editing import Finding, FindingKind, Findings, FindingState, LessonEdits, Passage
from course_kit.records.editing_manifest import EditingManifest
from course_kit.records.manifest import ModuleManifest
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.provenance import authors_provenance
from course_kit.text.lesson_references import dead_references
from course_kit.usage import Usage
from course_kit.work.model_step import ModelStep
from tests.support.book_project import EVENT, lesson_key, save_module
from tests.support.step_calls import StepCall

OUTLINE = """
course: {title: Databases, language: en}
modules:
- title: Rows
  lessons: [{title: Versions}, {title: Tables}]
- title: Indexes
  lessons: [{title: Trees}]
"""
REPEATED = (
    "A row version is a copy of a row that one transaction has written. Old versions stay until nobody can see them, "
    "and then the vacuum removes them from the table."
)
CLUMSY = "Every widget of the plan reads its own rows, and each widget says how many it has found in its table."
ALSO_CLUMSY = "A leaf of the tree is a widget as well, though it holds no rows of its own and only points to them."
SHORT = "Row versions and the vacuum are explained in [[1.1]]."
EDITING = {**EVENT, "editing": "apply", "edit_max_calls": 10}
USAGE = Usage(model_calls=1, input_tokens=100, output_tokens=50)

LESSONS = {
    (1, 1): f"# Versions\n\nAn introduction of its own.\n\n{REPEATED}\n\n## Cost\n\nThe first lesson ends here.\n",
    (1, 2): f"# Tables\n\n{CLUMSY}\n\n```sql\nSELECT 1;\n```\n\nThe second lesson ends here.\n",
    (2, 1): f"# Trees\n\nA tree has leaves.\n\n{REPEATED}\n\nThe third lesson ends here.\n",
}


def save_course(store: ArtefactStore, lessons: dict[tuple[int, int], str] | None = None) -> None:
    """Save a course of three lessons, which are the pipeline's."""
    lessons = {**LESSONS, **(lessons or {})}
    store.write("p/outline.yaml", OUTLINE, content_type="application/yaml", replacing=store.find("p/outline.yaml"))
    save_module(store, 1, [lessons[1, 1], lessons[1, 2]])
    save_module(store, 2, [lessons[2, 1]])
    for number in (1, 2):
        key = f"p/manifests/module-{number:02d}.json"
        store.update(key, ModuleManifest, lambda manifest: manifest.model_copy(update={"figures": {}}))
    for (module, lesson), text in lessons.items():
        key = lesson_key(module, lesson)
        store.write(key, text, content_type="text/markdown", replacing=store.find(key), fingerprint="f")


def author_writes(store: ArtefactStore, module: int, lesson: int, text: str) -> None:
    """Save a lesson as its author does."""
    key = lesson_key(module, lesson)
    store.write(key, text, content_type="x", replacing=store.find(key), metadata=authors_provenance("Ana"))


def plain_findings(lessons: Sequence[LessonText], brief: CourseBrief | None, language: str) -> list[Finding]:
    """Find paragraphs that stand twice to the letter, the word *widget*, and dead references."""
    return [*_repeated(lessons), *_widgets(lessons), *_dead(lessons)]


def _repeated(lessons: Sequence[LessonText]) -> Iterator[Finding]:
    places: dict[str, list[Passage]] = defaultdict(list)
    for lesson in lessons:
        for block in lesson.blocks:
            if len(block.source.split()) > 15:
                places[block.source].append(lesson.passage(block))
    for text, passages in places.items():
        if len(passages) > 1:
            yield Finding(kind=FindingKind.REPEATED_PASSAGE, about=" ".join(text.split()[:5]), passages=tuple(passages))


def _widgets(lessons: Sequence[LessonText]) -> Iterator[Finding]:
    for lesson in lessons:
        for block in lesson.blocks:
            if re.search(r"\bwidget\b", block.source):
                passages = (lesson.passage(block),)
                yield Finding(kind=FindingKind.AVOIDED_WORD, about="widget", expected="node", passages=passages)


def _dead(lessons: Sequence[LessonText]) -> Iterator[Finding]:
    known = {lesson.lesson for lesson in lessons}
    for lesson in lessons:
        for block in lesson.blocks:
            for dead in dead_references(block.source, known):
                about = block.source[dead.start : dead.end]
                yield Finding(kind=FindingKind.DEAD_REFERENCE, about=about, passages=(lesson.passage(block),))


Answer = list[dict[str, str]] | Exception


def editing_well(request: EditRequest) -> Answer:
    """Answer as a good editor does: all but the first of equal passages go, and nodes are called nodes."""
    edits = []
    for problem in request.problems:
        ids = problem.passages[1:] if problem.kind is FindingKind.REPEATED_PASSAGE else problem.passages
        for passage in request.passages:
            if passage.passage in ids and passage.may_change:
                text = SHORT if len(problem.passages) > 1 else passage.text.replace("widget", "node")
                edits.append({"passage": passage.passage, "text": text, "reason": "It was said before"})
    return edits or TextRejected("there is nothing to change")


def only(kind: FindingKind, answer: Callable[[EditRequest], Answer]) -> Callable[[EditRequest], Answer]:
    """Answer requests about a kind of finding like this, and no other."""

    def answered(request: EditRequest) -> Answer:
        if any(problem.kind is kind for problem in request.problems):
            return answer(request)
        return TextRejected("no answer")

    return answered


def in_place_of_the_repeated(text: str) -> Callable[[EditRequest], Answer]:
    """Answer with this text in place of the second of the passages that say the same."""

    def answer(request: EditRequest) -> Answer:
        return [{"passage": request.problems[0].passages[1], "text": text, "reason": "It was said before"}]

    return only(FindingKind.REPEATED_PASSAGE, answer)


def in_place_of_the_clumsy(text: str) -> Callable[[EditRequest], Answer]:
    """Answer with this text in place of the passage with the word *widget*."""

    def answer(request: EditRequest) -> Answer:
        return [{"passage": request.problems[0].passages[0], "text": text, "reason": "A better word"}]

    return only(FindingKind.AVOIDED_WORD, answer)


@dataclass
class ScriptedEditor:
    """A model of replacements; each call is paid for."""

    answer: Callable[[EditRequest], Answer] = editing_well
    requests: list[EditRequest] = field(default_factory=list)
    systems: list[str] = field(default_factory=list)
    max_tokens: list[int] = field(default_factory=list)

    async def decide(
        self, prompt: str, shape: type[PassageEdits], *, system: str, max_tokens: int
    ) -> Decision[PassageEdits]:
        """Answer a request."""
        data = prompt.split("<edit_request>")[1].split("</edit_request>", maxsplit=1)[0]
        request = EditRequest.model_validate(json.loads(data))
        self.requests.append(request)
        self.systems.append(system)
        self.max_tokens.append(max_tokens)
        unit = current_unit()
        answer = self.answer(request)
        if isinstance(answer, Exception):
            raise answer
        if unit:
            unit.pay(USAGE)
        return Decision(shape.model_validate({"edits": answer}), USAGE)


def scripted(monkeypatch: pytest.MonkeyPatch) -> ScriptedEditor:
    """Let steps ask a scripted editor, and find with plain checks."""
    editor = ScriptedEditor()
    monkeypatch.setattr(ModelStep, "short_model", property(lambda _: editor))
    monkeypatch.setattr("course_editor.edited_course.findings_of", plain_findings)
    return editor


def findings_in(store: ArtefactStore) -> Findings:
    """Return the stored findings."""
    found = store.read_model("p/review/findings.json", Findings)
    assert found is not None
    return found


def edits_of(store: ArtefactStore, module: int, lesson: int) -> LessonEdits | None:
    """Return the stored replacements of a lesson."""
    return store.read_model(f"p/edits/{module:02d}-{lesson:02d}.json", LessonEdits)


def texts_put(store: ArtefactStore, module: int, lesson: int) -> list[str]:
    """Return what the stored replacements of a lesson put into it."""
    edits = edits_of(store, module, lesson)
    assert edits is not None
    return [one.put for one in edits.replacements]


def counts_of(step: StepCall, event: dict[str, Any], context: Any) -> dict[str, int]:
    """Return the counts in a step's result."""
    counts: dict[str, int] = step(event, context)["counts"]
    return counts


def why_open(store: ArtefactStore, kind: FindingKind) -> str:
    """Return why the first finding of a kind is open."""
    found = next(finding for finding in findings_in(store).findings if finding.kind is kind)
    assert found.state is FindingState.OPEN
    return found.why_open


def manifest_of(store: ArtefactStore) -> EditingManifest:
    """Return what a run tells of its editing."""
    manifest = store.read_model("p/manifests/editing.json", EditingManifest)
    assert manifest is not None
    return manifest


class Killed(BaseException):
    """The function is gone in the middle of its work."""
