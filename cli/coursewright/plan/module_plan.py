"""One module's plan, from the fingerprints that the functions compute."""

from dataclasses import dataclass

from content_gen.lesson_prompts import lesson_fingerprint
from course_kit.outline import Lesson, Module, Outline
from course_kit.outline.book_parts import WRITTEN_BY_MODEL, BookPart
from course_kit.outline.call_sizes import words_for_lesson
from course_kit.outline.labs import ModuleLabPlan, labs_of_module
from course_kit.outline.lesson_specification import LessonSpecification
from course_kit.records.visuals import PlannedVisual
from course_kit.run.events import ContentType
from course_kit.run.regeneration import Regeneration
from course_kit.store.artefact_store import Artefact
from coursewright.plan.model import ModulePlan, Share
from coursewright.plan.project_state import ProjectState
from images_gen.figure_fingerprint import figure_fingerprint
from lab_planner.lab_prompts import lab_plan_fingerprint, lab_plan_request
from lab_writer.lab_specification import LabSpecification, lab_guide_fingerprint
from study_writer.study_prompts import as_stored, study_fingerprint, study_request
from visual_planner.visual_prompts import requested_visuals, visual_plan_fingerprint


@dataclass(frozen=True, kw_only=True)
class ModulePlanner:
    """Plans the modules of one run."""

    state: ProjectState
    outline: Outline
    content_type: ContentType
    regeneration: Regeneration
    text_model_id: str
    image_model_id: str
    book_parts: frozenset[BookPart]
    lab_requirements: str

    def plan(self, module: Module) -> ModulePlan:
        """Return a run's plan for a module in the project's current state."""
        plan = ModulePlan(number=module.number, title=module.title)
        if self.content_type.has_theory:
            plan = self._with_theory(plan, module)
        if self.content_type.has_labs:
            plan = self._with_labs(plan, module)
        return plan

    def _with_theory(self, plan: ModulePlan, module: Module) -> ModulePlan:
        keys = {
            lesson.number: self.state.keys.lesson(module.number, lesson.number, lesson.title)
            for lesson in module.lessons
        }
        stored = self.state.find_all(keys.values())
        kept = [lesson for lesson in module.lessons if self._is_kept(module, lesson, stored.get(keys[lesson.number]))]
        made = [lesson for lesson in module.lessons if lesson not in kept]
        lessons = Share(
            make=[_name(module, lesson) for lesson in made],
            reuse=[_name(module, lesson) for lesson in kept],
            drop=self.state.others(self.state.keys.lessons_of_module(module.number), keys.values()),
        )
        visuals, calls = self._visuals(module, {lesson: keys[lesson.number] for lesson in kept})
        visuals.unknown = lessons.make
        study = self._study(module, {lesson: keys[lesson.number] for lesson in kept})
        study.unknown = lessons.make if self._written_parts else []
        return plan.model_copy(
            update={"lessons": lessons, "visuals": visuals, "study": study, "visual_plan_calls": calls}
        )

    @property
    def _written_parts(self) -> frozenset[BookPart]:
        return self.book_parts & WRITTEN_BY_MODEL

    def _study(self, module: Module, lesson_keys: dict[Lesson, str]) -> Share:
        """Return the plan for the study parts of lessons that stay."""
        state, parts, share = self.state, self._written_parts, Share()
        if not parts:
            return share
        study_keys = {lesson: state.keys.study(module.number, lesson.number) for lesson in module.lessons}
        texts, stored = state.read_all(lesson_keys.values()), state.find_all(study_keys.values())
        for lesson, key in lesson_keys.items():
            wanted = study_request(self.outline, module, lesson, texts[key].decode(), parts)
            found = stored.get(study_keys[lesson])
            request = as_stored(wanted, found, words_for_lesson(module, lesson), self.text_model_id)
            is_kept = found is not None and found.fingerprint == study_fingerprint(request, self.text_model_id)
            is_kept &= not self.regeneration.covers_study(module.number, lesson.number)
            (share.reuse if is_kept else share.make).append(_name(module, lesson))
        share.drop = state.others(state.keys.study_of_module(module.number), study_keys.values())
        return share

    def _is_kept(self, module: Module, lesson: Lesson, stored: Artefact | None) -> bool:
        specification = LessonSpecification.of(self.outline, module, lesson)
        is_current = stored is not None and stored.fingerprint == lesson_fingerprint(specification, self.text_model_id)
        return is_current and not self.regeneration.covers_lesson(module.number, lesson.number)

    def _visuals(self, module: Module, lesson_keys: dict[Lesson, str]) -> tuple[Share, int]:
        """Return the plan for the visuals of lessons that stay, and the calls that plan them."""
        state, keys, share, calls = self.state, self.state.keys, Share(), 0
        texts = state.read_all(lesson_keys.values())
        current: list[str] = []
        for lesson, lesson_key in lesson_keys.items():
            wanted = requested_visuals(texts[lesson_key].decode())
            prompt_keys = {visual.visual_id: keys.prompt(visual.visual_id, visual.description) for visual in wanted}
            plans = state.find_all(prompt_keys.values())
            planned = {
                visual.visual_id
                for visual in wanted
                if (stored := plans.get(prompt_keys[visual.visual_id]))
                and stored.fingerprint
                == visual_plan_fingerprint(visual, lesson.title, self.outline.course.language, self.text_model_id)
                and not self.regeneration.covers_visual(visual.visual_id)
            }
            calls += len(planned) < len(wanted)
            drawn = self._drawn({visual_id: prompt_keys[visual_id] for visual_id in planned})
            share.reuse += [visual.visual_id for visual in wanted if visual.visual_id in drawn]
            share.make += [visual.visual_id for visual in wanted if visual.visual_id not in drawn]
            current += [keys.image(visual.visual_id, suffix) for visual in wanted for suffix in ("png", "svg")]
        lessons_kept = {lesson.number for lesson in lesson_keys}
        gone = {
            key
            for key in state.others(keys.images_of_module(module.number), current)
            # The images of a lesson that is written again are not known yet.
            if (number := int(key.rpartition("/")[2].split("-")[1])) in lessons_kept
            or number not in {lesson.number for lesson in module.lessons}
        }
        share.drop = sorted(gone)
        return share, calls

    def _drawn(self, prompt_keys: dict[str, str]) -> set[str]:
        """Return the planned visuals that have their figure."""
        bodies = self.state.read_all(prompt_keys.values())
        images = {visual_id: self.state.keys.image(visual_id, "png") for visual_id in prompt_keys}
        figures = self.state.find_all(images.values())
        return {
            visual_id
            for visual_id, key in prompt_keys.items()
            if (figure := figures.get(images[visual_id]))
            and figure.fingerprint
            == figure_fingerprint(PlannedVisual.model_validate_json(bodies[key]), self.image_model_id)
        }

    def _with_labs(self, plan: ModulePlan, module: Module) -> ModulePlan:
        state, keys = self.state, self.state.keys
        wanted = labs_of_module(module)
        guide_keys = {lab.lab_id: keys.lab_guide(lab.lab_id, lab.title) for lab in wanted}
        guides = state.find_all(guide_keys.values())
        labs = Share(drop=state.others(keys.lab_guides_of_module(module.number), guide_keys.values()))
        request = lab_plan_request(self.outline, module, self.lab_requirements)
        stored = state.store.find(keys.lab_plan(module.number))
        known = state.store.read_model(keys.lab_plan(module.number), ModuleLabPlan)
        is_planned = stored is not None and stored.fingerprint == lab_plan_fingerprint(request, self.text_model_id)
        if known is None or not is_planned or self.regeneration.covers_lab_plan(module.number):
            for lab in wanted:
                is_made = lab.lab_id not in {lab_id for lab_id, key in guide_keys.items() if key in guides}
                is_made |= self.regeneration.covers_lab(lab.lab_id)
                (labs.make if is_made else labs.unknown).append(lab.lab_id)
            return plan.model_copy(update={"labs": labs, "lab_plan_calls": int(bool(wanted))})
        for planned in known.labs:
            specification = LabSpecification.of(self.outline, module, planned, self.lab_requirements)
            guide = guides.get(guide_keys[planned.lab_id])
            is_kept = guide is not None and guide.fingerprint == lab_guide_fingerprint(
                specification, self.text_model_id
            )
            is_kept &= not self.regeneration.covers_lab(planned.lab_id)
            (labs.reuse if is_kept else labs.make).append(planned.lab_id)
        return plan.model_copy(update={"labs": labs})


def _name(module: Module, lesson: Lesson) -> str:
    return f"{module.number}.{lesson.number}"
