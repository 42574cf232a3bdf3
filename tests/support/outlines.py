"""Small outlines around the one thing that a test is about."""

import pytest

from course_kit.errors import OutlineInvalid
from course_kit.outline import Lesson, read_outline

BEFORE = "course: {title: C}\nmodules:\n- title: M\n  lessons:\n"


def lesson_of(*lines: str) -> Lesson:
    """Return the first lesson of an outline that goes on with these lines."""
    return read_outline(BEFORE + "\n".join(lines) + "\n").modules[0].lessons[0]


def with_title(scalar: str) -> str:
    """Return an outline whose only lesson has a title, as it is to stand in the file."""
    return f"{BEFORE}  - title: {scalar}\n    duration_minutes: 30\n"


def faults_of(source: str | bytes) -> list[str]:
    """Return the lines of a refusal."""
    with pytest.raises(OutlineInvalid) as refused:
        read_outline(source)
    return str(refused.value).splitlines()
