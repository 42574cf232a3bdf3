"""The lab guides of one module: written in parallel, each recorded in the module's lab manifest when it is saved."""

import asyncio
from dataclasses import dataclass

from course_kit.errors import RequestInvalid
from course_kit.outline import Module
from course_kit.outline.labs import ModuleLabPlan, PlannedLab
from course_kit.records.journal import Journal
from course_kit.records.manifest import LabManifest, LabRecord
from course_kit.store.edited import read_edited
from course_kit.work.model_step import ModelStep
from course_kit.work.superseded import drop_superseded
from course_kit.work.text_batch import TextBatch, TextPiece
from lab_writer.lab_guide_writer import lab_counts, write_lab_guide
from lab_writer.lab_specification import LabSpecification
from lab_writer.lab_writing_request import LabWritingRequest
from lab_writer.wanted import wanted_lab_guide


@dataclass(frozen=True)
class ModuleLabs:
    """One module of one execution. Safe to repeat: a guide with the same fingerprint is kept."""

    step: ModelStep[LabWritingRequest]

    async def write(self) -> LabManifest:
        """Write what is missing of the plan, then drop what it replaces.

        Raises as `TextBatch.write`, or ``RequestInvalid`` without a plan.
        """
        store, keys = self.step.store, self.step.keys
        module = self.step.module(self.step.request.module_number)
        await asyncio.to_thread(self.step.lease.require)
        manifest_key = keys.lab_manifest(module.number)
        stored, manifest = store.find(manifest_key), store.read_model(manifest_key, LabManifest)
        plan = read_edited(store, keys.lab_plan(module.number), ModuleLabPlan)
        if stored is None or manifest is None or plan is None:
            raise RequestInvalid(
                f"module {module.number}: found no plan of its labs, expected them to be planned first"
            )
        batch = TextBatch.of(
            self.step,
            Journal(store, manifest_key, manifest, stored),
            texts_of=lambda manifest: manifest.labs,
            with_texts=lambda manifest, labs: manifest.model_copy(update={"labs": tuple(labs)}),
        )
        pieces = [self._piece(module, lab) for lab in plan.labs if lab.lab_id in manifest.planned_ids]
        manifest = await batch.write(pieces)
        current = {piece.wanted.key for piece in pieces}
        if not self.step.request.books_only:
            drop_superseded(store, keys.lab_guides_of_module(module.number), current, manifest.written)
        return manifest

    def _piece(self, module: Module, lab: PlannedLab) -> TextPiece[LabRecord]:
        run = self.step.inputs
        specification = LabSpecification.of(run.outline, module, lab, run.lab_requirements, run.brief)
        return TextPiece(
            wanted=wanted_lab_guide(run, module, lab),
            write=lambda: write_lab_guide(self.step.model, run, specification, module.number),
            record=lambda facts: LabRecord.of(
                facts,
                lab_id=lab.lab_id,
                lesson_number=lab.lesson_number,
                title=lab.title,
            ),
            counts_of=lambda body: lab_counts(body.decode(errors="replace")),
        )
