"""Which brief a run wants: one for the whole course, with a slice for each lesson."""

from collections.abc import Collection

from course_kit.brief.course_brief import CourseBrief
from course_kit.brief.places import shown_places
from course_kit.outline import Lesson
from course_kit.outline.lesson_numbers import LessonNumbers
from course_kit.records.written import Written
from course_kit.run.run_inputs import RunInputs
from course_kit.store.artefact import Artefact, fingerprint_of
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.ids import LessonId
from course_kit.work.wanted import Verdict, Wanted, sources
from course_planner.brief_prompts import PROMPT_VERSION

_OF_ALL = _LANGUAGE, _EXAMPLE = "language", "example"


def wanted_brief(run: RunInputs) -> Wanted:
    """Return the brief of a course as a run wants it.

    It asks for each lesson under its slot, so that only the slices of changed lessons are made again. The outline's
    terms need no model: they are put into the brief as they are.
    """
    course = run.outline.course
    asked = sources(**{_LANGUAGE: course.language, _EXAMPLE: course.running_example})
    return Wanted(
        identity="brief",
        key=run.keys.brief(),
        asked=asked | lessons_asked_for(run),
        shaped=sources(
            prompt=PROMPT_VERSION,
            model=run.text_model_id,
            course=[course.title, course.description, course.level],
            audience=course.audience,
        ),
        is_forced=run.regeneration.brief,
        is_named=run.regeneration.brief,
        renews_stale=False,
        asks_no_model=run.books_only,
    )


def lessons_asked_for(run: RunInputs) -> dict[str, str]:
    """Return what the outline asks for of each lesson, by its slot."""
    lessons = (lesson for module in run.outline.modules for lesson in module.lessons)
    return {slot: _asked_of(lesson) for slot, lesson in zip(shown_places(run.outline), lessons, strict=True)}


def kept_lessons(brief: CourseBrief, wanted: Wanted, known: Written | None, found: Verdict) -> set[str] | None:
    """Return the slots of the lessons whose slices stay; None when nothing of the brief stays.

    A lesson that assumes something of a changed lesson is briefed again, too.

    Parameters
    ----------
    known
        What the manifest remembers about the brief.
    """
    has = {one.lesson for one in brief.lessons} & wanted.asked.keys()
    if found is not Verdict.MAKE:
        return has
    if known is None or wanted.is_forced or any(known.asked.get(name) != wanted.asked.get(name) for name in _OF_ALL):
        return None
    changed = {slot for slot in has if known.asked.get(slot) != wanted.asked[slot]}
    follow = {one.lesson for one in brief.lessons if any(link.lesson in changed for link in one.assumes)}
    return has - changed - follow


def in_present_places(
    brief: CourseBrief | None, known: Written | None, numbers: LessonNumbers
) -> tuple[CourseBrief | None, Written | None]:
    """Return a brief, and what its manifest remembers, with lessons that went into another module in their new slots.

    Such a lesson keeps its slice, as it keeps its text.
    """

    def place_of(name: str) -> str:
        slot = LessonId.read(name)
        place = numbers.place_of(slot) if slot else None
        return str(place) if place else name

    if not numbers.moved:
        return brief, known
    asked = {place_of(name): text for name, text in known.asked.items()} if known else {}
    return (
        brief.moved(place_of) if brief else None,
        known.model_copy(update={"asked": asked, "fingerprint": fingerprint_of(asked)}) if known else None,
    )


def is_without_brief(store: ArtefactStore, keys: ProjectKeys, wanted: Wanted, stored: Artefact | None) -> bool:
    """Whether a project was made without a brief: it goes on without one until ``--regenerate brief``.

    With a brief, every lesson would be asked for differently, and paid again.
    """
    if stored is not None or wanted.is_forced or store.find(keys.brief_manifest()) is not None:
        return False
    prefixes = (f"{keys.everything()}lessons/", f"{keys.everything()}labguide/")
    return any(next(iter(store.keys(prefix)), None) for prefix in prefixes)


def without_slices(brief: CourseBrief, lessons: Collection[str]) -> CourseBrief:
    """Return a brief without the slices of some lessons; those of removed lessons stay, as their author may return."""
    return brief.model_copy(update={"lessons": tuple(one for one in brief.lessons if one.lesson not in lessons)})


def _asked_of(lesson: Lesson) -> str:
    content = [lesson.description, *lesson.objectives, *(topic.asked for topic in lesson.topics)]
    return "\n".join(filter(None, content)) or lesson.title
