"""The book as data, saved as ``{Title}_data.json``. Text flows one way: lessons → book → formats."""

from datetime import date
from typing import Literal

from pydantic import Field

from book_builder.learning.book_provenance import BookProvenance
from book_builder.learning.coverage import Coverage
from course_kit.data_models import ClosedModel
from course_kit.outline import Paper, Reading
from course_kit.outline.study import QuizQuestion
from course_kit.records.visuals import Figure


class BookLesson(ClosedModel):
    """One lesson, or one lab of a lab guide: section ``2.3`` of its chapter.

    ``markdown`` has its headings below level 2 and holds the figures.
    """

    number: int
    section: str
    title: str
    minutes: int
    key: str
    word_count: int
    word_target: int = 0
    """The requested number of words; 0 when unknown."""
    notes: tuple[str, ...] = ()
    """Markdown lines under the title: the environment and the tools that a lab needs."""
    hints: tuple[str, ...] = ()
    """Markdown lines after the text: the labs of a lesson."""
    markdown: str
    anchors: tuple[tuple[str, str], ...] = ()
    """Headings of the text that are targets of links in the book: text and identifier."""
    objectives: tuple[str, ...] = ()
    key_points: tuple[str, ...] = ()
    quiz: tuple[QuizQuestion, ...] = ()
    further_reading: tuple[Reading, ...] = ()


class BookModule(ClosedModel):
    """One module: a chapter. In a book with gaps, ``gap`` is the cause of a module's failure."""

    number: int
    title: str
    summary: str
    lessons: tuple[BookLesson, ...] = ()
    hints: tuple[str, ...] = ()
    """Markdown lines after the last lesson: the labs of the module itself."""
    gap: str | None = None
    study_gap: str | None = None
    """Why the chapter has no key points, quizzes and terms; empty when it has them."""
    further_reading: tuple[Reading, ...] = ()


class GlossaryEntry(ClosedModel):
    """A term in its base form, and the sections (``2.3``) that use it."""

    term: str
    definition: str
    sections: tuple[str, ...]
    found: str = ""
    """The form in the lesson's text ("mice" for "mouse"); empty when the base form occurs there."""


class BookPicture(ClosedModel):
    """A picture of the author's own; ``kind`` is empty for one that cannot be shown."""

    kind: Literal["png", "jpg", "gif", "svg", ""] = ""
    width: float = 0
    """In pixels of CSS."""
    height: float = 0
    sha256: str = ""
    is_missing: bool = False
    fault: str = ""
    """Why it cannot be shown, and what to do."""


class Book(ClosedModel):
    """The whole content of a book, in the order of the outline."""

    title: str
    author: str
    description: str
    language: str
    level: str
    audience: tuple[str, ...]
    prerequisites: tuple[str, ...]
    outcomes: tuple[str, ...]
    made_on: date
    models: tuple[str, ...]
    is_offline_draft: bool
    modules: tuple[BookModule, ...]
    figures: dict[str, Figure]
    pictures: dict[str, BookPicture] = Field(default_factory=dict)
    """The author's own pictures that the book names, by file."""
    provenance: BookProvenance
    glossary: tuple[GlossaryEntry, ...] = ()
    further_reading: tuple[Reading, ...] = ()
    coverage: Coverage | None = None
    """None for a lab guide."""
    shows_coverage: bool = False
    paper: Paper = Paper.A4
    part: str = ""
    """What the title page says of a book of some modules; empty for the whole course."""

    @property
    def lessons(self) -> tuple[BookLesson, ...]:
        """Every lesson of the book."""
        return tuple(lesson for module in self.modules for lesson in module.lessons)
