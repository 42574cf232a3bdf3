"""Plans what is missing of one lesson's visuals, in one model call, and saves each visual under its own key."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from course_kit.errors import ArtefactConflict, RequestInvalid
from course_kit.model.complete_answers import answers_for_all
from course_kit.model.drafts import unit_of_work
from course_kit.model.model_provider import TextModel
from course_kit.outline import Lesson
from course_kit.outline.call_sizes import max_tokens_for_visuals
from course_kit.records.lesson_text import read_lesson
from course_kit.records.manifest import ModuleManifest
from course_kit.records.visuals import PlannedVisual
from course_kit.records.written import is_authors
from course_kit.records.written_record import metadata_key
from course_kit.store.artefact import Artefact
from course_kit.store.ids import LessonId
from course_kit.store.provenance import provenance
from course_kit.usage import Usage
from course_kit.work.earlier import settled
from course_kit.work.model_step import ModelStep
from course_kit.work.superseded import drop_superseded
from course_kit.work.wanted import Verdict, Wanted
from visual_planner.visual_plan import RequestedVisual, VisualDesign, VisualPlan, VisualPlanRequest
from visual_planner.visual_planning_request import VisualPlanningRequest, VisualPlanningResult
from visual_planner.visual_prompts import PROMPT_VERSION, SYSTEM_PROMPT, visual_plan_prompt
from visual_planner.wanted import wanted_visual_plans

_MODEL = metadata_key("model_id")


@dataclass(frozen=True)
class LessonPlanner:
    """Plans the visuals of one lesson. Safe to repeat: a visual planned from the same text is kept."""

    step: ModelStep[VisualPlanningRequest]

    async def plan(self) -> VisualPlanningResult:
        """Plan the lesson's visuals; a lesson without tags has none and costs no call.

        Raises
        ------
        RequestInvalid
            The lesson is not written, or not in the outline.
        TextRejected
            The model's plan leaves out a visual, even after a request for it alone.
        ArtefactConflict
            Another execution has taken the project over.
        """
        started_at = datetime.now(UTC)
        step, request = self.step, self.step.request
        manifest = await asyncio.to_thread(
            step.store.read_model, step.keys.manifest(request.module_number), ModuleManifest
        )
        known = manifest.written if manifest else {}
        markdown, lesson = self._lesson(manifest)
        prefix = step.keys.prompts_of_lesson(request.module_number, request.lesson_number)
        plans = await asyncio.to_thread(self._stored_plans, prefix)
        kept = [key for key, plan in plans.items() if request.books_only or is_authors(plan, known.get(key))]
        wanted = wanted_visual_plans(step.inputs, lesson.title, markdown, kept)
        stored: dict[RequestedVisual, Artefact | None] = {}
        verdicts: dict[RequestedVisual, Verdict] = {}
        for visual, plan in wanted.items():
            stored[visual], verdicts[visual] = await asyncio.to_thread(
                settled, step.store, plan, plans.get(plan.key), step.lease, known.get(plan.key)
            )
        missing = {visual: wanted[visual] for visual in wanted if verdicts[visual] is Verdict.MAKE}
        if missing and request.books_only:
            # A line stands in the place of a figure that an author's lesson asks for and nobody has made.
            if manifest is None or not manifest.is_authors(request.lesson_key):
                next(iter(missing.values())).require_model(f"the plan of figure {next(iter(missing)).visual_id}")
            wanted = {visual: plan for visual, plan in wanted.items() if visual not in missing}
            missing = {}
        used = await self._make(missing, stored, lesson) if missing else Usage()
        # An attempt of this execution that was killed on its way has still paid for what it saved.
        paid = (verdicts[visual].usage(artefact) for visual, artefact in stored.items() if artefact)
        prompt_keys = tuple(plan.key for plan in wanted.values())
        drop_superseded(step.store, prefix, prompt_keys, known)
        return VisualPlanningResult(
            module_number=request.module_number,
            lesson_number=request.lesson_number,
            prompt_keys=prompt_keys,
            visual_ids=tuple(visual.visual_id for visual in wanted),
            visual_count=len(prompt_keys),
            reused=sum(found not in (Verdict.MAKE, Verdict.OWN) for found in verdicts.values()),
            stale=sum(found is Verdict.STALE for found in verdicts.values()),
            prompt_version=PROMPT_VERSION,
            usage=sum(paid, used),
            started_at=started_at,
            ended_at=datetime.now(UTC),
        )

    def _stored_plans(self, prefix: str) -> dict[str, Artefact]:
        """Return the lesson's plans in the bucket, by key."""
        store = self.step.store
        return {key: found for key in store.keys(prefix) if (found := store.find(key))}

    def _lesson(self, manifest: ModuleManifest | None) -> tuple[str, Lesson]:
        """Return the lesson's Markdown, and its part of the outline."""
        request = self.step.request
        number = LessonId(request.module_number, request.lesson_number)
        known = manifest.written.get(request.lesson_key) if manifest else None
        found = read_lesson(self.step.store, request.lesson_key, number, known)
        if found is None:
            raise RequestInvalid(
                f"lesson_key: found no object {request.lesson_key!r}, expected a lesson of this project"
            )
        lessons = {lesson.number: lesson for lesson in self.step.module(request.module_number).lessons}
        if request.lesson_number not in lessons:
            raise RequestInvalid(
                f"lesson_number: found {request.lesson_number}, expected a lesson of module {request.module_number}"
            )
        return found.text, lessons[request.lesson_number]

    async def _make(
        self,
        missing: Mapping[RequestedVisual, Wanted],
        stored: Mapping[RequestedVisual, Artefact | None],
        lesson: Lesson,
    ) -> Usage:
        """Plan and save the missing visuals; return the usage of the calls."""
        step = self.step
        await asyncio.to_thread(step.lease.require)
        lesson_prefix = step.keys.prompts_of_lesson(step.request.module_number, lesson.number)
        async with unit_of_work(step.lease, lesson_prefix) as unit:
            designs = await self._design(step.short_model, list(missing), lesson.title)
            unrecorded = used = unit.used
            for visual, plan in missing.items():
                # The calls for several visuals stand with the first of them.
                metadata = {
                    **provenance(step.lease.execution_name, unrecorded),
                    _MODEL: step.inputs.short_text_model_id,
                }
                self._save(plan, self._planned(designs[visual.visual_id], visual), stored[visual], metadata)
                unrecorded = Usage()
            await unit.done()
        return used

    def _save(self, plan: Wanted, planned: PlannedVisual, stored: Artefact | None, metadata: Mapping[str, str]) -> None:
        """Save a visual's plan in place of what was there, unless its author has edited that meanwhile."""
        store = self.step.store
        try:
            store.write_model(
                plan.key, planned, replacing=stored, fingerprint=plan.fingerprint, shape=plan.shape, metadata=metadata
            )
        except ArtefactConflict:
            edited = store.find(plan.key)
            if edited is None or plan.is_named or not is_authors(edited, None):
                raise

    async def _design(
        self, model: TextModel, visuals: list[RequestedVisual], lesson_title: str
    ) -> dict[str, VisualDesign]:
        async def ask(missing: frozenset[str]) -> dict[str, VisualDesign]:
            wanted = tuple(visual for visual in visuals if visual.visual_id in missing)
            course = self.step.inputs.course_context
            request = VisualPlanRequest(
                language=self._language,
                course_title=course.title,
                lesson_title=lesson_title,
                running_example=course.running_example,
                terms=tuple(term.term for term in course.terms),
                visuals=wanted,
            )
            decision = await model.decide(
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
            language=self._language,
        )

    @property
    def _language(self) -> str:
        return self.step.outline.course.language
