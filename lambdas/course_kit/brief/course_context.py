"""What every text of a course is told about the whole of it: facts, map, example, terms, conventions.

It is the same for all calls of a function in a run, so that the provider can cache it.
"""

from pathlib import Path
from typing import Self

from course_kit.brief.course_brief import Convention, CourseBrief, RunningExample
from course_kit.brief.places import shown_places
from course_kit.data_models import ClosedModel
from course_kit.labels import Labels
from course_kit.outline import Module, Outline
from course_kit.store.artefact import fingerprint_of
from course_kit.text.prompt_template import PromptTemplate, SystemPrompt, as_short_prompt_data

_FOLDER = Path(__file__).parent
_COURSE = PromptTemplate.load(_FOLDER / "course.md")
_SHARED = PromptTemplate.load(_FOLDER / "shared_brief.md")
# A map of more lessons would cost each call more than its own text; then topics and definitions go, at last lessons.
_MOST_LESSONS_WITH_TOPICS, _MOST_LESSONS = 60, 400

COURSE_PROMPT_VERSION = fingerprint_of(_COURSE.version, _SHARED.version)[:12]


class LessonOnMap(ClosedModel):
    """One lesson on the map of the course."""

    number: str
    title: str
    topics: tuple[str, ...] = ()


class ModuleOnMap(ClosedModel):
    """One module on the map of the course."""

    number: int
    title: str
    lessons: tuple[LessonOnMap, ...] = ()


class KnownTerm(ClosedModel):
    """A term, with the number of the lesson that introduces it."""

    term: str
    definition: str = ""
    introduced_in: str = ""
    instead_of: tuple[str, ...] = ()


class CourseContext(ClosedModel):
    """The whole course, as JSON in a system prompt."""

    title: str
    description: str = ""
    version: str = ""
    language: str
    level: str = ""
    audience: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    learning_outcomes: tuple[str, ...] = ()
    modules: tuple[ModuleOnMap, ...] = ()
    voice: str = ""
    running_example: RunningExample = RunningExample()
    terms: tuple[KnownTerm, ...] = ()
    conventions: tuple[Convention, ...] = ()

    @classmethod
    def of(cls, outline: Outline, brief: CourseBrief | None) -> Self:
        """Return what an outline, bound to its project, and a brief say of the whole course."""
        course, brief = outline.course, brief or CourseBrief()
        places = shown_places(outline)
        closing = Convention(about="closing heading", rule=Labels.of(course.language).self_study)
        return cls(
            title=course.title,
            description=course.description,
            version=course.version,
            language=course.language,
            level=course.level,
            audience=course.audience,
            prerequisites=course.prerequisites,
            learning_outcomes=course.outcomes,
            modules=tuple(_on_map(module, len(places)) for module in outline.modules),
            voice=brief.voice,
            running_example=brief.example,
            terms=tuple(
                KnownTerm(
                    term=term.term,
                    definition=term.definition if len(places) <= _MOST_LESSONS_WITH_TOPICS else "",
                    introduced_in=places.get(term.owner, ""),
                    instead_of=term.instead_of,
                )
                for term in brief.terms
            ),
            conventions=(closing, *brief.conventions),
        )


def with_course(system_prompt: str, context: CourseContext) -> SystemPrompt:
    """Return a function's system prompt with the whole course and what a brief adds to its rules before it."""
    return SystemPrompt(shared_prompt(context), system_prompt)


def shared_prompt(context: CourseContext) -> str:
    """Return what all functions that write for readers send first."""
    course = _COURSE.fill(course=as_short_prompt_data(context)).strip()
    has_brief = context.voice or context.terms or context.running_example.description
    return f"{course}\n{_SHARED.text if has_brief else ''}"


def _on_map(module: Module, total: int) -> ModuleOnMap:
    lessons = module.lessons if total <= _MOST_LESSONS else ()
    return ModuleOnMap(
        number=module.shown,
        title=module.title,
        lessons=tuple(
            LessonOnMap(
                number=f"{module.shown}.{lesson.shown}",
                title=lesson.title,
                topics=tuple(topic.title for topic in lesson.topics) if total <= _MOST_LESSONS_WITH_TOPICS else (),
            )
            for lesson in lessons
        ),
    )
