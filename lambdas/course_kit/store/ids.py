"""Ids of the parts of a course, as keys, prompts and ``--regenerate`` write them. Their numbers are the outline's."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Self

from course_kit.errors import RequestInvalid

_MODULE = r"(\d{1,3})"
_LESSON = r"(\d{1,3})\.(\d{1,3})"
_STUDY = rf"{_LESSON}/study"
_VISUAL = r"(\d{2,3})-(\d{2,3})-(\d{4})"
_LAB = r"(\d{2,3})-(\d{2,3})-(\d{2,3})"


@dataclass(frozen=True, order=True)
class LessonId:
    """One lesson: ``2.3``."""

    module: int
    lesson: int

    def __str__(self) -> str:
        """Return the id."""
        return f"{self.module}.{self.lesson}"

    @classmethod
    def parse(cls, lesson_id: str) -> Self:
        """Read an id; raises ``RequestInvalid`` for any other text."""
        return cls(*_numbers(_LESSON, lesson_id, "lesson", "M.L such as 2.3"))

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read an id; None for any other text, such as that of a lesson that nobody has named."""
        match = re.fullmatch(_LESSON, text)
        return match and cls(*map(int, match.groups()))


@dataclass(frozen=True, order=True)
class StudyId:
    """The study parts of one lesson: ``2.3/study``."""

    module: int
    lesson: int

    def __str__(self) -> str:
        """Return the id."""
        return f"{self.module}.{self.lesson}/study"


@dataclass(frozen=True, order=True)
class VisualId:
    """The n-th visual of a lesson, from 1: ``02-03-0001``. Unique over the course."""

    module: int
    lesson: int
    position: int

    def __str__(self) -> str:
        """Return the id."""
        return f"{self.module:02d}-{self.lesson:02d}-{self.position:04d}"

    @classmethod
    def parse(cls, visual_id: str) -> Self:
        """Read an id; raises ``RequestInvalid`` for any other text."""
        return cls(*_numbers(_VISUAL, visual_id, "visual id", "MM-LL-NNNN such as 02-03-0001"))

    @classmethod
    def at_start(cls, text: str) -> tuple[Self, str] | None:
        """Return the id that a text starts with, and the rest; None when it does not start with an id."""
        match = re.match(_VISUAL, text)
        return match and (cls(*map(int, match.groups())), text[match.end() :])


@dataclass(frozen=True, order=True)
class LabId:
    """The n-th lab of a lesson, from 1: ``02-03-01``. Lesson 0 stands for the module itself."""

    module: int
    lesson: int
    position: int

    def __str__(self) -> str:
        """Return the id."""
        return f"{self.module:02d}-{self.lesson:02d}-{self.position:02d}"

    @classmethod
    def parse(cls, lab_id: str) -> Self:
        """Read an id; raises ``RequestInvalid`` for any other text."""
        return cls(*_numbers(_LAB, lab_id, "lab id", "MM-LL-NN such as 02-03-01"))


Target = int | LessonId | StudyId | VisualId | LabId
"""The parts that a run can be asked to make again; a number is a module's."""

_FORMS: tuple[tuple[str, Callable[..., Target]], ...] = (
    (_MODULE, int),
    (_LESSON, LessonId),
    (_STUDY, StudyId),
    (_VISUAL, VisualId),
    (_LAB, LabId),
)


def parse_target(text: str) -> Target:
    """Read the id of any part; raises ``RequestInvalid`` for any other text."""
    for form, kind in _FORMS:
        if match := re.fullmatch(form, text):
            return kind(*map(int, match.groups()))
    raise RequestInvalid(
        f"regenerate: found {text!r}, expected a module (2), a lesson (2.3), its study parts (2.3/study), "
        "a visual (02-03-0001), a lab (02-03-01), brief or stale"
    )


def _numbers(form: str, text: str, name: str, expected: str) -> Iterator[int]:
    match = re.fullmatch(form, text)
    if match is None:
        raise RequestInvalid(f"{name}: found {text!r}, expected {expected}")
    return map(int, match.groups())
