"""The types of an outline's fields, each read from a text and checked against its limits."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from course_kit.outline.addresses import web_address
from course_kit.outline.bloom import BloomLevel, parse_bloom_levels
from course_kit.outline.scalars import (
    as_minutes,
    as_percent,
    as_required_text,
    as_text_with_colon,
    as_whole_number,
    as_word,
)
from course_kit.outline.text_items import is_list, items_of
from course_kit.text.characters import unseen_characters

MAX_NUMBER = 999
MAX_MINUTES = 60_000
_SHOWN = 3


def one_line(text: str) -> str:
    """Return a text in one line; raises ``ValueError`` for invisible characters."""
    # Checked first, because `split` counts some of them as spaces.
    return " ".join(_as_seen(text).split())


def as_items(value: object) -> object:
    """Return the items of a text (`items_of`); a list stays unchanged."""
    if isinstance(value, str):
        return items_of(_as_seen(value))
    return tuple(map(as_word, value)) if isinstance(value, list) else value


def _as_seen(text: str) -> str:
    """Reject invisible characters that programs interpret; remove the byte order mark, which copied texts may have."""
    text = text.replace("\ufeff", "")
    unseen = unseen_characters(text.replace("\r\n", "\n"))
    if unseen:
        raise ValueError(
            f"text without control characters and other invisible characters: {', '.join(unseen[:_SHOWN])}"
        )
    return text


def _as_one_line(value: object) -> object:
    return one_line(value) if isinstance(value, str) else value


def _as_lines(value: object) -> object:
    items = as_items(value)
    if not isinstance(items, tuple):
        return items
    texts = map(as_text_with_colon, items)
    return tuple(
        item
        for text in texts
        for item in (items_of(text) if isinstance(text, str) and is_list(text.split("\n")) else (text,))
    )


def _as_text(value: object) -> object:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return value


def _as_bloom_levels(value: object) -> object:
    if isinstance(value, str):
        return parse_bloom_levels(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return parse_bloom_levels("/".join(value))
    return value


def _as_numbers(value: object) -> object:
    return value.split(",") if isinstance(value, str) else value


def _as_web_address(value: object) -> object:
    if not isinstance(value, str):
        return value
    address = web_address(value)
    if not re.fullmatch(r"(https?://\S+)?", address):
        raise ValueError("a web address that begins with https:// or http://")
    return address


Title = Annotated[
    str,
    BeforeValidator(_as_one_line),
    BeforeValidator(as_required_text),
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
]
LineText = Annotated[
    str,
    BeforeValidator(_as_one_line),
    BeforeValidator(as_required_text),
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
]
Text = Annotated[
    str,
    BeforeValidator(_as_text),
    StringConstraints(strip_whitespace=True, max_length=5000),
    AfterValidator(_as_seen),
]
_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), AfterValidator(_as_seen)]
Lines = Annotated[tuple[_Line, ...], BeforeValidator(_as_lines), Field(max_length=50)]
Minutes = Annotated[int, BeforeValidator(as_minutes), Field(gt=0, le=MAX_MINUTES)]
Percent = Annotated[float, BeforeValidator(as_percent), Field(ge=0, le=100)]
Number = Annotated[int, BeforeValidator(as_whole_number), Field(ge=1, le=MAX_NUMBER)]
OutcomeNumbers = Annotated[tuple[Number, ...], BeforeValidator(_as_numbers), Field(max_length=50)]
BloomLevels = Annotated[tuple[BloomLevel, ...], BeforeValidator(_as_bloom_levels)]
Identifier = Annotated[
    str,
    BeforeValidator(as_required_text),
    StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$"),
]
"""A name of the author's own that stays when a title or a place changes."""
LanguageTag = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")
]
WebAddress = Annotated[str, BeforeValidator(_as_web_address), StringConstraints(strip_whitespace=True, max_length=2000)]
