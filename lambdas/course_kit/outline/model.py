"""The canonical outline, as frozen pydantic models.

Field limits keep one lesson's specification a small part of a prompt, and every key within S3's 1024 bytes. The models
accept the spellings of real files (see `field_types`). `read_outline` handles the structure of the whole file and the
texts of faults.
"""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr

from course_kit.outline.addresses import titled_address
from course_kit.outline.field_types import (
    BloomLevels,
    Identifier,
    LanguageTag,
    Lines,
    LineText,
    Minutes,
    Number,
    OutcomeNumbers,
    Percent,
    Text,
    Title,
    WebAddress,
    as_items,
    one_line,
)
from course_kit.outline.outline_part import OutlinePart
from course_kit.outline.scalars import as_text_with_colon, as_word
from course_kit.outline.text_items import is_list

MAX_MODULES = 200
MAX_LESSONS_PER_MODULE = 50
MAX_TOPICS_PER_LESSON = 50
MAX_LABS = 50


class PlacedPart(OutlinePart):
    """A module or a lesson: a part with a place in the course.

    As the author writes it, ``number`` is its place. In an outline that is bound to a project, ``number`` is its slot
    (`course_kit.outline.slots`), which names its objects, and ``shown`` is its place.
    """

    id: Identifier | None = None
    """The author's name of the part, which stays when its title or place changes."""
    number: Number
    title: Title
    _shown: int | None = PrivateAttr(default=None)
    _stored_title: str | None = PrivateAttr(default=None)

    @property
    def shown(self) -> int:
        """The number that readers see."""
        return self.number if self._shown is None else self._shown

    @property
    def stored_title(self) -> str:
        """The title in its key, which stays when the part is renamed."""
        return self._stored_title or self.title

    def bound(self, slot: int, stored_title: str) -> Self:
        """Return the part with its slot as number; what readers see stays."""
        bound = self.model_copy(update={"number": slot})
        bound._shown, bound._stored_title = self.shown, stored_title
        return bound


class Reading(OutlinePart):
    """A reading of the author's; models add none. A plain string is the title; an address at its end is the ``url``."""

    title: LineText
    url: WebAddress = ""


def _as_reading(value: object) -> object:
    """Read ``"Title, https://…"`` as title and address; an address alone is also the title."""
    text = as_text_with_colon(value, Reading.model_fields)
    if not isinstance(text, str):
        return value
    read = titled_address(one_line(text))
    return {"title": read.title, "url": read.url}


def _as_readings(value: object) -> object:
    if isinstance(value, str):
        return as_items(value)
    return (value,) if isinstance(value, dict) else value


Readings = Annotated[
    tuple[Annotated[Reading, BeforeValidator(_as_reading)], ...], BeforeValidator(_as_readings), Field(max_length=50)
]


class Paper(StrEnum):
    """The paper size of the book."""

    A4 = "a4"
    LETTER = "letter"


def _as_lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


class BookChoices(OutlinePart):
    """The book's optional parts (yes or no) and its paper; the deployment's default applies to omitted fields."""

    objectives: bool | None = None
    key_points: bool | None = None
    quiz: bool | None = None
    glossary: bool | None = None
    further_reading: bool | None = None
    coverage: bool | None = None
    paper: Annotated[Paper | None, BeforeValidator(_as_lower)] = None


class TermRule(OutlinePart):
    """A term that the whole course has to use, in its author's words."""

    term: LineText
    definition: Text = ""
    instead_of: Lines = ()
    """Words that no lesson may use for it."""


class Editing(StrEnum):
    """What is done about passages of finished lessons that do not go together."""

    OFF = "off"
    REPORT = "report"
    """They are listed, and the book shows the lessons as they are."""
    APPLY = "apply"
    """A model replaces them when the book is built."""


class Topic(OutlinePart):
    """A topic, which is one heading of its lesson. A plain string is its title."""

    title: Title
    number: Number | None = None
    description: Text = ""
    duration_minutes: Minutes | None = None
    bloom_level: BloomLevels = ()
    outcomes: OutcomeNumbers = ()
    """Numbers of the course's learning outcomes that the topic serves, from 1."""

    @property
    def asked(self) -> str:
        """What a lesson is asked for with it, in one text: fingerprints hold it."""
        return f"{self.title}: {self.description}" if self.description else self.title


class LabActivity(OutlinePart):
    """A practical exercise of a lesson or of a whole module. A plain string is its title."""

    title: Title
    number: Number | None = None
    duration_minutes: Minutes | None = None
    bloom_level: BloomLevels = ()
    objective: Text = ""
    description: Text = ""
    type: Literal["lab", "demo"] = "lab"
    outcomes: OutcomeNumbers = ()
    _slot: int | None = PrivateAttr(default=None)

    @property
    def slot(self) -> int | None:
        """Its number in its id, in an outline that is bound to a project; None is its position."""
        return self._slot

    def bound(self, slot: int) -> Self:
        """Return the lab with its slot."""
        bound = self.model_copy()
        bound._slot = slot
        return bound


def _as_titled(value: object) -> object:
    """Read a plain text as a title."""
    text = as_text_with_colon(as_word(value), LabActivity.model_fields.keys() | Topic.model_fields.keys())
    if not isinstance(text, str):
        return value
    title, _, below = text.partition("\n")
    # The lines of a list below an item are its description.
    return {"title": title, "description": below} if is_list(below.split("\n")) else {"title": text}


Topics = Annotated[tuple[Annotated[Topic, BeforeValidator(_as_titled)], ...], BeforeValidator(as_items)]
LabActivities = Annotated[tuple[Annotated[LabActivity, BeforeValidator(_as_titled)], ...], BeforeValidator(as_items)]


class Lesson(PlacedPart):
    """One lesson: one Markdown file, one section of the book. ``number`` counts within its module."""

    description: Text = ""
    objectives: Lines = ()
    duration_minutes: Minutes | None = None
    bloom_level: BloomLevels = ()
    topics: Annotated[Topics, Field(max_length=MAX_TOPICS_PER_LESSON)] = ()
    lab_activities: Annotated[LabActivities, Field(max_length=MAX_LABS)] = ()
    outcomes: OutcomeNumbers = ()
    further_reading: Readings = ()

    @property
    def own_minutes(self) -> int | None:
        """Its own minutes, else the sum of its topics', if all have some; None is a share of its module's."""
        if self.duration_minutes:
            return self.duration_minutes
        minutes = [topic.duration_minutes for topic in self.topics if topic.duration_minutes]
        return sum(minutes) if minutes and len(minutes) == len(self.topics) else None


class Module(PlacedPart):
    """One module: one chapter of the book. The pipeline works on modules in parallel."""

    summary: Text = ""
    description: Text = ""
    objectives: Lines = ()
    duration_minutes: Minutes | None = None
    percent_theory: Percent | None = None
    percent_practice: Percent | None = None
    bloom_level: BloomLevels = ()
    lessons: Annotated[tuple[Lesson, ...], Field(min_length=1, max_length=MAX_LESSONS_PER_MODULE)]
    lab_activities: Annotated[LabActivities, Field(max_length=MAX_LABS)] = ()
    further_reading: Readings = ()

    def lesson(self, number: int) -> Lesson:
        """Return the lesson with that number, or raise ``KeyError``."""
        return {lesson.number: lesson for lesson in self.lessons}[number]

    def lesson_minutes(self, lesson: Lesson) -> int:
        """Return a lesson's minutes: its own, else an even share of the module, else 30."""
        if own := lesson.own_minutes:
            return own
        if self.duration_minutes:
            return max(1, self.duration_minutes // len(self.lessons))
        return 30


class Course(OutlinePart):
    """The facts of the whole course."""

    id: Identifier | None = None
    """The author's name of the course; without it, title and language are its identity."""
    title: Title
    description: Text = ""
    language: LanguageTag = "en"
    level: Text = ""
    author: Text = ""
    version: Text = ""
    audience: Lines = ()
    prerequisites: Lines = ()
    objectives: Lines = ()
    learning_outcomes: Lines = ()
    total_duration_minutes: Minutes | None = None
    further_reading: Readings = ()
    brief: bool | None = None
    """Whether the lessons share a brief; None means yes."""
    running_example: Text = ""
    """What the example of the whole course is about; empty leaves it to the brief."""
    terminology: Annotated[tuple[TermRule, ...], Field(max_length=100)] = ()
    editing: Annotated[Editing | None, BeforeValidator(_as_lower)] = None
    """None means the deployment's default."""

    @property
    def has_brief(self) -> bool:
        """Whether the lessons of the course share a brief."""
        return self.brief is not False

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The learning outcomes of the course; lessons, topics and labs refer to them by number, from 1."""
        return self.learning_outcomes or self.objectives


class Outline(OutlinePart):
    """A whole course outline, with modules and lessons in the order of the file."""

    course: Course
    modules: Annotated[tuple[Module, ...], Field(min_length=1, max_length=MAX_MODULES)]
    book: BookChoices = BookChoices()

    def module(self, number: int) -> Module:
        """Return the module with that number, or raise ``KeyError``."""
        return {module.number: module for module in self.modules}[number]

    def shown_place(self, module_number: int, lesson_number: int | None = None) -> str:
        """Return a module (``2``) or a lesson (``2.3``) as readers see it; one that is not there by its own numbers."""
        module = next((module for module in self.modules if module.number == module_number), None)
        shown = str(module.shown if module else module_number)
        if lesson_number is None:
            return shown
        lessons = module.lessons if module else ()
        lesson = next((lesson for lesson in lessons if lesson.number == lesson_number), None)
        return f"{shown}.{lesson.shown if lesson else lesson_number}"

    @property
    def module_numbers(self) -> tuple[int, ...]:
        """Module numbers, in the order of the file."""
        return tuple(module.number for module in self.modules)
