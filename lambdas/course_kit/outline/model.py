"""The canonical outline, as frozen pydantic models.

Field limits keep one lesson's specification a small part of a prompt and every key within S3's 1024 bytes. The models
accept the spellings that real files use (see each ``before`` validator); `read_outline` deals with the shape of the
whole file and words the faults.
"""

import re
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from course_kit.characters import unseen_characters
from course_kit.outline.bloom import BloomLevel, parse_bloom_levels

MAX_MODULES = 200
MAX_LESSONS_PER_MODULE = 50
MAX_TOPICS_PER_LESSON = 50
MAX_LABS = 50
MAX_NUMBER = 999
MAX_MINUTES = 60_000

_SHOWN = 3
_TITLE_AND_ADDRESS = re.compile(r"(?P<title>.*?)[\s,:;(<–—-]*(?P<url>https?://[^\s)>]+)[)>]?", re.DOTALL)


def _refuse_bool(value: object) -> object:
    # YAML 1.1 reads yes/no/on/off as booleans, which pydantic would take as 1 and 0.
    if isinstance(value, bool):
        raise ValueError("a whole number, not true/false")
    return value


def _one_line(value: object) -> object:
    # Some of the characters that nobody sees count as spaces: they are told before `split` takes them for one.
    return " ".join(_as_seen(value).split()) if isinstance(value, str) else value


def _as_seen(text: str) -> str:
    """Refuse what nobody sees and programs obey; the byte order mark, which copying leaves in a text, goes."""
    text = text.replace("\ufeff", "")
    unseen = unseen_characters(text.replace("\r\n", "\n"))
    if unseen:
        raise ValueError(
            f"text without control characters and others that no reader sees: {', '.join(unseen[:_SHOWN])}"
        )
    return text


def _as_text(value: object) -> object:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return value


def _as_list(value: object) -> object:
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(line.strip(" -*•\t") for line in value.splitlines() if line.strip())
    return value


def _as_bloom_levels(value: object) -> object:
    if value is None:
        return ()
    if isinstance(value, str):
        return parse_bloom_levels(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return parse_bloom_levels("/".join(value))
    return value


def _as_numbers(value: object) -> object:
    if value is None:
        return ()
    return (value,) if isinstance(value, int) else value


def _as_web_address(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"(https?://\S+)?", value.strip()):
        raise ValueError("a web address that begins with https:// or http://")
    return value


def _as_readings(value: object) -> object:
    return () if value is None else (value,) if isinstance(value, str | dict) else value


def _as_reading(value: object) -> object:
    """Read ``"Title, https://…"`` as title and address; a bare address is its own title."""
    if isinstance(value, str) and (match := _TITLE_AND_ADDRESS.fullmatch(value.strip())):
        return {"title": match["title"] or match["url"], "url": match["url"]}
    return _as_titled(value)


def _as_titled(value: object) -> object:
    return {"title": value} if isinstance(value, str | int | float) and not isinstance(value, bool) else value


Title = Annotated[
    str, BeforeValidator(_one_line), StringConstraints(strip_whitespace=True, min_length=1, max_length=200)
]
Text = Annotated[
    str,
    BeforeValidator(_as_text),
    StringConstraints(strip_whitespace=True, max_length=5000),
    AfterValidator(_as_seen),
]
_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), AfterValidator(_as_seen)]
Lines = Annotated[
    tuple[_Line, ...],
    BeforeValidator(_as_list),
    Field(max_length=50),
]
Minutes = Annotated[int, BeforeValidator(_refuse_bool), Field(gt=0, le=MAX_MINUTES)]
Percent = Annotated[float, BeforeValidator(_refuse_bool), Field(ge=0, le=100)]
Number = Annotated[int, BeforeValidator(_refuse_bool), Field(ge=1, le=MAX_NUMBER)]
OutcomeNumbers = Annotated[tuple[Number, ...], BeforeValidator(_as_numbers), Field(max_length=50)]
BloomLevels = Annotated[tuple[BloomLevel, ...], BeforeValidator(_as_bloom_levels)]
LanguageTag = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")
]


class OutlinePart(BaseModel):
    """What every part of an outline has in common: frozen, and unknown fields refused rather than dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _accept_field_spellings(cls, value: object) -> object:
        """Drop ``hours_*`` totals (the minutes of the parts rule), read ``labs`` as ``lab_activities``.

        ``references`` is another name of ``further_reading``.
        """
        if not isinstance(value, dict):
            return value
        fields = {key: item for key, item in value.items() if not str(key).startswith("hours_")}
        if "labs" in fields and "lab_activities" not in fields and "lab_activities" in cls.model_fields:
            fields["lab_activities"] = fields.pop("labs")
        if "references" in fields and "further_reading" not in fields and "further_reading" in cls.model_fields:
            fields["further_reading"] = fields.pop("references")
        if fields.get("lab_activities", ()) is None:
            fields["lab_activities"] = ()
        return fields


class Reading(OutlinePart):
    """Something to read on: nobody else invents any. A plain string is its title, an address at its end its ``url``."""

    title: Title
    url: Annotated[str, BeforeValidator(_as_web_address), StringConstraints(strip_whitespace=True, max_length=2000)] = (
        ""
    )


Readings = Annotated[
    tuple[Annotated[Reading, BeforeValidator(_as_reading)], ...], BeforeValidator(_as_readings), Field(max_length=50)
]


class Paper(StrEnum):
    """What the book's pages are printed on."""

    A4 = "a4"
    LETTER = "letter"


def _as_paper(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


class BookChoices(OutlinePart):
    """The book's parts beside its text (yes or no) and its paper; what is left out is as the deployment has it."""

    objectives: bool | None = None
    key_points: bool | None = None
    quiz: bool | None = None
    glossary: bool | None = None
    further_reading: bool | None = None
    coverage: bool | None = None
    paper: Annotated[Paper | None, BeforeValidator(_as_paper)] = None


class Topic(OutlinePart):
    """What a lesson has one heading for. A plain string is its title."""

    title: Title
    number: Number | None = None
    description: Text = ""
    duration_minutes: Minutes | None = None
    bloom_level: BloomLevels = ()
    outcomes: OutcomeNumbers = ()
    """Numbers of the course's learning outcomes, from 1, that it serves."""


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


Topics = tuple[Annotated[Topic, BeforeValidator(_as_titled)], ...]
LabActivities = tuple[Annotated[LabActivity, BeforeValidator(_as_titled)], ...]


class Lesson(OutlinePart):
    """One lesson: one Markdown file, one section of the book. ``number`` counts within its module."""

    number: Number
    title: Title
    description: Text = ""
    objectives: Lines = ()
    duration_minutes: Minutes | None = None
    bloom_level: BloomLevels = ()
    topics: Annotated[Topics, BeforeValidator(_as_list), Field(max_length=MAX_TOPICS_PER_LESSON)] = ()
    lab_activities: Annotated[LabActivities, Field(max_length=MAX_LABS)] = ()
    outcomes: OutcomeNumbers = ()
    further_reading: Readings = ()


class Module(OutlinePart):
    """One module: one chapter of the book, and the unit the pipeline works on side by side."""

    number: Number
    title: Title
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
        """Minutes of one lesson: its own, else its topics' sum, else an even share of the module, else 30."""
        if lesson.duration_minutes:
            return lesson.duration_minutes
        topic_minutes = [topic.duration_minutes for topic in lesson.topics if topic.duration_minutes]
        if topic_minutes and len(topic_minutes) == len(lesson.topics):
            return sum(topic_minutes)
        if self.duration_minutes:
            return max(1, self.duration_minutes // len(self.lessons))
        return 30


class Course(OutlinePart):
    """What is said of the course as a whole."""

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

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What the course is to reach, numbered from 1 where a lesson, topic or lab refers to it."""
        return self.learning_outcomes or self.objectives


class Outline(OutlinePart):
    """A whole course outline; modules and lessons are in the order of the file."""

    course: Course
    modules: Annotated[tuple[Module, ...], Field(min_length=1, max_length=MAX_MODULES)]
    book: BookChoices = BookChoices()

    def module(self, number: int) -> Module:
        """Return the module with that number, or raise ``KeyError``."""
        return {module.number: module for module in self.modules}[number]

    @property
    def module_numbers(self) -> tuple[int, ...]:
        """Module numbers, in the order of the file."""
        return tuple(module.number for module in self.modules)
