"""The writer's prompts, filled in for one lesson, and what its study parts are made from."""

from collections.abc import Sequence
from pathlib import Path

from course_kit.brief.course_brief import CourseBrief
from course_kit.outline import Lesson, Module, Outline
from course_kit.outline.book_parts import BookPart
from course_kit.outline.lesson_specification import LessonSpecification
from course_kit.outline.study import WantedParts
from course_kit.store.artefact import fingerprint_of
from course_kit.store.ids import LessonId
from course_kit.text.prompt_template import PromptTemplate, as_prompt_data, as_prompt_list
from study_writer.study_answer import StudyParts, StudyRequest

_PROMPTS = Path(__file__).parent / "prompts"
_SYSTEM = PromptTemplate.load(_PROMPTS / "system.md")
_STUDY = PromptTemplate.load(_PROMPTS / "study.md")
_REPAIR = PromptTemplate.load(_PROMPTS / "repair.md")
_SHOWN_FAULTS = 5

SYSTEM_PROMPT = _SYSTEM.text
PROMPT_VERSION = fingerprint_of(_SYSTEM.version, _STUDY.version)[:12]
PARTS_DETAIL = "parts"
"""In an artefact's metadata: the parts that it was asked for, separated by commas."""


def study_request(
    outline: Outline,
    module: Module,
    lesson: Lesson,
    text: str,
    parts: frozenset[BookPart],
    *,
    brief: CourseBrief | None = None,
) -> StudyRequest:
    """Return what is asked for a lesson, from its Markdown as saved."""
    own = str(LessonId(module.number, lesson.number))
    specification = LessonSpecification.of(outline, module, lesson)
    return StudyRequest(
        language=specification.language,
        course_title=specification.course_title,
        module_number=module.number,
        lesson_number=lesson.number,
        lesson_title=specification.lesson_title,
        objectives=specification.objectives,
        topics=tuple(topic.title for topic in specification.topics),
        parts=tuple(sorted(parts)),
        wanted=WantedParts.of(parts, specification.word_target),
        terms_of_others=tuple(term.term for term in brief.terms if term.owner not in ("", own)) if brief else (),
        lesson=text,
    )


def study_prompt(request: StudyRequest) -> str:
    """Return the message that asks for a lesson's study parts."""
    return _STUDY.fill(request=as_prompt_data(request))


def repair_prompt(request: StudyRequest, written: StudyParts, missing: WantedParts, faults: Sequence[str]) -> str:
    """Return the message that shows what was written and asks for what is missing of it, without its faults."""
    listed = as_prompt_list(faults[:_SHOWN_FAULTS])
    wanted = request.model_copy(update={"wanted": missing})
    return _REPAIR.fill(written=as_prompt_data(written), faults=listed, request=as_prompt_data(wanted))
