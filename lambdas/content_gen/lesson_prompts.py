"""The writer's prompts, filled in for one lesson."""

from collections.abc import Sequence
from pathlib import Path

from course_kit.brief.assignment import LessonAssignment
from course_kit.brief.course_context import COURSE_PROMPT_VERSION, CourseContext, with_course
from course_kit.labels import Labels
from course_kit.mending.titles_as_code import heading_text, headings_note
from course_kit.outline.lesson_specification import LessonSpecification
from course_kit.store.artefact import fingerprint_of
from course_kit.text.prompt_template import PromptTemplate, as_prompt_data, as_prompt_list

_PROMPTS = Path(__file__).parent / "prompts"
_SYSTEM = PromptTemplate.load(_PROMPTS / "system.md")
_LESSON = PromptTemplate.load(_PROMPTS / "lesson.md")
_EXTENSION = PromptTemplate.load(_PROMPTS / "extension.md")
_REPAIR = PromptTemplate.load(_PROMPTS / "repair.md")

_BRIEF = PromptTemplate.load(_PROMPTS / "brief.md")

PROMPT_VERSION = fingerprint_of(_SYSTEM.version, _LESSON.version, _BRIEF.version, COURSE_PROMPT_VERSION)[:12]


def system_prompt(context: CourseContext) -> str:
    """Return what holds for every lesson of a course."""
    return with_course(_SYSTEM.text, context)


def lesson_prompt(specification: LessonSpecification, assignment: LessonAssignment | None = None) -> str:
    """Return the message that asks for a lesson.

    Parameters
    ----------
    assignment
        What the course's brief asks of the lesson; None for a course without a brief.
    """
    prompt = _LESSON.fill(
        specification=as_prompt_data(specification),
        brief="" if assignment is None else _BRIEF.fill(assignment=as_prompt_data(assignment)),
        word_target=specification.word_target,
        self_study=Labels.of(specification.language).self_study,
    )
    return prompt + headings_note(titles_of(specification))


def titles_of(specification: LessonSpecification) -> tuple[str, ...]:
    """Return what a lesson's headings have to show to the letter."""
    return specification.lesson_title, *(topic.title for topic in specification.topics)


def repair_prompt(faults: list[str]) -> str:
    """Return the message that asks for the same lesson without its faults."""
    return _REPAIR.fill(faults=as_prompt_list(faults))


def extension_prompt(specification: LessonSpecification, words: int, short: Sequence[str]) -> str:
    """Return the message that asks for sections of a lesson that is far too short, written out."""
    return _EXTENSION.fill(
        words=words,
        word_target=specification.word_target,
        sections=as_prompt_list([f"## {heading_text(title)}" for title in short]),
    )
