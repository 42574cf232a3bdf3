"""A lesson's slice of the brief as its writer gets it: with the numbers that readers see."""

from typing import Self

from course_kit.brief.course_brief import CourseBrief, Link
from course_kit.data_models import ClosedModel
from course_kit.outline import Outline
from course_kit.outline.lesson_numbers import LessonNumbers
from course_kit.store.ids import LessonId


class OtherLesson(ClosedModel):
    """Something that another lesson explains."""

    lesson: str
    title: str
    what: str


class IntroducedTerm(ClosedModel):
    """A term that the lesson introduces."""

    term: str
    definition: str


class LessonAssignment(ClosedModel):
    """What one lesson does for the course, as JSON in a prompt."""

    introduces: tuple[IntroducedTerm, ...] = ()
    establishes: tuple[str, ...] = ()
    assumes: tuple[OtherLesson, ...] = ()
    leaves: tuple[OtherLesson, ...] = ()
    step_of_running_example: str = ""

    @classmethod
    def of(cls, outline: Outline, brief: CourseBrief | None, lesson: LessonId) -> Self | None:
        """Return what a brief asks of a lesson of an outline that is bound to its project; None for nothing."""
        own = brief.slice_of(lesson) if brief else None
        if brief is None or own is None:
            return None
        lessons = {str(slot): one for slot, one in LessonNumbers.of(outline).lessons.items()}

        def others(links: tuple[Link, ...]) -> tuple[OtherLesson, ...]:
            return tuple(
                OtherLesson(lesson=str(other.shown), title=other.title, what=link.what)
                for link in links
                if (other := lessons.get(link.lesson))
            )

        return cls(
            introduces=tuple(
                IntroducedTerm(term=term.term, definition=term.definition) for term in brief.terms_of(lesson)
            ),
            establishes=own.establishes,
            assumes=others(own.assumes),
            leaves=others(own.leaves),
            step_of_running_example=own.example_step,
        )
