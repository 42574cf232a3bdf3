"""What was made of a lesson follows it into another module: every object gets a copy in the new place.

Text, study parts, edits, visuals and figures stay as they are; only the numbers of their place in them change.
Versions of before stay under the former keys.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from course_kit.outline.moved_lessons import MovedLesson, moved_lessons
from course_kit.records.course_record import CourseRecord, UnfinishedMove
from course_kit.records.editing_manifest import EditingManifest
from course_kit.records.manifest import ModuleManifest, StudyManifest
from course_kit.records.written import Written, is_authors
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_keys import ProjectKeys, visual_of
from course_kit.store.artefact_store import ArtefactStore, own_metadata
from course_kit.store.ids import LessonId, VisualId
from course_kit.store.provenance import as_authors
from course_kit.work.wanted import is_legacy
from prepare_modules.course_of_project import store_course

Item = TypeVar("Item")
Result = TypeVar("Result")

_AT_ONCE = 8
_MOVED_FROM = "moved-from"
"""In the metadata of a copy: the path of what it was made from."""
_VISUAL_FIELD = re.compile(rb'("visual_id"\s*:\s*")(\d{2,3}-\d{2,3}-\d{4})')
_MODULE_FIELD, _LESSON_FIELD = (re.compile(rb'("%s_number"\s*:\s*)\d+' % name) for name in (b"module", b"lesson"))
_EDITS_FIELD = re.compile(rb'("lesson"\s*:\s*")\d+\.\d+')
_CONTENT_TYPES = {
    ".md": "text/markdown; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}


def store_course_with_moves(
    store: ArtefactStore, keys: ProjectKeys, before: CourseRecord, after: CourseRecord
) -> str | None:
    """Store the record of a run's course, and move what was made of lessons in other modules; return its version.

    The record first names where copies come, then what is copied, and at last nothing. So a run that breaks off has
    lost nothing, and the next one removes what is nobody's, the author's edits of meanwhile excepted. What lies in a
    new place already stays, and so does what should have come there.

    Parameters
    ----------
    before, after
        The project's record, and the one that this run stores.

    Raises
    ------
    ArtefactConflict
        Another execution has written the record or one of the new keys meanwhile.
    """
    _finish(store, keys, before.unfinished_move)
    copies = [copy for lesson in _moved(before, after) for copy in _copies_of(store, keys, lesson)]
    if copies:
        places = tuple(copy.path for copy in copies)
        store_course(store, keys, before.with_unfinished_move(UnfinishedMove(copies=places)))
        copied = _together(_Copy.carry_out, copies)
        former = {keys.path_of(one.key) or "": one.etag for one in copied if one}
        move = UnfinishedMove(former=former)
        store_course(store, keys, after.with_unfinished_move(move))
        _finish(store, keys, move)
    return store_course(store, keys, after)


def _moved(before: CourseRecord, after: CourseRecord) -> Iterable[MovedLesson]:
    return moved_lessons(before.slots.modules, after.slots.modules)


def _finish(store: ArtefactStore, keys: ProjectKeys, move: UnfinishedMove) -> None:
    """Remove copies that are nobody's and objects that are copied, unless they were edited since."""

    def remove(path: str) -> None:
        key = keys.within(path)
        stored = store.find(key)
        is_copy = stored is not None and _MOVED_FROM in stored.metadata and stored.sha256 == stored.written_sha256
        if stored is not None and (is_copy if path in move.copies else stored.etag == move.former[path]):
            store.delete(key)

    for _ in _together(remove, [*move.copies, *move.former]):
        continue


def _together(work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    with ThreadPoolExecutor(_AT_ONCE) as workers:
        return list(workers.map(work, items))


def _copies_of(store: ArtefactStore, keys: ProjectKeys, lesson: MovedLesson) -> Iterator["_Copy"]:
    """Yield what is to be copied of a lesson."""
    before, after = lesson.before.lesson_id, lesson.after.lesson_id
    theory = store.read_model(keys.manifest(before.module), ModuleManifest)
    study = store.read_model(keys.study_manifest(before.module), StudyManifest)
    editing = store.read_model(keys.editing_manifest(), EditingManifest)
    known = {key: one for manifest in (theory, study, editing) if manifest for key, one in manifest.written.items()}
    pairs = [
        (
            keys.lesson(before.module, before.lesson, lesson.before.title),
            keys.lesson(after.module, after.lesson, lesson.after.title),
        ),
        (keys.study(before.module, before.lesson), keys.study(after.module, after.lesson)),
        (keys.edits(before.module, before.lesson), keys.edits(after.module, after.lesson)),
    ]
    for prefix in (
        keys.prompts_of_lesson(before.module, before.lesson),
        keys.images_of_lesson(before.module, before.lesson),
    ):
        for key in store.keys(prefix):
            if visual := visual_of(key):
                folder, _, name = key.rpartition("/")
                visual_id = VisualId(after.module, after.lesson, visual.position)
                pairs.append((key, f"{folder}/{visual_id}{name.removeprefix(str(visual))}"))
    for former, new in pairs:
        # A file of another kind is nobody's part of the course, and stays.
        if content_type := next((found for end, found in _CONTENT_TYPES.items() if former.endswith(end)), None):
            yield _Copy(store, keys, former, new, content_type, known.get(former), before, after)


@dataclass(frozen=True)
class _Copy:
    """The copy of one object."""

    store: ArtefactStore
    keys: ProjectKeys
    former: str
    new: str
    content_type: str
    known: Written | None
    """What the manifest of the former module remembers about the object."""
    before: LessonId
    after: LessonId

    @property
    def path(self) -> str:
        """Where the copy comes."""
        return self.keys.path_of(self.new) or ""

    def carry_out(self) -> Artefact | None:
        """Copy the object, and return it as it was; None when it stays where it is."""
        stored, body = self._content()
        if stored is None or self.store.find(self.new) is not None:
            return None
        sources = self._sources(stored)
        if sources is None:
            return None
        metadata = {**own_metadata(stored), _MOVED_FROM: self.keys.path_of(self.former) or ""}
        self.store.write(
            self.new,
            self._renumbered(body),
            content_type=self.content_type,
            replacing=None,
            fingerprint=sources[0],
            shape=sources[1],
            metadata=as_authors(metadata) if is_authors(stored, self.known) else metadata,
            is_made=False,
        )
        return stored

    def _sources(self, stored: Artefact) -> tuple[str, str] | None:
        """Return the fingerprints of the copy.

        Of an object of an earlier version of the pipeline, only the manifest knows them. None when that does not.
        """
        if not is_legacy(stored):
            return stored.fingerprint, stored.shape
        known = self.known
        return (known.fingerprint, known.shape) if known and known.asked else None

    def _content(self) -> tuple[Artefact | None, bytes]:
        """Return the object with its body, read again if its author saves it meanwhile."""
        while True:
            stored, body = self.store.find(self.former), self.store.read(self.former)
            if stored is None or body is None:
                return None, b""
            if hashlib.sha256(body).hexdigest() == stored.sha256:
                return stored, body

    def _renumbered(self, body: bytes) -> bytes:
        if self.former.endswith(".md"):
            # Few runs move a lesson; the others start without a parser of Markdown.
            from course_kit.mending.moved_text import moved_text

            return moved_text(body, self.before, self.after)
        if self.former.startswith(self.keys.prompts()):
            return _VISUAL_FIELD.sub(self._with_new_id, body)
        if self.former.startswith(self.keys.all_edits()):
            return _EDITS_FIELD.sub(rb"\g<1>%s" % str(self.after).encode(), body, count=1)
        if self.former.endswith(".json"):
            module, lesson = (rb"\g<1>%d" % number for number in (self.after.module, self.after.lesson))
            return _LESSON_FIELD.sub(lesson, _MODULE_FIELD.sub(module, body, count=1), count=1)
        return body

    def _with_new_id(self, match: re.Match[bytes]) -> bytes:
        position = VisualId.parse(match[2].decode()).position
        return match[1] + str(VisualId(self.after.module, self.after.lesson, position)).encode()
