"""What was made of a lesson follows it into another module: every object gets the key of its new place.

Text, study parts, visuals and figures stay as they are; only the numbers of their place in them change. Versions of
before stay under the former keys.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from course_kit.outline.moved_lessons import LessonPlace, MovedLesson
from course_kit.records.manifest import ModuleManifest, StudyManifest
from course_kit.records.written import Written, is_authors
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_keys import ProjectKeys, visual_of
from course_kit.store.artefact_store import ArtefactStore, own_metadata
from course_kit.store.ids import LessonId, VisualId
from course_kit.store.provenance import as_authors
from course_kit.work.wanted import is_legacy

_AT_ONCE = 8
# A tag as writers, and authors in their own way, write it.
_TAG = re.compile(rb"(\[\s*VISUAL\s*(?::|\xef\xbc\x9a)\s*)(\d{2,3}-\d{2,3}-\d{4})", re.IGNORECASE)
_VISUAL_FIELD = re.compile(rb'("visual_id"\s*:\s*")(\d{2,3}-\d{2,3}-\d{4})')
_MODULE_FIELD, _LESSON_FIELD = (re.compile(rb'("%s_number"\s*:\s*)\d+' % name) for name in (b"module", b"lesson"))
_CONTENT_TYPES = {
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
    "png": "image/png",
    "svg": "image/svg+xml",
}


def copy_moved_lessons(store: ArtefactStore, keys: ProjectKeys, moved: Iterable[MovedLesson]) -> list[Artefact]:
    """Copy all that was made of these lessons to its new place, and return the former objects.

    Those are for `remove_moved_lessons`, once the project's record knows the new places: a run that ends before has
    lost nothing. Safe to repeat: what is in its new place already stays there.

    Raises ``ArtefactConflict`` when another execution has written one of the new keys meanwhile.
    """
    with ThreadPoolExecutor(_AT_ONCE) as movers:
        copied = movers.map(lambda lesson: list(_Move(store, keys, lesson.before, lesson.after).copy()), moved)
        return [former for formers in copied for former in formers]


def remove_moved_lessons(store: ArtefactStore, formers: Iterable[Artefact]) -> None:
    """Remove what `copy_moved_lessons` has copied, unless it was edited since; the bucket keeps its versions."""

    def remove(copied: Artefact) -> None:
        if (stored := store.find(copied.key)) and stored.etag == copied.etag:
            store.delete(copied.key)

    with ThreadPoolExecutor(_AT_ONCE) as removers:
        for _ in removers.map(remove, formers):
            continue


@dataclass(frozen=True)
class _Move:
    """The move of one lesson."""

    store: ArtefactStore
    keys: ProjectKeys
    before: LessonPlace
    after: LessonPlace

    def copy(self) -> Iterator[Artefact]:
        module, keys = self.before.lesson_id.module, self.keys
        theory = self.store.read_model(keys.manifest(module), ModuleManifest)
        study = self.store.read_model(keys.study_manifest(module), StudyManifest)
        known = {**(theory.written if theory else {}), **(study.written if study else {})}
        for former, new in [*self._written(), *self._drawn()]:
            if copied := self._copy(former, new, known.get(former)):
                yield copied

    def _written(self) -> Iterator[tuple[str, str]]:
        former, new = self.before.lesson_id, self.after.lesson_id
        yield self.keys.study(former.module, former.lesson), self.keys.study(new.module, new.lesson)
        yield (
            self.keys.lesson(former.module, former.lesson, self.before.title),
            self.keys.lesson(new.module, new.lesson, self.after.title),
        )

    def _drawn(self) -> Iterator[tuple[str, str]]:
        """Yield former and new keys of plans and figures, whose names begin with the visual's id."""
        former = self.before.lesson_id
        for prefix in (
            self.keys.prompts_of_lesson(former.module, former.lesson),
            self.keys.images_of_lesson(former.module, former.lesson),
        ):
            for key in list(self.store.keys(prefix)):
                if visual := visual_of(key):
                    folder, _, name = key.rpartition("/")
                    rest = name.removeprefix(str(visual))
                    yield key, f"{folder}/{VisualId(*self._place, visual.position)}{rest}"

    def _copy(self, former: str, new: str, known: Written | None) -> Artefact | None:
        """Copy one object and return it as it was; None for one that is not in its new place."""
        stored, body = self._content(former)
        if stored is None:
            return None
        is_made_by_author = is_authors(stored, known)
        if is_legacy(stored):
            # An earlier version of the pipeline wrote it; what was asked for then, only the manifest knows.
            fingerprint, shape = (known.fingerprint, known.shape) if known else ("", "")
            if not fingerprint:
                return None
        else:
            fingerprint, shape = stored.fingerprint, stored.shape
        if self.store.find(new) is None:
            metadata = own_metadata(stored)
            self.store.write(
                new,
                self._renumbered(former, body),
                content_type=_CONTENT_TYPES[former.rpartition(".")[2]],
                replacing=None,
                fingerprint=fingerprint,
                shape=shape,
                metadata=as_authors(metadata) if is_made_by_author else metadata,
                is_made=False,
            )
        return stored

    def _content(self, key: str) -> tuple[Artefact | None, bytes]:
        """Return an object with its body, read again if its author saves it meanwhile."""
        while True:
            stored, body = self.store.find(key), self.store.read(key)
            if stored is None or body is None:
                return None, b""
            if hashlib.sha256(body).hexdigest() == stored.sha256:
                return stored, body

    def _renumbered(self, key: str, body: bytes) -> bytes:
        if key.endswith(".md"):
            return _TAG.sub(self._with_new_id, body)
        if key.startswith(self.keys.prompts()):
            return _VISUAL_FIELD.sub(self._with_new_id, body)
        if key.endswith(".json"):
            module, lesson = (rb"\g<1>%d" % number for number in self._place)
            return _LESSON_FIELD.sub(lesson, _MODULE_FIELD.sub(module, body, count=1), count=1)
        return body

    def _with_new_id(self, match: re.Match[bytes]) -> bytes:
        visual = VisualId.parse(match[2].decode())
        if LessonId(visual.module, visual.lesson) != self.before.lesson_id:
            return match[0]
        return match[1] + str(VisualId(*self._place, visual.position)).encode()

    @property
    def _place(self) -> tuple[int, int]:
        return self.after.lesson_id.module, self.after.lesson_id.lesson
