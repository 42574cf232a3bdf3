"""What is asked of the model for one lesson's study parts, and the shape of its answer."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from course_kit.data_models import ClosedModel
from course_kit.outline.study import WantedParts
from course_kit.text.printed_text import one_line


class StudyRequest(ClosedModel):
    """Stands as JSON in the writer's prompt."""

    language: str
    course_title: str
    module_number: int
    lesson_number: int
    lesson_title: str
    objectives: tuple[str, ...]
    topics: tuple[str, ...]
    parts: tuple[str, ...]
    wanted: WantedParts
    terms_of_others: tuple[str, ...] = ()
    """Terms of the course that other lessons introduce."""
    lesson: str


def _one_line(value: object) -> object:
    return one_line(value) if isinstance(value, str) else value


_Line300 = Annotated[str, BeforeValidator(_one_line), StringConstraints(min_length=1, max_length=300)]
_Line600 = Annotated[str, BeforeValidator(_one_line), StringConstraints(min_length=1, max_length=600)]
_Line100 = Annotated[str, BeforeValidator(_one_line), StringConstraints(min_length=1, max_length=100)]


class StudyOption(BaseModel):
    """One option of a question."""

    text: _Line300
    is_right: bool


class StudyQuestion(BaseModel):
    """One multiple-choice question."""

    question: _Line600
    options: list[StudyOption] = Field(min_length=1, max_length=8, description="Three to five, exactly one right")
    explanation: _Line600 = Field(description="Why the right option is right")
    topic: str = Field(default="", max_length=200, description="Title of the topic that it asks about, to the letter")


class StudyTerm(BaseModel):
    """One entry of the glossary."""

    term: _Line100 = Field(description="The base form, as the head of a dictionary's entry; code between backticks")
    definition: _Line600
    found: Annotated[str, BeforeValidator(_one_line), StringConstraints(max_length=100)] = Field(
        default="", description="The form that stands in the lesson, to the letter; empty when it is the base form"
    )


class StudyParts(BaseModel):
    """The study parts of one lesson."""

    key_points: list[_Line600] = Field(default_factory=list, max_length=20)
    questions: list[StudyQuestion] = Field(default_factory=list, max_length=20)
    terms: list[StudyTerm] = Field(default_factory=list, max_length=30)
