"""The planner's prompts, and what a module's plan is made from."""

from pathlib import Path

from course_kit.brief.course_brief import CourseBrief
from course_kit.brief.course_context import COURSE_PROMPT_VERSION, CourseContext, with_course
from course_kit.outline import Lesson, Module, Outline
from course_kit.outline.labs import labs_of_module
from course_kit.store.artefact import fingerprint_of
from course_kit.store.ids import LessonId
from course_kit.text.prompt_template import PromptTemplate, as_prompt_data
from lab_planner.lab_plan import EarlierLab, LabPlanRequest, LessonOfLab

_PROMPTS = Path(__file__).parent / "prompts"
_SYSTEM = PromptTemplate.load(_PROMPTS / "system.md")
_PLAN = PromptTemplate.load(_PROMPTS / "plan.md")

PROMPT_VERSION = fingerprint_of(_SYSTEM.version, _PLAN.version, COURSE_PROMPT_VERSION)[:12]


def system_prompt(context: CourseContext) -> str:
    """Return what holds for the plans of all labs of a course."""
    return with_course(_SYSTEM.text, context)


def lab_plan_request(
    outline: Outline, module: Module, lab_requirements: str, brief: CourseBrief | None = None
) -> LabPlanRequest:
    """Return what is asked for the labs of a module."""

    def lesson_of_lab(lesson: Lesson) -> LessonOfLab:
        own = brief.slice_of(LessonId(module.number, lesson.number)) if brief else None
        return LessonOfLab(
            lesson_title=lesson.title,
            topics=tuple(topic.title for topic in lesson.topics),
            objectives=lesson.objectives,
            step_of_running_example=own.example_step if own else "",
        )

    earlier = outline.modules[: outline.module_numbers.index(module.number)]
    course = outline.course
    return LabPlanRequest(
        language=course.language,
        course_title=course.title,
        course_level=course.level,
        audience=course.audience,
        module_title=module.title,
        module_summary=module.summary or module.description,
        lab_requirements=lab_requirements,
        labs=labs_of_module(module),
        lessons=tuple(map(lesson_of_lab, module.lessons)),
        earlier_labs=tuple(
            EarlierLab(module_title=other.title, title=lab.title) for other in earlier for lab in labs_of_module(other)
        ),
    )


def lab_plan_prompt(request: LabPlanRequest) -> str:
    """Return the message that asks for a plan."""
    return _PLAN.fill(request=as_prompt_data(request))
