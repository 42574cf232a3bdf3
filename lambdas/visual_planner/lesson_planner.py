"""Plans what is missing of one lesson's visuals, in one model call, and saves each visual under its own key."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from course_kit.artefact_keys import ProjectKeys
from course_kit.artefact_store import Artefact, ArtefactStore, fingerprint_of
from course_kit.complete_answers import answers_for_all
from course_kit.model_provider import TextModel
from course_kit.prompt_template import PromptTemplate, as_prompt_data
from course_kit.usage import Usage
from course_kit.visual_tags import VisualTag, find_visual_tags
from course_kit.visuals import PlannedVisual
from visual_planner.visual_plan import RequestedVisual, VisualDesign, VisualPlan, VisualPlanRequest

_PROMPTS = Path(__file__).parent / "prompts"
_SYSTEM = PromptTemplate.load(_PROMPTS / "system.md")
_PLAN = PromptTemplate.load(_PROMPTS / "plan.md")

# Characters of the lesson around a tag that the planner sees: the paragraph it illustrates, not the whole lesson.
_CONTEXT_CHARACTERS = 1200
_TOKENS_PER_VISUAL = 1200
_TOKENS_HEADROOM = 512


@dataclass(frozen=True)
class LessonVisuals:
    """The planned visuals of a lesson, by key, in the order of the text."""

    prompt_keys: tuple[str, ...]
    reused: int
    usage: Usage


@dataclass(frozen=True)
class LessonPlanner:
    """Plans the visuals of lessons of one project. Safe to run again: a visual planned from the same text is kept."""

    store: ArtefactStore
    keys: ProjectKeys
    model: TextModel
    language: str

    async def plan(self, module_number: int, lesson_number: int, lesson_title: str, markdown: str) -> LessonVisuals:
        """Plan a lesson's visuals; a lesson without tags has none and costs no call.

        Raises
        ------
        LessonRejected
            The model's plan leaves out a visual, even when asked for it alone.
        """
        wanted = [self._requested(tag, markdown) for tag in find_visual_tags(markdown)]
        prompt_keys = {visual.visual_id: self.keys.prompt(visual.visual_id, visual.description) for visual in wanted}
        found = await asyncio.gather(
            *(asyncio.to_thread(self.store.find, prompt_keys[visual.visual_id]) for visual in wanted)
        )
        stored = {visual.visual_id: artefact for visual, artefact in zip(wanted, found, strict=True)}
        missing = [visual for visual in wanted if not self._is_current(stored[visual.visual_id], visual, lesson_title)]
        designs, usage = await self._design(missing, lesson_title)
        for visual in missing:
            self.store.write_model(
                prompt_keys[visual.visual_id],
                self._planned(designs[visual.visual_id], visual),
                replacing=stored[visual.visual_id],
                fingerprint=self._fingerprint(visual, lesson_title),
            )
        self._drop_stale(module_number, lesson_number, set(prompt_keys.values()))
        return LessonVisuals(prompt_keys=tuple(prompt_keys.values()), reused=len(wanted) - len(missing), usage=usage)

    async def _design(self, visuals: list[RequestedVisual], lesson_title: str) -> tuple[dict[str, VisualDesign], Usage]:
        async def ask(missing: frozenset[str]) -> tuple[dict[str, VisualDesign], Usage]:
            wanted = tuple(visual for visual in visuals if visual.visual_id in missing)
            request = VisualPlanRequest(language=self.language, lesson_title=lesson_title, visuals=wanted)
            decision = await self.model.decide(
                _PLAN.fill(request=as_prompt_data(request)),
                VisualPlan,
                system=_SYSTEM.text,
                max_tokens=_TOKENS_HEADROOM + _TOKENS_PER_VISUAL * len(wanted),
            )
            return {design.visual_id: design for design in decision.value.visuals}, decision.usage

        names = {visual.visual_id: visual.visual_id for visual in visuals}
        return await answers_for_all(names, ask, "the plan of the lesson's visuals")

    def _requested(self, tag: VisualTag, markdown: str) -> RequestedVisual:
        context = markdown[max(0, tag.start - _CONTEXT_CHARACTERS) : tag.start].strip()
        return RequestedVisual(visual_id=tag.visual_id, description=tag.description, context=context)

    def _planned(self, design: VisualDesign, visual: RequestedVisual) -> PlannedVisual:
        return PlannedVisual(
            visual_id=visual.visual_id,
            kind=design.kind,
            description=visual.description,
            caption=design.caption,
            alt_text=design.alt_text,
            source=design.mermaid,
            image_prompt=design.image_prompt,
            language=self.language,
        )

    def _fingerprint(self, visual: RequestedVisual, lesson_title: str) -> str:
        return fingerprint_of(visual, lesson_title, self.language, _SYSTEM.version, _PLAN.version, self.model.model_id)

    def _is_current(self, stored: Artefact | None, visual: RequestedVisual, lesson_title: str) -> bool:
        return stored is not None and stored.fingerprint == self._fingerprint(visual, lesson_title)

    def _drop_stale(self, module_number: int, lesson_number: int, current: set[str]) -> None:
        """Remove plans of visuals that the lesson no longer has; the bucket is versioned, so nothing is lost."""
        for key in self.store.keys(self.keys.prompts_of_lesson(module_number, lesson_number)):
            if key not in current:
                self.store.delete(key)
