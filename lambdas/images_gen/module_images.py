"""The visuals of one module: found under its own prompts only, rendered, and entered in its manifest."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from course_kit.errors import ArtefactConflict, RequestInvalid, WorkRemaining
from course_kit.records.journal import write_together
from course_kit.records.manifest import ImagesRecord, ModuleManifest
from course_kit.records.visuals import PlannedVisual
from course_kit.records.written import Maker, Written, is_authors
from course_kit.store.artefact import Artefact
from course_kit.store.edited import read_edited
from course_kit.store.ids import VisualId
from course_kit.usage import Usage
from course_kit.work.model_step import ModelStep
from course_kit.work.superseded import drop_superseded
from course_kit.work.text_batch import raise_first
from images_gen.image_model import image_model_for
from images_gen.images_request import ImagesRequest
from images_gen.visual_renderer import StoredFigure, VisualRenderer


@dataclass(frozen=True)
class ModuleImages:
    """Renders and records a module's visuals. Safe to run again: what was rendered is found by its fingerprint."""

    step: ModelStep[ImagesRequest]
    renderer: VisualRenderer

    @classmethod
    def of(cls, step: ModelStep[ImagesRequest]) -> Self:
        """Return the visuals of a step's module, drawn by the image model of its provider."""
        image_model = image_model_for(step.request.model_provider, step.environment)
        return cls(step, VisualRenderer(step, image_model))

    async def render(self) -> ModuleManifest:
        """Render what is missing and return the completed manifest; a module without visuals is normal.

        Images of visuals that the module no longer has are dropped once the others are entered.

        Raises
        ------
        RequestInvalid
            The module has no manifest: its content was not generated.
        WorkRemaining
            Time is nearly up; everything rendered is saved.
        ArtefactConflict
            Another execution has taken the project over; visuals that had not begun are left alone.
        ModelThrottled, ModelUnavailable
            From a visual; the others are finished and saved first.
        """
        started_at = datetime.now(UTC)
        store, keys, module_number = self.step.store, self.step.keys, self.step.request.module_number
        await asyncio.to_thread(self.step.lease.require)
        manifest_key = keys.manifest(module_number)
        stored, manifest = store.find(manifest_key), store.read_model(manifest_key, ModuleManifest)
        if stored is None or manifest is None:
            raise RequestInvalid(f"module {module_number}: found no manifest, expected its lessons to be written first")
        visuals = self._planned_visuals(manifest)
        slots = asyncio.Semaphore(self.step.images_at_once)
        known = manifest.written
        outcomes = await asyncio.gather(
            *(self._one(visual, plan, known, slots) for visual, plan in visuals.items()), return_exceptions=True
        )
        raise_first(outcomes)
        made = [outcome for outcome in outcomes if isinstance(outcome, StoredFigure)]
        rendering = ImagesRecord(
            started_at=started_at, ended_at=datetime.now(UTC), usage=sum((one.usage for one in made), Usage())
        )
        visual_plans = tuple(lesson.as_record() for lesson in self.step.request.visual_plans)
        figures = {one.figure.visual_id: one.figure for one in made}
        written = {plan.key: _written(plan, known.get(plan.key)) for plan in visuals.values()}
        written |= {key: file for one in made for key, file in one.written.items()}

        def completed(begun: ModuleManifest) -> ModuleManifest:
            return begun.model_copy(
                update={"visual_plans": visual_plans, "images": rendering, "figures": figures}
            ).with_written(written)

        def together_with(other: ModuleManifest) -> ModuleManifest:
            return other if other.images is not None and other.figures == figures else completed(other)

        manifest, _ = write_together(
            store, manifest_key, completed(manifest), replacing=stored, together_with=together_with
        )
        if not self.step.request.books_only:
            self._drop_superseded(manifest, {plan.key for plan in visuals.values()}, made)
        return manifest

    def _drop_superseded(self, manifest: ModuleManifest, plans: set[str], made: list[StoredFigure]) -> None:
        """Remove plans and images of visuals that the module no longer has, but nothing of the author's."""
        store, keys = self.step.store, self.step.keys
        images = {key for one in made for key in one.written}
        for prefix, current in (
            (keys.prompts_of_module(manifest.module_number), plans),
            (keys.images_of_module(manifest.module_number), images),
        ):
            drop_superseded(store, prefix, current, manifest.written)

    def _planned_visuals(self, manifest: ModuleManifest) -> dict[PlannedVisual, Artefact]:
        """Return the module's visuals with their plans: those that the lessons have, of its lessons only."""
        store, lessons = self.step.store, {lesson.lesson_number for lesson in manifest.lessons}
        planned = {
            visual: plan
            for key in store.keys(self.step.keys.prompts_of_module(manifest.module_number))
            if (plan := store.find(key)) and (visual := read_edited(store, key, PlannedVisual))
        }
        ids = [lesson.visual_ids for lesson in self.step.request.visual_plans]
        told = None if not ids or None in ids else {visual_id for found in ids for visual_id in found or ()}
        return {
            visual: plan
            for visual, plan in planned.items()
            if VisualId.parse(visual.visual_id).lesson in lessons and (told is None or visual.visual_id in told)
        }

    async def _one(
        self, visual: PlannedVisual, plan: Artefact, known: Mapping[str, Written], slots: asyncio.Semaphore
    ) -> StoredFigure:
        async with slots:
            stored, kept = await asyncio.to_thread(self.renderer.find, visual, plan, known)
            if kept is not None:
                return kept
            if not self.step.deadline.has_time_for_another():
                raise WorkRemaining("time is nearly up; call again for the other visuals")
            await asyncio.to_thread(self.step.lease.require)
            started = time.monotonic()
            try:
                made = await self.renderer.render(visual, stored)
            except ArtefactConflict:
                # Its author may have put a picture there meanwhile, which stays.
                _, kept = await asyncio.to_thread(self.renderer.find, visual, plan, known)
                if kept is None:
                    raise
                return kept
            self.step.deadline.record(time.monotonic() - started)
            return made


def _written(plan: Artefact, known: Written | None) -> Written:
    """Return what the manifest has to remember about a plan, whose sources its planner knows."""
    if is_authors(plan, known):
        return Written.of_author(known)
    if known is not None and known.sha256 == plan.sha256:
        return known.model_copy(update={"maker": Maker.MODEL})
    return Written(sha256=plan.sha256, fingerprint=plan.fingerprint, shape=plan.shape)
