"""The lab guides of one module: written side by side, entered in the module's lab manifest as they come."""

import asyncio
from dataclasses import dataclass

from course_kit.deadline import Deadline
from course_kit.errors import RequestInvalid
from course_kit.outline.labs import ModuleLabPlan, PlannedLab
from course_kit.records.journal import Journal
from course_kit.records.manifest import LabManifest, LabRecord
from course_kit.records.project_lease import ProjectLease
from course_kit.run.regeneration import Regeneration
from course_kit.work.side_by_side import SideBySide, TextFacts, TextPiece
from lab_writer.lab_guide_writer import LabGuideWriter
from lab_writer.lab_specification import PROMPT_VERSION


@dataclass(frozen=True)
class ModuleLabs:
    """One module of one execution. Safe to run again: what is saved with the same fingerprint is kept."""

    lease: ProjectLease
    writer: LabGuideWriter
    regeneration: Regeneration
    lab_max_concurrency: int
    deadline: Deadline

    async def write(self, module_number: int) -> LabManifest:
        """Write what is missing of the plan, then drop what it replaces.

        Raises as `SideBySide.write`, or ``RequestInvalid`` without a plan.
        """
        await asyncio.to_thread(self.lease.require)
        store, keys = self.lease.store, self.lease.keys
        manifest_key = keys.lab_manifest(module_number)
        stored, manifest = store.find(manifest_key), store.read_model(manifest_key, LabManifest)
        plan = store.read_model(keys.lab_plan(module_number), ModuleLabPlan)
        if stored is None or manifest is None or plan is None:
            raise RequestInvalid(
                f"module {module_number}: found no plan of its labs, expected them to be planned first"
            )
        workshop = SideBySide(
            lease=self.lease,
            model_id=self.writer.model.model_id,
            max_concurrency=self.lab_max_concurrency,
            deadline=self.deadline,
            journal=Journal(store, manifest_key, manifest, stored),
            texts_of=lambda manifest: manifest.labs,
            with_texts=lambda manifest, labs: manifest.model_copy(update={"labs": tuple(labs)}),
        )
        pieces = [self._piece(lab) for lab in plan.labs]
        manifest = await workshop.write(pieces)
        store.drop_superseded(keys.lab_guides_of_module(module_number), {piece.key for piece in pieces})
        return manifest

    def _piece(self, lab: PlannedLab) -> TextPiece[LabRecord]:
        def record(facts: TextFacts) -> LabRecord:
            return LabRecord(
                lab_id=lab.lab_id,
                title=lab.title,
                lesson_number=lab.lesson_number,
                s3_key=facts.s3_key,
                fingerprint=facts.fingerprint,
                word_count=facts.word_count,
                model_id=facts.model_id,
                prompt_version=PROMPT_VERSION,
                is_reused=facts.is_reused,
                started_at=facts.started_at,
                ended_at=facts.ended_at,
                usage=facts.usage,
            )

        return TextPiece(
            identity=lab.lab_id,
            key=self.lease.keys.lab_guide(lab.lab_id, lab.title),
            fingerprint=self.writer.fingerprint(lab),
            write=lambda: self.writer.write(lab),
            record=record,
            is_wanted_anew=self.regeneration.covers_lab(lab.lab_id),
        )
