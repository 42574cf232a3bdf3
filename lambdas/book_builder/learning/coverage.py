"""Coverage of the outline: outcome → topic → section → quiz question → lab.

A topic without a section fails the build, except in an author's lesson, where it is shown as not covered.
"""

from collections.abc import Iterable, Mapping

from book_builder.learning.outcome_links import OutcomeLink, OutcomeLinks
from course_kit.data_models import ClosedModel
from course_kit.errors import BookIncomplete
from course_kit.markdown.headings import headings_in, headings_of_topics
from course_kit.markdown.text import parse_markdown
from course_kit.outline import Lesson, Module, Outline
from course_kit.outline.study import QuizQuestion


class CoveredLab(ClosedModel):
    """A lab of a topic's lesson."""

    number: str
    title: str


class CoveredTopic(ClosedModel):
    """One topic of the outline, with the heading that covers it, its quiz questions and its labs.

    Module and lesson are the numbers that are printed.
    """

    module_number: int
    lesson_number: int
    topic: str
    outcomes: tuple[OutcomeLink, ...]
    section: str
    covered: bool = True
    """Whether the section has a heading for it; without one, links lead to the section."""
    heading: str
    """The heading in the section that covers it; empty without one."""
    anchor: str = ""
    """The identifier of that heading, the target of links in the book."""
    questions: tuple[str, ...]
    """Numbers of the quiz questions that ask about it."""
    labs: tuple[CoveredLab, ...]


class CoveredOutcome(ClosedModel):
    """One learning outcome of the course, and the sections whose topics serve it, which may be none."""

    number: int
    outcome: str
    sections: tuple[str, ...]


class Coverage(ClosedModel):
    """``{Title}_coverage.json``."""

    outcomes: tuple[CoveredOutcome, ...]
    topics: tuple[CoveredTopic, ...]

    @property
    def uncovered(self) -> tuple[CoveredTopic, ...]:
        """The topics that no section covers."""
        return tuple(topic for topic in self.topics if not topic.covered)

    @property
    def has_labs(self) -> bool:
        """Whether any topic's lesson has a lab."""
        return any(topic.labs for topic in self.topics)


class CoverageTable:
    """Fills in the coverage of a course, lesson by lesson."""

    def __init__(
        self,
        outline: Outline,
        links: OutcomeLinks,
        labs: Mapping[tuple[int, int], tuple[CoveredLab, ...]],
        *,
        shows_gaps: bool = False,
    ) -> None:
        """Begin a table.

        Parameters
        ----------
        shows_gaps
            Whether a topic that a model's text does not cover is shown as such, as it is in an author's.
        """
        self._shows_gaps = shows_gaps
        self._outline = outline
        self._links = links
        self._labs = labs
        self._topics: list[CoveredTopic] = []
        self._missing: list[str] = []

    def add(
        self,
        module: Module,
        lesson: Lesson,
        text: str,
        questions: Iterable[QuizQuestion],
        *,
        is_authors: bool = False,
    ) -> None:
        """Add a lesson's topics, found in its Markdown in the usual form."""
        headings = [title for level, title in headings_in(parse_markdown(text)) if level > 1]
        own = headings_of_topics([topic.title for topic in lesson.topics], headings)
        section = f"{module.shown}.{lesson.shown}"
        numbered = [(f"{section}.{n}", question) for n, question in enumerate(questions, start=1)]
        for position, topic in enumerate(lesson.topics, start=1):
            heading = own[topic.title]
            if heading is None and not (is_authors or self._shows_gaps):
                self._missing.append(f"module {module.shown}, lesson {lesson.shown}: {topic.title}")
                continue
            self._topics.append(
                CoveredTopic(
                    module_number=module.shown,
                    lesson_number=lesson.shown,
                    topic=topic.title,
                    outcomes=self._links.of_topic(lesson, topic),
                    section=section,
                    covered=heading is not None,
                    heading=heading or "",
                    anchor=f"topic-{module.shown}-{lesson.shown}-{position}" if heading is not None else "",
                    questions=tuple(number for number, question in numbered if question.topic == topic.title),
                    labs=self._labs.get((module.number, lesson.number), ()),
                )
            )

    def anchors(self, section: str) -> tuple[tuple[str, str], ...]:
        """Return the headings of a section that cover topics, with their identifiers."""
        return tuple(
            (topic.heading, topic.anchor) for topic in self._topics if topic.section == section and topic.covered
        )

    def coverage(self) -> Coverage:
        """Return the coverage; raises ``BookIncomplete`` with the topics that no section of a model's covers."""
        if self._missing:
            raise BookIncomplete(f"no section covers {'; '.join(self._missing[:10])}")
        return Coverage(
            outcomes=tuple(
                CoveredOutcome(number=number, outcome=outcome, sections=self._sections_of(number))
                for number, outcome in enumerate(self._outline.course.outcomes, start=1)
            ),
            topics=tuple(self._topics),
        )

    def _sections_of(self, number: int) -> tuple[str, ...]:
        served = (t.section for t in self._topics if t.covered and any(link.number == number for link in t.outcomes))
        return tuple(dict.fromkeys(served))
