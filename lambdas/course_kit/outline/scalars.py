"""Values of an outline's scalars: each field reads its text as a number, a share, or nothing.

YAML 1.1's own types are not used: with them 3.10 is 3.1, 010 is 8, 12:30 is 750 and ``no`` is false.
"""

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import TypeVar

_WHOLE = re.compile(r"(?P<whole>[+-]?[0-9]{1,40})(?:\.0{0,40})?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:_[0-9]{3})+")
_SHARE = re.compile(r"(?P<number>[+-]?[0-9]{1,40}(?:\.[0-9]{0,40})?)\s*%?")
_CLOCK = re.compile(r"(?P<first>[0-9]{1,4}):(?P<second>[0-5][0-9])(?::(?P<third>[0-5][0-9]))?")
_HOURS = "(?:h(?:(?:ou)?rs?|oras?|eures?)?|stunden?|std|時間|小时)"
_MINUTES = "(?:min(?:ute|uto|uten|uti)?s?|m|['’′]|分钟?)"
_WITH_UNIT = re.compile(
    rf"(?:(?P<hours>[0-9]{{1,4}}(?:[.,][0-9]{{1,2}})?)\s*{_HOURS}\.?(?:\s*(?P<more>[0-9]{{1,2}})\s*{_MINUTES}?\.?)?"
    rf"|(?P<minutes>[0-9]{{1,6}}(?:[.,][0-9]{{1,2}})?)\s*{_MINUTES}\.?)",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"(?P<high>[1-9][0-9]{0,2})[.,](?P<low>[0-9]{3})")
Item = TypeVar("Item")

_SIXTY, _HALF = 60, 30
_ASKS_FOR_TEXT = ("~", "null")


class NullWord(str):
    """A word that YAML reads as null: no value in an optional field, and a text in a list."""

    __slots__ = ()


class OneField(dict[str, Item]):
    """A mapping with one field, which may be a text with a colon; ``written`` is that text."""

    def __init__(self, fields: Mapping[str, Item], written: str) -> None:
        super().__init__(fields)
        self.written = written


def is_nothing(value: object) -> bool:
    """Whether a field's value counts as omitted."""
    return value is None or isinstance(value, NullWord)


def as_word(value: object) -> object:
    """Return an item of a list, in which ``Null`` is an ordinary word."""
    return str(value) if isinstance(value, NullWord) else value


def as_required_text(value: object) -> object:
    """Return the text of a required field.

    Raises
    ------
    ValueError
        The value is a program's spelling of null; the message shows the word in quotes. ``Null`` and ``NULL`` are
        words.
    """
    if isinstance(value, NullWord) and str(value) in _ASKS_FOR_TEXT:
        raise ValueError(f'text; if the word itself is meant, put it in quotes: "{value}"')
    return as_word(value)


def as_text_with_colon(value: object, fields: Collection[str] = ()) -> object:
    """Return an item such as ``- Sensors: how they work`` as text, although YAML reads a field.

    Parameters
    ----------
    value
        The item.
    fields
        The fields that an item may have. An item whose key may be a misspelt field stays unchanged.
    """
    if not (isinstance(value, dict) and len(value) == 1):
        return value
    [(words, rest)] = value.items()
    if not (rest is None or isinstance(rest, str)):
        return value
    looks_like_field = re.fullmatch(r"[a-z_]*", words) or get_close_matches(words.lower(), fields, n=1)
    if fields and looks_like_field:
        return value
    return value.written if isinstance(value, OneField) else f"{words}: {rest or ''}".rstrip()


def as_whole_number(value: object) -> object:
    """Read a whole number: 010 is 10, and 1.0 is 1. A value that is no text is returned for pydantic to check."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if _GROUPED.fullmatch(text):
        return int(text.replace("_", ""))
    found = _WHOLE.fullmatch(text)
    if found is None:
        raise ValueError("a whole number")
    return int(found["whole"])


def as_minutes(value: object) -> object:
    """Read a number of minutes; for one with a colon, the error names both possible meanings."""
    clock = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if clock is None:
        _refuse_unit(value)
        return as_whole_number(value)
    first, second, third = int(clock["first"]), int(clock["second"]), clock["third"]
    hours = f"{first * _SIXTY + second} for {first} h {second} min"
    if third:
        raise ValueError(f"minutes as a whole number: {hours}")
    rounded = max(1, first + (second >= _HALF))
    raise ValueError(f"minutes as a whole number: {hours}, or {rounded} for {first} min {second} s")


def _refuse_unit(value: object) -> None:
    """Reject minutes or hours with a unit; the error names the number to write."""
    text = value.strip() if isinstance(value, str) else ""
    grouped = _THOUSANDS.fullmatch(text)
    if grouped:
        # A point or a comma groups thousands in some countries and starts a fraction in others.
        either = f"{grouped['high']}{grouped['low']}, or {round(float(text.replace(',', '.')))}"
        raise ValueError(f"minutes as a whole number: {either}")
    written = _WITH_UNIT.fullmatch(text)
    if written:
        hours, more, minutes = (
            float((written[name] or "0").replace(",", ".")) for name in ("hours", "more", "minutes")
        )
        raise ValueError(f"minutes as a whole number: {max(1, round(hours * _SIXTY + more + minutes))}")


def as_percent(value: object) -> object:
    """Read a share such as 60, 62.5 or 60%."""
    if not isinstance(value, str):
        return value
    found = _SHARE.fullmatch(value.strip())
    if found is None:
        raise ValueError("a number")
    return float(found["number"])
