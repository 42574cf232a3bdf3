"""The book as data; ``{Title}_data.json`` is its dump. Text flows one way: lessons → book → formats."""

from datetime import date

from pydantic import BaseModel, ConfigDict

from book_builder.learning.book_provenance import BookProvenance
from book_builder.learning.coverage import Coverage
from course_kit.outline import Paper, Reading
from course_kit.outline.study import QuizQuestion
from course_kit.records.visuals import Figure


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BookLesson(_Part):
    """One lesson, or in a lab guide one lab: section ``2.3`` of its chapter.

    ``markdown`` has its headings below level 2 and figures in place.
    """

    number: int
    section: str
    title: str
    minutes: int
    key: str
    word_count: int
    word_target: int = 0
    """The words asked for; 0 where nobody noted it."""
    notes: tuple[str, ...] = ()
    """Lines under the title, as Markdown: the environment and the tools that a lab needs."""
    hints: tuple[str, ...] = ()
    """Lines behind the text, as Markdown: the labs that go with a lesson."""
    markdown: str
    anchors: tuple[tuple[str, str], ...] = ()
    """Headings of the text that links in the book name: text and identifier."""
    objectives: tuple[str, ...] = ()
    key_points: tuple[str, ...] = ()
    quiz: tuple[QuizQuestion, ...] = ()
    further_reading: tuple[Reading, ...] = ()


class BookModule(_Part):
    """One module: a chapter. ``gap`` is the cause of a failure when the book was asked for with gaps."""

    number: int
    title: str
    summary: str
    lessons: tuple[BookLesson, ...] = ()
    hints: tuple[str, ...] = ()
    """Lines behind the last lesson, as Markdown: the labs of the module itself."""
    gap: str | None = None
    study_gap: str | None = None
    """The cause why the chapter is there without its key points, quizzes and terms."""
    further_reading: tuple[Reading, ...] = ()


class GlossaryEntry(_Part):
    """A term in its base form, and the sections (``2.3``) in which it stands."""

    term: str
    definition: str
    sections: tuple[str, ...]
    found: str = ""
    """The form that its lesson has instead ("mice" of "mouse"); empty when a reader recognises the base form."""


class Book(_Part):
    """Everything that a book is made from, in the order of the outline."""

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
    provenance: BookProvenance
    glossary: tuple[GlossaryEntry, ...] = ()
    further_reading: tuple[Reading, ...] = ()
    coverage: Coverage | None = None
    """None for a lab guide."""
    shows_coverage: bool = False
    paper: Paper = Paper.A4

    @property
    def lessons(self) -> tuple[BookLesson, ...]:
        """Every lesson of the book."""
        return tuple(lesson for module in self.modules for lesson in module.lessons)
