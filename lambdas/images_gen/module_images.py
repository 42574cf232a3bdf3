"""The visuals of one module: found under its own prompts only, rendered, and entered in its manifest."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from course_kit.artefact_keys import ProjectKeys, parse_visual_id
from course_kit.artefact_store import ArtefactStore
from course_kit.deadline import Deadline
from course_kit.errors import RequestInvalid, WorkRemaining
from course_kit.manifest import ImagesRecord, ModuleManifest, VisualPlanRecord
from course_kit.visuals import Figure, PlannedVisual
from images_gen.visual_renderer import VisualRenderer


@dataclass(frozen=True)
class ModuleImages:
    """Renders and records a module's visuals. Safe to run again: what was rendered is found by its fingerprint."""

    store: ArtefactStore
    keys: ProjectKeys
    renderer: VisualRenderer
    image_max_concurrency: int
    deadline: Deadline

    async def render(self, module_number: int, visual_plans: tuple[VisualPlanRecord, ...]) -> ModuleManifest:
        """Render what is missing and return the completed manifest; a module without visuals is normal.

        Raises
        ------
        RequestInvalid
            The module has no manifest: its content was not generated.
        WorkRemaining
            Time is nearly up; everything rendered is saved.
        """
        started_at = datetime.now(UTC)
        manifest_key = self.keys.manifest(module_number)
        stored = self.store.find(manifest_key)
        manifest = self.store.read_model(manifest_key, ModuleManifest)
        if stored is None or manifest is None:
            raise RequestInvalid(f"module {module_number}: found no manifest, expected its lessons to be written first")
        visuals = self._planned_visuals(module_number, {lesson.lesson_number for lesson in manifest.lessons})
        slots = asyncio.Semaphore(self.image_max_concurrency)
        figures = await asyncio.gather(*(self._one(visual, slots) for visual in visuals))
        completed = manifest.model_copy(
            update={
                "visual_plans": visual_plans,
                "images": ImagesRecord(started_at=started_at, ended_at=datetime.now(UTC), usage=self.renderer.usage),
                "figures": {figure.visual_id: figure for figure in figures},
            }
        )
        self.store.write_model(manifest_key, completed, replacing=stored)
        return completed

    def _planned_visuals(self, module_number: int, lesson_numbers: set[int]) -> list[PlannedVisual]:
        visuals = [
            visual
            for key in self.store.keys(self.keys.prompts_of_module(module_number))
            if (visual := self.store.read_model(key, PlannedVisual))
        ]
        # Plans of lessons that the outline no longer has stay in the bucket, but out of the book.
        return [visual for visual in visuals if parse_visual_id(visual.visual_id)[1] in lesson_numbers]

    async def _one(self, visual: PlannedVisual, slots: asyncio.Semaphore) -> Figure:
        async with slots:
            if not self.deadline.has_time_for_another():
                raise WorkRemaining("time is nearly up; call again for the other visuals")
            started = time.monotonic()
            figure = await self.renderer.render(visual)
            self.deadline.record(time.monotonic() - started)
            return figure
