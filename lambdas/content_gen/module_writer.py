"""The lessons of one module: written side by side, entered in the module's manifest as they come."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from content_gen.lesson_prompts import PROMPT_VERSION, lesson_fingerprint
from content_gen.lesson_writer import (
    CODE_FAILURES_DETAIL,
    CODE_SAMPLES_DETAIL,
    VISUALS_DETAIL,
    WORD_TARGET_DETAIL,
    write_lesson,
)
from course_kit.deadline import Deadline
from course_kit.model.model_provider import TextModel
from course_kit.outline import Lesson, Module, Outline
from course_kit.outline.lesson_specification import LessonSpecification
from course_kit.records.journal import Journal
from course_kit.records.manifest import LessonRecord, ModuleManifest, lesson_identity
from course_kit.records.project_lease import ProjectLease
from course_kit.run.regeneration import Regeneration
from course_kit.work.side_by_side import SideBySide, TextFacts, TextPiece


@dataclass(frozen=True)
class ModuleWriter:
    """One module of one execution. Safe to run again at any moment: what is saved with the same fingerprint is kept."""

    lease: ProjectLease
    model: TextModel
    outline: Outline
    regeneration: Regeneration
    lesson_max_concurrency: int
    deadline: Deadline

    async def write(self, module: Module) -> ModuleManifest:
        """Write what is missing of a module, then drop what it replaces; raises as `SideBySide.write`.

        Returns
        -------
        ModuleManifest
            With every lesson of the module, not yet with its visuals.
        """
        await asyncio.to_thread(self.lease.require)
        store, keys, execution_name = self.lease.store, self.lease.keys, self.lease.execution_name
        manifest_key = keys.manifest(module.number)
        stored = store.find(manifest_key)
        earlier = store.read_model(manifest_key, ModuleManifest) if stored else None
        # What an earlier attempt of this very execution wrote counts as written by this run, with its usage.
        own = earlier if earlier and earlier.execution_name == execution_name else None
        manifest = ModuleManifest(
            module_number=module.number,
            title=module.title,
            execution_name=execution_name,
            lesson_total=len(module.lessons),
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
        pieces = [self._piece(module, lesson) for lesson in module.lessons]
        manifest = await workshop.write(pieces)
        # A renamed lesson has another key, a removed one none: only now that all is saved may the old ones go.
        store.drop_superseded(keys.lessons_of_module(module.number), {piece.key for piece in pieces})
        return manifest

    def _piece(self, module: Module, lesson: Lesson) -> TextPiece[LessonRecord]:
        specification = LessonSpecification.of(self.outline, module, lesson)

        def record(facts: TextFacts) -> LessonRecord:
            return LessonRecord(
                lesson_number=lesson.number,
                title=lesson.title,
                s3_key=facts.s3_key,
                fingerprint=facts.fingerprint,
                word_count=facts.word_count,
                word_target=int(facts.details.get(WORD_TARGET_DETAIL, 0)),
                visual_count=int(facts.details.get(VISUALS_DETAIL, 0)),
                model_id=facts.model_id,
                prompt_version=PROMPT_VERSION,
                code_samples=int(facts.details.get(CODE_SAMPLES_DETAIL, 0)),
                code_failures=int(facts.details.get(CODE_FAILURES_DETAIL, 0)),
                is_reused=facts.is_reused,
                started_at=facts.started_at,
                ended_at=facts.ended_at,
                usage=facts.usage,
            )

        return TextPiece(
            identity=lesson_identity(lesson.number),
            key=self.lease.keys.lesson(module.number, lesson.number, lesson.title),
            fingerprint=lesson_fingerprint(specification, self.model.model_id),
            write=lambda: write_lesson(self.model, specification),
            record=record,
            is_wanted_anew=self.regeneration.covers_lesson(module.number, lesson.number),
        )
