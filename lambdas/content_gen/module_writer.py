"""Writes the lessons of one module side by side, saving each as it comes, until all are there or time is nearly up."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from content_gen.lesson_prompts import lesson_fingerprint
from content_gen.lesson_writer import write_lesson
from course_kit.artefact_keys import ProjectKeys
from course_kit.artefact_store import Artefact, ArtefactStore
from course_kit.deadline import Deadline
from course_kit.errors import CourseError, LessonRejected, WorkRemaining
from course_kit.lesson_specification import LessonSpecification
from course_kit.manifest import LessonRecord, ModuleManifest
from course_kit.model_provider import TextModel
from course_kit.outline import Lesson, Module, Outline

_WORDS, _VISUALS, _MODEL = "word-count", "visual-count", "model-id"


@dataclass
class ModuleWriter:
    """One module of one execution. Safe to run again at any moment: what is saved with the same fingerprint is kept."""

    store: ArtefactStore
    keys: ProjectKeys
    model: TextModel
    outline: Outline
    execution_name: str
    lesson_max_concurrency: int
    deadline: Deadline
    _records: dict[int, LessonRecord] = field(default_factory=dict)

    async def write(self, module: Module) -> ModuleManifest:
        """Write what is missing of a module and return its manifest.

        Raises
        ------
        WorkRemaining
            Time is nearly up; everything finished is saved.
        LessonRejected, ModelThrottled, ModelUnavailable
            From a lesson; the module's other lessons are finished and saved first.
        ArtefactConflict
            Another execution works on the same module.
        """
        manifest_key = self.keys.manifest(module.number)
        stored = self.store.find(manifest_key)
        earlier = self.store.read_model(manifest_key, ModuleManifest) if stored else None
        own = earlier if earlier and earlier.execution_name == self.execution_name else None
        # What an earlier attempt of this very execution wrote counts as written by this run, with its usage.
        self._records = {record.lesson_number: record for record in own.lessons} if own else {}
        manifest = ModuleManifest(
            module_number=module.number,
            title=module.title,
            execution_name=self.execution_name,
            lesson_total=len(module.lessons),
            started_at=own.started_at if own else datetime.now(UTC),
        )
        journal = _ManifestJournal(self.store, manifest_key, manifest, stored)
        await journal.save(self._records)
        slots = asyncio.Semaphore(self.lesson_max_concurrency)
        outcomes = await asyncio.gather(
            *(self._one(module, lesson, slots, journal) for lesson in module.lessons), return_exceptions=True
        )
        _raise_first([outcome for outcome in outcomes if isinstance(outcome, BaseException)])
        return journal.manifest

    async def _one(self, module: Module, lesson: Lesson, slots: asyncio.Semaphore, journal: "_ManifestJournal") -> None:
        specification = LessonSpecification.of(self.outline, module, lesson)
        key = self.keys.lesson(module.number, lesson.number, lesson.title)
        fingerprint = lesson_fingerprint(specification, self.model.model_id)
        async with slots:
            started_at, started = datetime.now(UTC), time.monotonic()
            stored = await asyncio.to_thread(self.store.find, key)
            if stored and stored.fingerprint == fingerprint:
                known = self._records.get(lesson.number)
                if known is None or known.fingerprint != fingerprint:
                    self._records[lesson.number] = _reused(specification, stored, started_at)
            else:
                if not self.deadline.has_time_for_another():
                    raise WorkRemaining(f"module {module.number}: time is nearly up; call again for the other lessons")
                written = await write_lesson(self.model, specification)
                record = LessonRecord(
                    lesson_number=lesson.number,
                    title=lesson.title,
                    s3_key=key,
                    fingerprint=fingerprint,
                    word_count=written.word_count,
                    visual_count=written.visual_count,
                    model_id=self.model.model_id,
                    is_reused=False,
                    started_at=started_at,
                    ended_at=datetime.now(UTC),
                    usage=written.usage,
                )
                await asyncio.to_thread(self._save_lesson, record, written.markdown, stored)
                self.deadline.record(time.monotonic() - started)
                self._records[lesson.number] = record
        await journal.save(self._records)

    def _save_lesson(self, record: LessonRecord, markdown: str, stored: Artefact | None) -> None:
        self.store.write(
            record.s3_key,
            markdown,
            content_type="text/markdown; charset=utf-8",
            replacing=stored,
            fingerprint=record.fingerprint,
            metadata={
                _WORDS: str(record.word_count),
                _VISUALS: str(record.visual_count),
                _MODEL: record.model_id,
            },
        )


class _ManifestJournal:
    """The module's manifest, saved after each lesson so that progress can be watched; one save at a time."""

    def __init__(self, store: ArtefactStore, key: str, manifest: ModuleManifest, stored: Artefact | None) -> None:
        self.manifest = manifest
        self._store, self._key, self._stored = store, key, stored
        self._lock = asyncio.Lock()

    async def save(self, records: dict[int, LessonRecord]) -> None:
        async with self._lock:
            lessons = tuple(records[number] for number in sorted(records))
            self.manifest = self.manifest.model_copy(update={"lessons": lessons})
            self._stored = await asyncio.to_thread(
                self._store.write_model, self._key, self.manifest, replacing=self._stored
            )


def _reused(specification: LessonSpecification, stored: Artefact, found_at: datetime) -> LessonRecord:
    return LessonRecord(
        lesson_number=specification.lesson_number,
        title=specification.lesson_title,
        s3_key=stored.key,
        fingerprint=stored.fingerprint,
        word_count=int(stored.metadata.get(_WORDS, 0)),
        visual_count=int(stored.metadata.get(_VISUALS, 0)),
        model_id=stored.metadata.get(_MODEL, ""),
        is_reused=True,
        started_at=found_at,
        ended_at=datetime.now(UTC),
    )


def _raise_first(errors: list[BaseException]) -> None:
    """Raise the error that decides what happens next: one that no retry mends, before those that a retry does."""

    def rank(error: BaseException) -> int:
        if not isinstance(error, CourseError):
            return 0
        return {LessonRejected: 1, WorkRemaining: 3}.get(type(error), 2)

    for error in sorted(errors, key=rank):
        raise error
