"""The study parts of one module: written in parallel, each recorded in a manifest of their own when it is saved."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from course_kit.errors import RequestInvalid
from course_kit.outline import Module
from course_kit.outline.book_parts import WRITTEN_BY_MODEL, BookPart, parts_of_book
from course_kit.records.journal import Journal
from course_kit.records.lesson_text import read_lesson
from course_kit.records.manifest import LessonRecord, ModuleManifest, StudyManifest, StudyRecord
from course_kit.store.ids import LessonId
from course_kit.work.model_step import ModelStep
from course_kit.work.superseded import drop_superseded
from course_kit.work.text_batch import TextBatch, TextPiece
from course_kit.work.wanted import is_legacy
from study_writer.lesson_study_writer import study_counts, write_study
from study_writer.study_writing_request import StudyWritingRequest
from study_writer.wanted import request_of_lesson, wanted_study

_COUNTS = {"key_points": BookPart.KEY_POINTS, "questions": BookPart.QUIZ, "terms": BookPart.GLOSSARY}


@dataclass(frozen=True)
class ModuleStudy:
    """One module of one execution. Safe to repeat: study parts with the same fingerprint are kept."""

    step: ModelStep[StudyWritingRequest]

    @cached_property
    def parts(self) -> frozenset[BookPart]:
        """The parts of the course's book that a model writes; none of them costs no call."""
        return parts_of_book(self.step.outline.book, self.step.environment.book_parts) & WRITTEN_BY_MODEL

    async def write(self) -> StudyManifest:
        """Write what is missing, then drop the study parts of removed lessons; return the manifest.

        Raises
        ------
        RequestInvalid
            The module's lessons have not been written.
        WorkRemaining, TextRejected, ModelThrottled, ModelUnavailable, ArtefactConflict
            As `TextBatch.write`.
        """
        keys = self.step.keys
        module = self.step.module(self.step.request.module_number)
        await asyncio.to_thread(self.step.lease.require)
        pieces = await self._pieces(module) if self.parts else []

        def begun(own: StudyManifest | None) -> StudyManifest:
            return StudyManifest(
                module_number=module.number,
                title=module.title,
                execution_name=self.step.request.execution_name,
                lesson_total=len(pieces),
                started_at=own.started_at if own else datetime.now(UTC),
                lessons=own.lessons if own else (),
            )

        batch = TextBatch.of(
            self.step,
            Journal.open(self.step.lease, keys.study_manifest(module.number), StudyManifest, begun),
            texts_of=lambda manifest: manifest.lessons,
            with_texts=lambda manifest, lessons: manifest.model_copy(update={"lessons": tuple(lessons)}),
            is_short=True,
        )
        manifest = await batch.write(pieces)
        if self.parts and not self.step.request.books_only:
            current = {piece.wanted.key for piece in pieces}
            drop_superseded(self.step.store, keys.study_of_module(module.number), current, manifest.written)
        return manifest

    async def _pieces(self, module: Module) -> list[TextPiece[StudyRecord]]:
        manifest = self.step.store.read_model(self.step.keys.manifest(module.number), ModuleManifest)
        lessons = {record.lesson_number: record for record in manifest.lessons} if manifest else {}
        missing = [lesson.number for lesson in module.lessons if lesson.number not in lessons]
        if missing or manifest is None:
            raise RequestInvalid(
                f"module {module.number}: found no lesson {', '.join(map(str, missing))} in its manifest, "
                "expected its lessons to be written first"
            )
        return list(
            await asyncio.gather(
                *(asyncio.to_thread(self._piece, module, manifest, lessons[lesson.number]) for lesson in module.lessons)
            )
        )

    def _piece(self, module: Module, manifest: ModuleManifest, written: LessonRecord) -> TextPiece[StudyRecord]:
        store, run = self.step.store, self.step.inputs
        number = LessonId(module.number, written.lesson_number)
        found = read_lesson(store, written.s3_key, number, manifest.written.get(written.s3_key))
        if found is None:
            raise RequestInvalid(f"module {module.number}: found no object {written.s3_key!r}, expected its lesson")
        lesson = module.lesson(written.lesson_number)
        stored = store.find(run.keys.study(module.number, lesson.number))
        request = request_of_lesson(run, module, lesson, text=found.text, parts=self.parts, stored=stored)
        # A kept artefact may have more parts than the book.
        switched_off = {count: 0 for count, part in _COUNTS.items() if part not in self.parts}
        wanted = replace(wanted_study(run, request), has_new_source=not is_legacy(found.stored))
        return TextPiece(
            wanted=wanted,
            write=lambda: write_study(self.step.short_model, request),
            record=lambda facts: StudyRecord.of(facts, lesson_number=lesson.number, title=lesson.title, **switched_off),
            counts_of=lambda body: study_counts(wanted.key, body),
        )
