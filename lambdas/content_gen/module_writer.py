"""The lessons of one module: written side by side, entered in the module's manifest as they come."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from content_gen.content_request import ContentRequest, ContentResult, content_result
from content_gen.lesson_prompts import PROMPT_VERSION, lesson_fingerprint
from content_gen.lesson_writer import (
    CODE_FAILURES_DETAIL,
    CODE_SAMPLES_DETAIL,
    VISUALS_DETAIL,
    WORD_TARGET_DETAIL,
    write_lesson,
)
from course_kit.outline import Lesson, Module
from course_kit.outline.lesson_specification import LessonSpecification
from course_kit.records.journal import Journal
from course_kit.records.manifest import LessonRecord, ModuleManifest, lesson_identity
from course_kit.work.side_by_side import SideBySide, TextFacts, TextPiece
from course_kit.work.step import Step


async def write_modules(step: Step[ContentRequest]) -> ContentResult:
    """Write the requested modules one after the other; raises as `ModuleWriter.write`."""
    modules = [step.module(number) for number in step.request.module_numbers]
    writer = ModuleWriter(step)
    manifests = [await writer.write(module) for module in modules]
    return content_result(manifests, [step.keys.manifest(module.number) for module in modules])


@dataclass(frozen=True)
class ModuleWriter:
    """One module of one execution. Safe to run again at any moment: what is saved with the same fingerprint is kept."""

    step: Step[ContentRequest]

    async def write(self, module: Module) -> ModuleManifest:
        """Write what is missing of a module, then drop what it replaces; raises as `SideBySide.write`.

        Returns
        -------
        ModuleManifest
            With every lesson of the module, not yet with its visuals.
        """
        step = self.step
        await asyncio.to_thread(step.lease.require)
        store, keys, execution_name = step.store, step.keys, step.lease.execution_name
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
            lease=step.lease,
            model_id=step.model.model_id,
            max_concurrency=step.lessons_at_once,
            deadline=step.deadline,
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
        specification = LessonSpecification.of(self.step.outline, module, lesson)

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
            key=self.step.lease.keys.lesson(module.number, lesson.number, lesson.title),
            fingerprint=lesson_fingerprint(specification, self.step.model.model_id),
            write=lambda: write_lesson(self.step.model, specification),
            record=record,
            is_wanted_anew=self.step.regeneration.covers_lesson(module.number, lesson.number),
        )
