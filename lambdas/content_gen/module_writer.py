"""The lessons of one module: written in parallel, each recorded in the module's manifest when it is saved."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from content_gen.content_request import ContentRequest, ContentResult, content_result
from content_gen.lesson_writer import lesson_counts, write_lesson
from content_gen.wanted import wanted_lesson
from course_kit.mending.author_text import authors_lesson
from course_kit.outline import Lesson, Module
from course_kit.outline.lesson_specification import LessonSpecification
from course_kit.records.journal import Journal
from course_kit.records.manifest import LessonRecord, ModuleManifest
from course_kit.store.ids import LessonId
from course_kit.work.model_step import ModelStep
from course_kit.work.superseded import drop_superseded
from course_kit.work.text_batch import TextBatch, TextPiece


async def write_modules(step: ModelStep[ContentRequest]) -> ContentResult:
    """Write the requested modules one after the other; raises as `ModuleWriter.write`."""
    modules = [step.module(number) for number in step.request.module_numbers]
    writer = ModuleWriter(step)
    manifests = [await writer.write(module) for module in modules]
    return content_result(manifests, [step.keys.manifest(module.number) for module in modules])


@dataclass(frozen=True)
class ModuleWriter:
    """One module of one execution. Safe to repeat at any moment: a lesson with the same fingerprint is kept."""

    step: ModelStep[ContentRequest]

    async def write(self, module: Module) -> ModuleManifest:
        """Write what is missing of a module, then drop what it replaces; raises as `TextBatch.write`.

        Returns
        -------
        ModuleManifest
            With every lesson of the module, not yet with its visuals.
        """
        keys = self.step.keys
        await asyncio.to_thread(self.step.lease.require)

        def begun(own: ModuleManifest | None) -> ModuleManifest:
            return ModuleManifest(
                module_number=module.number,
                title=module.title,
                execution_name=self.step.request.execution_name,
                lesson_total=len(module.lessons),
                started_at=own.started_at if own else datetime.now(UTC),
                # A lesson of an earlier attempt of this execution counts as written by this run, with its usage.
                lessons=own.lessons if own else (),
            )

        batch = TextBatch.of(
            self.step,
            Journal.open(self.step.lease, keys.manifest(module.number), ModuleManifest, begun),
            texts_of=lambda manifest: manifest.lessons,
            with_texts=lambda manifest, lessons: manifest.model_copy(update={"lessons": tuple(lessons)}),
        )
        pieces = [self._piece(module, lesson) for lesson in module.lessons]
        manifest = await batch.write(pieces)
        # A renamed lesson has another key, a removed one none: the old ones may go only now that all is saved.
        current = {piece.wanted.key for piece in pieces}
        if not self.step.request.books_only:
            drop_superseded(self.step.store, keys.lessons_of_module(module.number), current, manifest.written)
        return manifest

    def _piece(self, module: Module, lesson: Lesson) -> TextPiece[LessonRecord]:
        specification = LessonSpecification.of(self.step.outline, module, lesson)
        return TextPiece(
            wanted=wanted_lesson(self.step.inputs, module, lesson),
            write=lambda: write_lesson(
                self.step.model, self.step.inputs, specification, LessonId(module.number, lesson.number)
            ),
            record=lambda facts: LessonRecord.of(facts, lesson_number=lesson.number, title=lesson.title),
            counts_of=lambda body: lesson_counts(
                authors_lesson(body, module.number, lesson.number), specification.word_target
            ),
        )
