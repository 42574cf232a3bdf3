"""What a writer needs to know of one lab, its prompts, and what a guide is made from."""

from pathlib import Path
from typing import Self

from course_kit.brief.course_brief import CourseBrief
from course_kit.brief.course_context import COURSE_PROMPT_VERSION, CourseContext, with_course
from course_kit.data_models import ClosedModel
from course_kit.labels import Labels
from course_kit.mending.titles_as_code import headings_note
from course_kit.outline import Module, Outline
from course_kit.outline.call_sizes import words_for_lab
from course_kit.outline.labs import PlannedLab, labs_of_module
from course_kit.store.artefact import fingerprint_of
from course_kit.store.ids import LessonId
from course_kit.text.prompt_template import PromptTemplate, as_prompt_data, as_prompt_list

_PROMPTS = Path(__file__).parent / "prompts"
_SYSTEM = PromptTemplate.load(_PROMPTS / "system.md")
_LAB = PromptTemplate.load(_PROMPTS / "lab.md")
_REPAIR = PromptTemplate.load(_PROMPTS / "repair.md")

PROMPT_VERSION = fingerprint_of(_SYSTEM.version, _LAB.version, COURSE_PROMPT_VERSION)[:12]


def system_prompt(context: CourseContext) -> str:
    """Return what holds for every guide of a course."""
    return with_course(_SYSTEM.text, context)


class LabSpecification(ClosedModel):
    """One lab in its course. Stands as JSON in the writer's prompt."""

    language: str
    course_title: str
    audience: tuple[str, ...]
    module_title: str
    lab: PlannedLab
    outline_description: str
    """What the outline says of the lab, in its author's words."""
    lab_requirements: str
    word_target: int
    lesson: str = ""
    """The number of its lesson as readers see it; empty for a lab of the module itself."""
    lesson_title: str = ""
    topics: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    """Of its lesson."""
    step_of_running_example: str = ""

    @classmethod
    def of(
        cls, outline: Outline, module: Module, lab: PlannedLab, lab_requirements: str, brief: CourseBrief | None = None
    ) -> Self:
        """Take from the outline, the plan and the brief what concerns one lab."""
        course = outline.course
        lesson = next((one for one in module.lessons if one.number == lab.lesson_number), None)
        own = brief.slice_of(LessonId(module.number, lesson.number)) if brief and lesson else None
        return cls(
            language=course.language,
            course_title=course.title,
            audience=course.audience,
            module_title=module.title,
            lab=lab,
            outline_description=next(
                (known.description for known in labs_of_module(module) if known.lab_id == lab.lab_id), ""
            ),
            lab_requirements=lab_requirements,
            word_target=words_for_lab(lab.duration_minutes),
            lesson=f"{module.shown}.{lesson.shown}" if lesson else "",
            lesson_title=lesson.title if lesson else "",
            topics=tuple(topic.title for topic in lesson.topics) if lesson else (),
            objectives=lesson.objectives if lesson else (),
            step_of_running_example=own.example_step if own else "",
        )


def lab_prompt(specification: LabSpecification) -> str:
    """Return the message that asks for a guide."""
    labels = Labels.of(specification.language).lab
    prompt = _LAB.fill(specification=as_prompt_data(specification), **labels.model_dump())
    return prompt + headings_note([specification.lab.title])


def repair_prompt(faults: list[str]) -> str:
    """Return the message that asks for the same guide without its faults."""
    return _REPAIR.fill(faults=as_prompt_list(faults))
