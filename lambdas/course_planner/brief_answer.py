"""What is asked of the model for a brief, and the shape of its answers. Lessons have the numbers that readers see."""

from typing import Annotated

from pydantic import BaseModel, Field

from course_kit.brief.course_context import CourseContext
from course_kit.data_models import ClosedModel
from course_kit.text.printed_text import PrintedText

_Short = Annotated[PrintedText, Field(min_length=1, max_length=120)]
_Line = Annotated[PrintedText, Field(min_length=1, max_length=400)]


class LessonToBrief(ClosedModel):
    """What the outline says of one lesson that needs a slice."""

    lesson: str
    title: str
    description: str = ""
    topics: tuple[str, ...] = ()
    labs: tuple[str, ...] = ()


class KnownSlice(ClosedModel):
    """What a lesson that stays does for the course."""

    lesson: str
    establishes: tuple[str, ...]
    step_of_running_example: str = ""


class BriefRequest(ClosedModel):
    """Stands as JSON in the planner's prompt."""

    course: CourseContext
    """With the brief so far, when there is one."""
    example_wanted: str = ""
    """What the outline says of the running example."""
    lessons: tuple[LessonToBrief, ...]
    """Those that need a slice; none in the request for the frame of a large course."""
    settled: tuple[KnownSlice, ...] = ()
    """Lessons that stay as they are."""


class FactDesign(BaseModel):
    """One fact of the running example."""

    name: _Short = Field(description="What it is about, spelt as in code: a table, a host, a file, a company")
    attribute: _Short = Field(description="What of it, such as rows, columns, address, version control branch")
    value: _Line


class TermDesign(BaseModel):
    """One term of the course."""

    term: _Short
    definition: _Line
    introduced_in: str = Field(default="", max_length=10, description="Number of the lesson that explains it: 2.1")
    instead_of: list[_Short] = Field(default_factory=list, max_length=8, description="Words not to use for it")


class ConventionDesign(BaseModel):
    """One rule of form."""

    about: _Short
    rule: _Line


class LinkDesign(BaseModel):
    """Something that another lesson explains."""

    lesson: str = Field(max_length=10, description="Number of that lesson, such as 2.1")
    what: _Line


class SliceDesign(BaseModel):
    """What one lesson does for the course."""

    lesson: str = Field(max_length=10, description="Its number from the request, unchanged")
    establishes: list[_Line] = Field(min_length=1, max_length=6)
    assumes: list[LinkDesign] = Field(default_factory=list, max_length=6)
    leaves: list[LinkDesign] = Field(default_factory=list, max_length=6)
    example_step: str = Field(default="", max_length=600, description="What happens in the running example")


class CourseBriefing(BaseModel):
    """The brief of a course: what all lessons share, and a slice for each lesson of the request."""

    voice: PrintedText = Field(min_length=1, max_length=600, description="How the book speaks to its readers")
    running_example: PrintedText = Field(min_length=1, max_length=1500)
    facts: list[FactDesign] = Field(default_factory=list, max_length=60)
    terms: list[TermDesign] = Field(default_factory=list, max_length=120)
    conventions: list[ConventionDesign] = Field(default_factory=list, max_length=20)
    lessons: list[SliceDesign] = Field(default_factory=list, max_length=100)


class LessonBriefings(BaseModel):
    """The slices of some lessons, and the terms that these lessons add to the brief."""

    lessons: list[SliceDesign] = Field(max_length=100)
    terms: list[TermDesign] = Field(default_factory=list, max_length=60)
