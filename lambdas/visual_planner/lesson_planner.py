"""Plans what is missing of one lesson's visuals, in one model call, and saves each visual under its own key."""

import asyncio
from dataclasses import dataclass

from course_kit.model.complete_answers import answers_for_all
from course_kit.model.drafts import unit_of_work
from course_kit.model.model_provider import TextModel
from course_kit.outline.call_sizes import max_tokens_for_visuals
from course_kit.records.project_lease import ProjectLease
from course_kit.records.visuals import PlannedVisual
from course_kit.run.regeneration import Regeneration
from course_kit.store.artefact_store import Artefact
from course_kit.store.provenance import is_made_by, provenance, usage_of
from course_kit.usage import Usage
from visual_planner.visual_plan import RequestedVisual, VisualDesign, VisualPlan, VisualPlanRequest
from visual_planner.visual_prompts import (
    SYSTEM_PROMPT,
    requested_visuals,
    visual_plan_fingerprint,
    visual_plan_prompt,
)


@dataclass(frozen=True)
class LessonVisuals:
    """The planned visuals of a lesson, by key, in the order of the text."""

    prompt_keys: tuple[str, ...]
    reused: int
    usage: Usage


@dataclass(frozen=True)
class LessonPlanner:
    """Plans the visuals of lessons of one project. Safe to run again: a visual planned from the same text is kept."""

    lease: ProjectLease
    model: TextModel
    language: str
    regeneration: Regeneration

    async def plan(self, module_number: int, lesson_number: int, lesson_title: str, markdown: str) -> LessonVisuals:
        """Plan a lesson's visuals; a lesson without tags has none and costs no call.

        Raises
        ------
        TextRejected
            The model's plan leaves out a visual, even when asked for it alone.
        ArtefactConflict
            Another execution has taken the project over.
        """
        store, execution_name = self.lease.store, self.lease.execution_name
        wanted = requested_visuals(markdown)
        prompt_keys = {
            visual.visual_id: self.lease.keys.prompt(visual.visual_id, visual.description) for visual in wanted
        }
        found = await asyncio.gather(
            *(asyncio.to_thread(store.find, prompt_keys[visual.visual_id]) for visual in wanted)
        )
        stored = {visual.visual_id: artefact for visual, artefact in zip(wanted, found, strict=True)}
        missing = [visual for visual in wanted if not self._is_current(stored[visual.visual_id], visual, lesson_title)]
        used = Usage()
        if missing:
            await asyncio.to_thread(self.lease.require)
            async with unit_of_work(
                self.lease, self.lease.keys.prompts_of_lesson(module_number, lesson_number)
            ) as unit:
                designs = await self._design(missing, lesson_title)
                unrecorded = used = unit.used
                for visual in missing:
                    store.write_model(
                        prompt_keys[visual.visual_id],
                        self._planned(designs[visual.visual_id], visual),
                        replacing=stored[visual.visual_id],
                        fingerprint=self._fingerprint(visual, lesson_title),
                        # The calls for several visuals stand with the first of them.
                        metadata=provenance(execution_name, unrecorded),
                    )
                    unrecorded = Usage()
                await unit.done()
        # An attempt of this execution that was killed on its way has still paid for what it saved.
        kept = [artefact for visual in wanted if visual not in missing and (artefact := stored[visual.visual_id])]
        own = [artefact for artefact in kept if is_made_by(artefact, execution_name)]
        store.drop_superseded(
            self.lease.keys.prompts_of_lesson(module_number, lesson_number), set(prompt_keys.values())
        )
        return LessonVisuals(
            prompt_keys=tuple(prompt_keys.values()),
            reused=len(kept) - len(own),
            usage=sum((usage_of(artefact) for artefact in own), used),
        )

    async def _design(self, visuals: list[RequestedVisual], lesson_title: str) -> dict[str, VisualDesign]:
        async def ask(missing: frozenset[str]) -> dict[str, VisualDesign]:
            wanted = tuple(visual for visual in visuals if visual.visual_id in missing)
            request = VisualPlanRequest(language=self.language, lesson_title=lesson_title, visuals=wanted)
            decision = await self.model.decide(
                visual_plan_prompt(request),
                VisualPlan,
                system=SYSTEM_PROMPT,
                max_tokens=max_tokens_for_visuals(len(wanted)),
            )
            return {design.visual_id: design for design in decision.value.visuals}

        names = {visual.visual_id: visual.visual_id for visual in visuals}
        return await answers_for_all(names, ask, "the plan of the lesson's visuals")

    def _planned(self, design: VisualDesign, visual: RequestedVisual) -> PlannedVisual:
        return PlannedVisual(
            visual_id=visual.visual_id,
            kind=design.kind,
            description=visual.description,
            caption=design.caption,
            alt_text=design.alt_text,
            long_description=tuple(design.long_description),
            source=design.mermaid,
            image_prompt=design.image_prompt,
            language=self.language,
        )

    def _fingerprint(self, visual: RequestedVisual, lesson_title: str) -> str:
        return visual_plan_fingerprint(visual, lesson_title, self.language, self.model.model_id)

    def _is_current(self, stored: Artefact | None, visual: RequestedVisual, lesson_title: str) -> bool:
        if stored is None or stored.fingerprint != self._fingerprint(visual, lesson_title):
            return False
        is_wanted_anew = self.regeneration.covers_visual(visual.visual_id)
        return not is_wanted_anew or self.lease.is_remade(stored)
