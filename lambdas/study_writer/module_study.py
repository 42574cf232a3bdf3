"""The study parts of one module: written side by side, entered in a manifest of their own as they come."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from course_kit.deadline import Deadline
from course_kit.errors import RequestInvalid
from course_kit.model.model_provider import TextModel
from course_kit.outline import Module, Outline
from course_kit.outline.book_parts import BookPart
from course_kit.outline.call_sizes import words_for_lesson
from course_kit.records.journal import Journal
from course_kit.records.manifest import LessonRecord, ModuleManifest, StudyManifest, StudyRecord, lesson_identity
from course_kit.records.project_lease import ProjectLease
from course_kit.run.regeneration import Regeneration
from course_kit.work.side_by_side import SideBySide, TextFacts, TextPiece
from study_writer.lesson_study_writer import (
    DROPPED_DETAIL,
    KEY_POINTS_DETAIL,
    QUESTIONS_DETAIL,
    TERMS_DETAIL,
    write_study,
)
from study_writer.study_prompts import PROMPT_VERSION, as_stored, study_fingerprint, study_request


@dataclass(frozen=True)
class ModuleStudy:
    """One module of one execution. Safe to run again: what is saved with the same fingerprint is kept."""

    lease: ProjectLease
    model: TextModel
    outline: Outline
    parts: frozenset[BookPart]
    """The parts of the course's book that a model writes; none of them costs no call."""
    lesson_max_concurrency: int
    deadline: Deadline
    regeneration: Regeneration

    async def write(self, module: Module) -> StudyManifest:
        """Write what is missing, then drop what lessons that are gone had; return the manifest.

        Raises
        ------
        RequestInvalid
            The module's lessons have not been written.
        WorkRemaining, TextRejected, ModelThrottled, ModelUnavailable, ArtefactConflict
            As `SideBySide.write`.
        """
        await asyncio.to_thread(self.lease.require)
        store, keys, execution_name = self.lease.store, self.lease.keys, self.lease.execution_name
        manifest_key = keys.study_manifest(module.number)
        stored = store.find(manifest_key)
        earlier = store.read_model(manifest_key, StudyManifest) if stored else None
        own = earlier if earlier and earlier.execution_name == execution_name else None
        pieces = await self._pieces(module) if self.parts else []
        manifest = StudyManifest(
            module_number=module.number,
            title=module.title,
            execution_name=execution_name,
            lesson_total=len(pieces),
            started_at=own.started_at if own else datetime.now(UTC),
            lessons=own.lessons if own else (),
        )
        workshop = SideBySide(
            lease=self.lease,
            model_id=self.model.model_id,
            max_concurrency=self.lesson_max_concurrency,
            deadline=self.deadline,
            journal=Journal(store, manifest_key, manifest, stored),
            texts_of=lambda manifest: manifest.lessons,
            with_texts=lambda manifest, lessons: manifest.model_copy(update={"lessons": tuple(lessons)}),
        )
        manifest = await workshop.write(pieces)
        if self.parts:
            store.drop_superseded(keys.study_of_module(module.number), {piece.key for piece in pieces})
        return manifest

    async def _pieces(self, module: Module) -> list[TextPiece[StudyRecord]]:
        written = self.lease.store.read_model(self.lease.keys.manifest(module.number), ModuleManifest)
        lessons = {record.lesson_number: record for record in written.lessons} if written else {}
        missing = [lesson.number for lesson in module.lessons if lesson.number not in lessons]
        if missing:
            raise RequestInvalid(
                f"module {module.number}: found no lesson {', '.join(map(str, missing))} in its manifest, "
                "expected its lessons to be written first"
            )
        return list(
            await asyncio.gather(
                *(asyncio.to_thread(self._piece, module, lessons[lesson.number]) for lesson in module.lessons)
            )
        )

    def _piece(self, module: Module, written: LessonRecord) -> TextPiece[StudyRecord]:
        body = self.lease.store.read(written.s3_key)
        if body is None:
            raise RequestInvalid(f"module {module.number}: found no object {written.s3_key!r}, expected its lesson")
        lesson, text = module.lesson(written.lesson_number), body.decode()
        key = self.lease.keys.study(module.number, lesson.number)
        wanted = study_request(self.outline, module, lesson, text, self.parts)
        stored = self.lease.store.find(key)
        request = as_stored(wanted, stored, words_for_lesson(module, lesson), self.model.model_id)

        def record(facts: TextFacts) -> StudyRecord:
            def count(detail: str) -> int:
                return int(facts.details.get(detail, 0))

            return StudyRecord(
                lesson_number=lesson.number,
                title=lesson.title,
                s3_key=facts.s3_key,
                fingerprint=facts.fingerprint,
                key_points=count(KEY_POINTS_DETAIL) if BookPart.KEY_POINTS in self.parts else 0,
                questions=count(QUESTIONS_DETAIL) if BookPart.QUIZ in self.parts else 0,
                terms=count(TERMS_DETAIL) if BookPart.GLOSSARY in self.parts else 0,
                dropped=count(DROPPED_DETAIL),
                model_id=facts.model_id,
                prompt_version=PROMPT_VERSION,
                is_reused=facts.is_reused,
                started_at=facts.started_at,
                ended_at=facts.ended_at,
                usage=facts.usage,
            )

        return TextPiece(
            identity=lesson_identity(lesson.number),
            key=key,
            fingerprint=study_fingerprint(request, self.model.model_id),
            write=lambda: write_study(self.model, request),
            record=record,
            is_wanted_anew=self.regeneration.covers_study(module.number, lesson.number),
        )
