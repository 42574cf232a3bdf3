"""Drafts of a course's brief, in the format of the prompts: one small example, and a slice for each lesson."""

from course_kit.brief.course_context import CourseContext, LessonOnMap
from course_kit.data_models import OpenModel
from course_kit.mending.titles_as_code import heading_text
from offline_author.brief_terms import lessons_of, terms_of_lessons
from offline_author.distinct_prose import Choices, Prose
from offline_author.phrases import Phrases

_MAX_POINTS = 3
_LONGEST_TITLE = 160


class LessonWanted(OpenModel):
    """One lesson of a brief's request."""

    lesson: str
    title: str
    description: str = ""
    topics: tuple[str, ...] = ()


class BriefWanted(OpenModel):
    """The data between ``<brief_request>`` tags."""

    course: CourseContext
    example_wanted: str = ""
    lessons: tuple[LessonWanted, ...] = ()


def draft_frame(wanted: BriefWanted, prose: Prose | None = None) -> dict[str, object]:
    """Return what the ``CourseBriefing`` tool takes beside slices; what the request gives stays as it is."""
    course, phrases = wanted.course, Phrases.of(wanted.course.language)
    example = course.running_example
    facts = [fact.model_dump() for fact in example.facts] or [
        {"name": name, "attribute": attribute, "value": value} for name, attribute, value in phrases.brief_facts
    ]
    about, rule = phrases.brief_convention
    return {
        "voice": course.voice or phrases.brief_voice,
        "running_example": example.description or wanted.example_wanted or phrases.brief_example,
        "facts": facts,
        "terms": _terms(wanted, prose, everywhere=True),
        "conventions": [{"about": about, "rule": rule}],
    }


def added_terms(wanted: BriefWanted, prose: Prose | None = None) -> list[dict[str, object]]:
    """Return the terms that lessons of the request add to the brief."""
    return _terms(wanted, prose, everywhere=False)


def _terms(wanted: BriefWanted, prose: Prose | None, *, everywhere: bool) -> list[dict[str, object]]:
    """Return the terms, for all lessons of the course together with those given, or for those asked for only."""
    course, phrases = wanted.course, Phrases.of(wanted.course.language)
    asked = {lesson.lesson for lesson in wanted.lessons}
    known = {term.term: term for term in course.terms}
    titles = {lesson.number: lesson.title for lesson in lessons_of(course)}
    terms: list[dict[str, object]] = []
    for number, words in terms_of_lessons(course, {one.lesson: one.description for one in wanted.lessons}).items():
        for word in words:
            if word in known:
                # One that the course has, and so far no lesson that introduces it.
                known[word] = known[word].model_copy(update={"introduced_in": number})
            elif everywhere or number in asked:
                place = course.title, number, word
                pattern = phrases.brief_definitions[len(terms) % len(phrases.brief_definitions)]
                definition = (
                    prose.filled(prose.definition, Choices(*place))
                    if prose
                    else pattern.format(term=word, lesson=_shown(titles[number]))
                )
                terms.append({"term": word, "definition": definition, "introduced_in": number})
    given: list[dict[str, object]] = [
        {
            "term": term.term,
            "definition": term.definition or phrases.brief_definitions[0].format(term=term.term, lesson=course.title),
            "introduced_in": term.introduced_in,
            "instead_of": list(term.instead_of),
        }
        for term in known.values()
    ]
    return [*(given if everywhere else []), *terms]


def draft_slices(wanted: BriefWanted, prose: Prose | None = None) -> list[dict[str, object]]:
    """Return a slice for each lesson of the request."""
    course, phrases = wanted.course, Phrases.of(wanted.course.language)
    order = lessons_of(course)
    places = {lesson.number: position for position, lesson in enumerate(order)}
    names = [fact.name for fact in course.running_example.facts] or [name for name, _, _ in phrases.brief_facts]
    slices: list[dict[str, object]] = []
    for position, lesson in enumerate(wanted.lessons):
        place = places.get(lesson.lesson, position)
        before = order[place - 1] if 0 < place < len(order) else None
        after = order[place + 1] if place + 1 < len(order) else None
        points = [_shown(title) for title in lesson.topics[:_MAX_POINTS] or (lesson.title,)]
        slices.append(
            {
                "lesson": lesson.lesson,
                "establishes": [phrases.establishes.format(topic=point) for point in points],
                "assumes": [_assumed(phrases, before)] if before else [],
                "leaves": [{"lesson": after.number, "what": _shown(after.title)}] if after else [],
                "example_step": _step(wanted, lesson, names[place % len(names)], prose),
            }
        )
    return slices


def _assumed(phrases: Phrases, lesson: LessonOnMap) -> dict[str, object]:
    topic = _shown(lesson.topics[-1] if lesson.topics else lesson.title)
    return {"lesson": lesson.number, "what": phrases.assumed.format(topic=topic)}


def _step(wanted: BriefWanted, lesson: LessonWanted, name: str, prose: Prose | None) -> str:
    if prose:
        return prose.filled(prose.step, Choices(wanted.course.title, lesson.lesson, "step"), name=name)
    return Phrases.of(wanted.course.language).example_step.format(lesson=_shown(lesson.title), name=name)


def _shown(title: str) -> str:
    """Return a title as Markdown, cut at a length that every field has room for."""
    return heading_text(title if len(title) <= _LONGEST_TITLE else title[:_LONGEST_TITLE].rsplit(" ", 1)[0])
