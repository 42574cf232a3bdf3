"""The stored replacements of a project: read, merged with those of other attempts, and dropped when they are void."""

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from course_editor.checks.lesson_texts import LessonText
from course_editor.patched_lesson import PatchedLesson
from course_kit.errors import ArtefactConflict, TextRejected
from course_kit.records.editing import LessonEdits
from course_kit.records.project_lease import ProjectLease
from course_kit.records.written import Written, is_authors
from course_kit.records.written_record import metadata_key
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_kinds import place_of
from course_kit.store.edited import parse_edited
from course_kit.store.ids import LessonId
from course_kit.store.provenance import provenance, usage_of
from course_kit.usage import Usage

_READERS = 16
# Each refused write means that another attempt has stored something.
_ATTEMPTS = 10


@dataclass
class StoredEdits:
    """The edits of a project's lessons, as this step last saw them."""

    lease: ProjectLease
    model_id: str
    prompt_version: str
    known: Mapping[str, Written]
    """What the last execution remembers about them, by key."""
    _seen: dict[str, tuple[Artefact, LessonEdits]] = field(default_factory=dict)

    def read(self) -> None:
        """Read all that is stored; raises ``RequestInvalid`` for a file that an edit has broken."""
        keys = list(filter(self._is_edits, self.lease.store.keys(self.lease.keys.all_edits())))
        with ThreadPoolExecutor(_READERS) as readers:
            found = readers.map(self._find, keys)
        self._seen = {key: one for key, one in zip(keys, found, strict=True) if one}

    def of(self, lesson: LessonText) -> LessonEdits:
        """Return the edits of a lesson; empty ones where there are none."""
        found = self._seen.get(self._key(lesson))
        return found[1] if found else LessonEdits(lesson=str(lesson.lesson))

    def is_authors(self, lesson: LessonText) -> bool:
        """Whether the edits of a lesson were changed by hand."""
        found = self._seen.get(self._key(lesson))
        return found is not None and self._is_authors(found[0])

    def write(self, patched: PatchedLesson, usage: Usage) -> PatchedLesson:
        """Store a lesson's replacements over those of other attempts, and return the lesson with all of them.

        Raises
        ------
        TextRejected
            The edits were changed by hand meanwhile, which stay, or the replacement cannot be told by its text alone.
        ArtefactConflict
            Other attempts go on writing.
        """
        key = self._key(patched.lesson)
        for _ in range(_ATTEMPTS):
            seen = self._seen.get(key)
            if seen and self._is_authors(seen[0]):
                raise TextRejected(f"{key} was changed by hand, and stays as it is")
            edits = patched.edits()
            if edits is None:
                raise TextRejected("its passage stands more than once in the lesson")
            if seen and seen[1] == edits and not usage.model_calls:
                return patched
            before = usage_of(seen[0]) if seen and self.lease.has_made(seen[0]) else Usage()
            metadata = {
                **provenance(self.lease.execution_name, before + usage),
                metadata_key("model_id"): self.model_id,
                metadata_key("prompt_version"): self.prompt_version,
            }
            with suppress(ArtefactConflict):
                saved = self.lease.store.write_model(key, edits, replacing=seen and seen[0], metadata=metadata)
                self._seen[key] = (saved, edits)
                return patched
            patched = self._merged(key, patched)
        raise ArtefactConflict(f"{key}: another execution goes on writing it; run again when that one has ended")

    def settle(self, lessons: Mapping[str, PatchedLesson], course: Collection[str]) -> int:
        """Drop replacements that no lesson has any longer, and edits of lessons that have gone; return how many.

        Parameters
        ----------
        lessons
            The pipeline's lessons by slot, with the replacements that stay; edits of others are left alone.
        course
            The slots of all lessons of the course.
        """
        dropped = 0
        for key, (stored, edits) in list(self._seen.items()):
            if self._is_authors(stored):
                continue
            patched = lessons.get(edits.lesson)
            wanted = patched.edits() if patched else edits if edits.lesson in course else None
            if wanted == edits:
                continue
            if wanted and wanted.replacements and patched:
                is_dropped = self._is_written(patched)
            else:
                is_dropped = self._is_deleted(key, stored)
            if is_dropped:
                dropped += len(edits.replacements) - len(wanted.replacements if wanted else ())
        return dropped

    def _is_written(self, patched: PatchedLesson) -> bool:
        try:
            self.write(patched, Usage())
        except TextRejected:
            # Its author has changed it since it was read.
            return False
        return True

    def _is_deleted(self, key: str, seen: Artefact) -> bool:
        """Remove edits that are as they were seen, up to 15 minutes before; what has changed since stays."""
        stored = self.lease.store.find(key)
        if stored is not None and stored.etag != seen.etag:
            self._seen[key] = (stored, self._seen[key][1])
            return False
        self.lease.store.delete(key)
        del self._seen[key]
        return True

    @property
    def used(self) -> Usage:
        """What this execution has used for the replacements that are stored."""
        # Another chain may store its edits meanwhile, in another thread.
        seen = list(self._seen.values())
        return sum((usage_of(one) for one, _ in seen if self.lease.has_made(one)), Usage())

    @property
    def written(self) -> dict[str, Written]:
        """What to remember about the stored replacements, by key."""
        return {
            key: Written.of_author(self.known.get(key)) if self._is_authors(one) else Written(sha256=one.sha256)
            for key, (one, _) in list(self._seen.items())
        }

    def _merged(self, key: str, patched: PatchedLesson) -> PatchedLesson:
        """Return a lesson with what another attempt has stored, and with this attempt's own in its place."""
        found = self._find(key)
        if found is None:
            self._seen.pop(key, None)
            return patched
        self._seen[key] = found
        merged = PatchedLesson.of(patched.lesson, found[1])
        for patch in patched.patches:
            merged = merged.with_patch(patch)
        return merged

    def _find(self, key: str) -> tuple[Artefact, LessonEdits] | None:
        # Find the object first: if the content read next is newer, a write over it is refused and repeated.
        stored, body = self.lease.store.find(key), self.lease.store.read(key)
        return (stored, parse_edited(key, body, LessonEdits)) if stored and body is not None else None

    def _is_edits(self, key: str) -> bool:
        """Whether a key is that of a lesson's edits: other objects beside them are somebody's notes."""
        place = place_of(self.lease.keys, key)
        return place is not None and isinstance(place.part, LessonId) and key == self._key_of(place.part)

    def _is_authors(self, stored: Artefact) -> bool:
        return is_authors(stored, self.known.get(stored.key))

    def _key(self, lesson: LessonText) -> str:
        return self._key_of(lesson.lesson)

    def _key_of(self, lesson: LessonId) -> str:
        return self.lease.keys.edits(lesson.module, lesson.lesson)
