"""The course outline: its model, and the reader for YAML in every accepted form."""

from course_kit.outline.bloom import BloomLevel
from course_kit.outline.model import (
    BookChoices,
    Course,
    Editing,
    LabActivity,
    Lesson,
    Module,
    Outline,
    Paper,
    Reading,
    TermRule,
    Topic,
)
from course_kit.outline.reader import MAX_OUTLINE_BYTES, read_outline
from course_kit.outline.text_items import paragraphs_of

__all__ = [
    "MAX_OUTLINE_BYTES",
    "BloomLevel",
    "BookChoices",
    "Course",
    "Editing",
    "LabActivity",
    "Lesson",
    "Module",
    "Outline",
    "Paper",
    "Reading",
    "TermRule",
    "Topic",
    "paragraphs_of",
    "read_outline",
]
