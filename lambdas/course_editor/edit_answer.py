"""What is asked of the model for one group of findings, and the shape of its answer."""

from typing import Annotated

from pydantic import BaseModel, Field

from course_kit.data_models import ClosedModel
from course_kit.records.editing import FindingKind
from course_kit.text.printed_text import PrintedText


class Problem(ClosedModel):
    """One thing that is wrong in the passages."""

    kind: FindingKind
    about: str
    expected: str = ""
    explained_in: str = ""
    """Number of the lesson that introduces the term, as readers see it."""
    passages: tuple[str, ...]
    """Ids of the passages that it is about."""


class PassageToEdit(ClosedModel):
    """One passage of a lesson."""

    passage: str
    """``a``, ``b`` …"""
    lesson: str
    """The number that readers see."""
    lesson_title: str
    may_change: bool
    text: str


class EditRequest(ClosedModel):
    """Stands as JSON between ``<edit_request>`` tags in the editor's prompt."""

    language: str
    problems: tuple[Problem, ...]
    passages: tuple[PassageToEdit, ...]


class EditedPassage(BaseModel):
    """The replacement of one passage."""

    passage: str = Field(max_length=4, description="The id from the request, unchanged")
    text: str = Field(min_length=1, max_length=20_000, description="Markdown that stands in the passage's place")
    reason: Annotated[PrintedText, Field(min_length=1, max_length=300)]


class PassageEdits(BaseModel):
    """The replacements of the passages that change; a passage that stays is left out."""

    edits: list[EditedPassage] = Field(min_length=1, max_length=12)
