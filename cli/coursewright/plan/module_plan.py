"""One module's plan, from the same verdicts that the functions reach."""

from collections.abc import Iterable
from dataclasses import dataclass

from content_gen.wanted import wanted_lesson
from course_kit.outline import Lesson, Module
from course_kit.outline.book_parts import WRITTEN_BY_MODEL, BookPart
from course_kit.outline.labs import ModuleLabPlan, labs_of_module
from course_kit.records.visuals import PlannedVisual
from course_kit.run.events import ContentType
from course_kit.run.run_inputs import RunInputs
from course_kit.store.artefact_keys import visual_of
from course_kit.store.ids import LessonId
from course_kit.work.wanted import Verdict, Wanted, verdict
from coursewright.plan.model import ModulePlan, Share
from coursewright.plan.project_state import ProjectState
from images_gen.wanted import wanted_figure
from lab_planner.wanted import wanted_lab_plan
from lab_writer.wanted import wanted_lab_guide
from study_writer.wanted import request_of_lesson, wanted_study
from visual_planner.wanted import wanted_visual_plans


@dataclass(frozen=True, kw_only=True)
class ModulePlanner:
    """Plans the modules of one run."""

    state: ProjectState
    run: RunInputs
    content_type: ContentType
    image_model_id: str
    book_parts: frozenset[BookPart]

    def plan(self, module: Module) -> ModulePlan:
        """Return a run's plan for a module in the project's current state."""
        plan = ModulePlan(number=module.number, title=module.title)
        if self.content_type.has_theory:
            plan = self._with_theory(plan, module)
        if self.content_type.has_labs:
            plan = self._with_labs(plan, module)
        return plan

    def _with_theory(self, plan: ModulePlan, module: Module) -> ModulePlan:
        wanted = {lesson: wanted_lesson(self.run, module, lesson) for lesson in module.lessons}
        kept = self.state.kept(wanted.values())
        lessons = Share(
            make=[_name(module, lesson) for lesson in wanted if wanted[lesson] not in kept],
            reuse=[_name(module, lesson) for lesson in wanted if wanted[lesson] in kept],
            drop=self.state.others(
                self.run.keys.lessons_of_module(module.number), [lesson.key for lesson in wanted.values()]
            ),
        )
        bodies = self.state.read_all(lesson.key for lesson in kept)
        texts = {lesson: bodies[wanted[lesson].key].decode() for lesson in wanted if wanted[lesson] in kept}
        visuals, calls = self._visuals(module, texts)
        visuals.unknown = lessons.make
        study = self._study(module, texts)
        study.unknown = lessons.make if self._written_parts else []
        return plan.model_copy(
            update={"lessons": lessons, "visuals": visuals, "study": study, "visual_plan_calls": calls}
        )

    @property
    def _written_parts(self) -> frozenset[BookPart]:
        return self.book_parts & WRITTEN_BY_MODEL

    def _study(self, module: Module, texts: dict[Lesson, str]) -> Share:
        """Return the plan for the study parts of lessons that stay."""
        parts, share = self._written_parts, Share()
        if not parts:
            return share
        keys = {lesson: self.run.keys.study(module.number, lesson.number) for lesson in module.lessons}
        stored = self.state.find_all(keys.values())
        for lesson, text in texts.items():
            found = stored.get(keys[lesson])
            request = request_of_lesson(self.run, module, lesson, text=text, parts=parts, stored=found)
            is_made = verdict(wanted_study(self.run, request), found, lease=None) is Verdict.MAKE
            (share.make if is_made else share.reuse).append(_name(module, lesson))
        share.drop = self.state.others(self.run.keys.study_of_module(module.number), keys.values())
        return share

    def _visuals(self, module: Module, texts: dict[Lesson, str]) -> tuple[Share, int]:
        """Return the plan for the visuals of lessons that stay, and the calls that plan them."""
        state, keys, share, calls = self.state, self.run.keys, Share(), 0
        current: list[str] = []
        for lesson, text in texts.items():
            plans = wanted_visual_plans(self.run, lesson.title, text)
            planned = state.kept(plans.values())
            calls += len(planned) < len(plans)
            drawn = self._drawn(planned)
            visual_ids = [visual.visual_id for visual in plans]
            share.reuse += [visual_id for visual_id in visual_ids if visual_id in drawn]
            share.make += [visual_id for visual_id in visual_ids if visual_id not in drawn]
            current += [keys.image(visual_id, suffix) for visual_id in visual_ids for suffix in ("png", "svg")]
        lessons_kept = {lesson.number for lesson in texts}
        gone = {
            key
            for key in state.others(keys.images_of_module(module.number), current)
            # The images of a lesson that is written again are not known yet.
            if (visual := visual_of(key)) is None
            or visual.lesson in lessons_kept
            or visual.lesson not in {lesson.number for lesson in module.lessons}
        }
        share.drop = sorted(gone)
        return share, calls

    def _drawn(self, plans: Iterable[Wanted]) -> set[str]:
        """Return the planned visuals that have their figure."""
        bodies = self.state.read_all(plan.key for plan in plans)
        figures = [
            wanted_figure(
                self.run.keys,
                PlannedVisual.model_validate_json(body),
                image_model_id=self.image_model_id,
                regeneration=self.run.regeneration,
            )
            for body in bodies.values()
        ]
        return {figure.identity for figure in self.state.kept(figures)}

    def _with_labs(self, plan: ModulePlan, module: Module) -> ModulePlan:
        state, keys = self.state, self.run.keys
        guide_keys = {lab.lab_id: keys.lab_guide(lab.lab_id, lab.title) for lab in labs_of_module(module)}
        labs = Share(drop=state.others(keys.lab_guides_of_module(module.number), guide_keys.values()))
        lab_plan = wanted_lab_plan(self.run, module)
        known = state.store.read_model(lab_plan.key, ModuleLabPlan)
        if known is None or not state.kept([lab_plan]):
            there = state.find_all(guide_keys.values())
            for lab_id, key in guide_keys.items():
                is_made = key not in there or self.run.regeneration.covers_lab(lab_id)
                (labs.make if is_made else labs.unknown).append(lab_id)
            return plan.model_copy(update={"labs": labs, "lab_plan_calls": int(bool(guide_keys))})
        guides = [wanted_lab_guide(self.run, module, lab) for lab in known.labs]
        kept = state.kept(guides)
        labs.make = [guide.identity for guide in guides if guide not in kept]
        labs.reuse = [guide.identity for guide in guides if guide in kept]
        return plan.model_copy(update={"labs": labs})


def _name(module: Module, lesson: Lesson) -> str:
    return str(LessonId(module.number, lesson.number))
