"""A file that is different on both sides: which one wins, and how both are shown."""

from collections.abc import Iterator
from difflib import unified_diff
from enum import StrEnum

from course_kit.mending.author_text import decoded, plain_lines


class Sides(StrEnum):
    """What is done with a file of which the bucket has another version by now."""

    ASK = "ask"
    MINE = "mine"
    THEIRS = "theirs"


def differences(path: str, theirs: bytes | None, mine: bytes) -> Iterator[str]:
    """Yield the lines of a unified diff from the bucket's file to the folder's."""
    before, after = (plain_lines(decoded(body or b"")).split("\n") for body in (theirs, mine))
    yield from unified_diff(before, after, f"{path} (in the bucket)", f"{path} (yours)", lineterm="")
