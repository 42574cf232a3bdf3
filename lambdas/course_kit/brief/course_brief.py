"""``brief/course.json``: what every lesson of a course shares, and a slice for each lesson.

Lessons are named by their slots (``2.1``), which stay when the outline is put in another order.
"""

from collections.abc import Callable

from pydantic import Field

from course_kit.data_models import ClosedModel
from course_kit.store.artefact import fingerprint_of
from course_kit.store.ids import LessonId


class Term(ClosedModel):
    """A term of the course."""

    term: str
    definition: str
    owner: str = ""
    """The lesson that introduces it; empty when no lesson does."""
    instead_of: tuple[str, ...] = ()
    """Words that no lesson uses for it."""


class ExampleFact(ClosedModel):
    """A fact of the running example: the ``rows`` of ``orders`` are ``1.2 million``."""

    name: str
    """What the fact is about, spelt as in code and text: a table, a host, a file, a company."""
    attribute: str
    value: str


class RunningExample(ClosedModel):
    """The one example that all lessons use."""

    description: str = ""
    facts: tuple[ExampleFact, ...] = ()


class Convention(ClosedModel):
    """A rule of form, such as ``prompt``: commands of the shell begin with ``$``."""

    about: str
    rule: str


class Link(ClosedModel):
    """Something that another lesson explains."""

    lesson: str
    what: str


class LessonSlice(ClosedModel):
    """What one lesson does for the course."""

    lesson: str
    establishes: tuple[str, ...] = ()
    """What the reader knows after it."""
    assumes: tuple[Link, ...] = ()
    """What it may use without explaining it, and which lesson has explained it."""
    leaves: tuple[Link, ...] = ()
    """What it does not explain, and which lesson does."""
    example_step: str = ""
    """What happens in the running example."""


class CourseBrief(ClosedModel):
    """The brief of a course."""

    voice: str = ""
    example: RunningExample = RunningExample()
    terms: tuple[Term, ...] = ()
    conventions: tuple[Convention, ...] = ()
    lessons: tuple[LessonSlice, ...] = Field(default=())

    def slice_of(self, lesson: LessonId) -> LessonSlice | None:
        """Return a lesson's slice; None without one."""
        return next((one for one in self.lessons if one.lesson == str(lesson)), None)

    def terms_of(self, lesson: LessonId) -> tuple[Term, ...]:
        """Return the terms that a lesson introduces."""
        return tuple(term for term in self.terms if term.owner == str(lesson))

    def asks_of(self, lesson: LessonId) -> str:
        """Return what the brief asks of one lesson, without numbers of lessons; empty when it asks for nothing.

        It is part of what the lesson is asked for: another slice is another lesson.
        """
        own = self.slice_of(lesson)
        if own is None:
            return ""
        return fingerprint_of(
            own.establishes,
            [link.what for link in own.assumes],
            [link.what for link in own.leaves],
            own.example_step,
            [term.term for term in self.terms_of(lesson)],
        )

    @property
    def shared(self) -> str:
        """The fingerprint of what shapes every text of the course."""
        terms = [(term.term, term.definition, term.instead_of) for term in self.terms]
        rules = [(convention.about, convention.rule) for convention in self.conventions]
        return fingerprint_of(self.voice, self.example, terms, rules)

    def moved(self, place_of: Callable[[str], str]) -> "CourseBrief":
        """Return the brief with other names of lessons: ``place_of`` gives the present one of each."""

        def links(given: tuple[Link, ...]) -> tuple[Link, ...]:
            return tuple(link.model_copy(update={"lesson": place_of(link.lesson)}) for link in given)

        return self.model_copy(
            update={
                "terms": tuple(term.model_copy(update={"owner": place_of(term.owner)}) for term in self.terms),
                "lessons": tuple(
                    LessonSlice(
                        lesson=place_of(one.lesson),
                        establishes=one.establishes,
                        assumes=links(one.assumes),
                        leaves=links(one.leaves),
                        example_step=one.example_step,
                    )
                    for one in self.lessons
                ),
            }
        )
