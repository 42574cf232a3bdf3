"""The planner's prompts, filled in for a course or for some of its lessons."""

from collections.abc import Collection
from pathlib import Path

from course_kit.brief.course_brief import CourseBrief
from course_kit.brief.course_context import CourseContext
from course_kit.brief.places import shown_places
from course_kit.outline import Outline
from course_kit.store.artefact import fingerprint_of
from course_kit.store.ids import LessonId
from course_kit.text.prompt_template import PromptTemplate, as_prompt_data
from course_planner.brief_answer import BriefRequest, KnownSlice, LessonToBrief

_PROMPTS = Path(__file__).parent / "prompts"
_SYSTEM = PromptTemplate.load(_PROMPTS / "system.md")
_COURSE = PromptTemplate.load(_PROMPTS / "course.md")
_LESSONS = PromptTemplate.load(_PROMPTS / "lessons.md")

SYSTEM_PROMPT = _SYSTEM.text
PROMPT_VERSION = fingerprint_of(_SYSTEM.version, _COURSE.version, _LESSONS.version)[:12]


def brief_request(outline: Outline, brief: CourseBrief | None, wanted: Collection[str]) -> BriefRequest:
    """Return the request for the slices of some lessons, by their slots; what a brief has already stays."""
    places = shown_places(outline)
    lessons = {
        str(LessonId(module.number, lesson.number)): (lesson, module)
        for module in outline.modules
        for lesson in module.lessons
    }
    settled = [one for one in brief.lessons if one.lesson in places and one.lesson not in wanted] if brief else []
    return BriefRequest(
        course=CourseContext.of(outline, brief),
        example_wanted=outline.course.running_example,
        lessons=tuple(
            LessonToBrief(
                lesson=places[slot],
                title=lesson.title,
                description=lesson.description,
                topics=tuple(topic.title for topic in lesson.topics),
                labs=tuple(lab.title for lab in lesson.lab_activities),
            )
            for slot, (lesson, _) in lessons.items()
            if slot in wanted
        ),
        settled=tuple(
            KnownSlice(lesson=places[one.lesson], establishes=one.establishes, step_of_running_example=one.example_step)
            for one in settled
        ),
    )


def course_prompt(request: BriefRequest) -> str:
    """Return the message that asks for a whole brief, or for the frame of a large course."""
    return _COURSE.fill(request=as_prompt_data(request))


def lessons_prompt(request: BriefRequest) -> str:
    """Return the message that asks for the slices of some lessons under a brief that stands."""
    return _LESSONS.fill(request=as_prompt_data(request))
