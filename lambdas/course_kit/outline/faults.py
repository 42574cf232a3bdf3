"""Faults of an outline in the user's words: where, what was found, what is expected."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from course_kit.outline.model import BookChoices, Course, LabActivity, Lesson, Module, Outline, Reading, Topic

_SHOWN_CHARACTERS = 60
# pydantic's kinds of error that outlines run into, in words that do not speak of Python; others keep pydantic's.
_EXPECTED: dict[str, str] = {
    "bool_parsing": "yes or no",
    "bool_type": "yes or no",
    "dict_type": "a mapping",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "list_type": "a list",
    "missing": "this field",
    "model_type": "a mapping",
    "string_pattern_mismatch": "a language code such as en or es-MX",
    "string_too_long": "at most {max_length} characters",
    "string_too_short": "text that is not empty",
    "string_type": "text",
    "too_long": "at most {max_length} items",
    "too_short": "at least {min_length}",
    "tuple_type": "a list",
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "less_than_equal": "a number of at most {le}",
}
_KINDS: dict[type, str] = {
    dict: "a mapping",
    list: "a list",
    tuple: "a list",
    bool: "a yes/no value",
    str: "the text",
    int: "the number",
    float: "the number",
}
_PARTS: dict[str, type[BaseModel]] = {
    "course": Course,
    "modules": Module,
    "lessons": Lesson,
    "topics": Topic,
    "lab_activities": LabActivity,
    "further_reading": Reading,
    "book": BookChoices,
}


@dataclass(frozen=True)
class OutlineFault:
    """One thing wrong with an outline."""

    path: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.path}: found {self.found}, expected {self.expected}"


def fault_of(detail: ErrorDetails, names: Mapping[str, str]) -> OutlineFault | None:
    """Return a validation error as a fault.

    Parameters
    ----------
    detail
        One of pydantic's errors.
    names
        Under which paths the user wrote ``course`` and ``modules``.

    Returns
    -------
    OutlineFault or None
        None for a mere consequence of other faults: a list counted as too short because its items are wrong.
    """
    found = detail["input"]
    if detail["type"] == "too_short" and isinstance(found, list | tuple) and found:
        return None
    location = [part for part in detail["loc"] if not (isinstance(part, str) and part.startswith("function-"))]
    path = _path(location, names)
    if detail["type"] == "missing":
        return OutlineFault(path, "nothing", _EXPECTED["missing"])
    if detail["type"] == "extra_forbidden":
        return OutlineFault(path, "an unknown field", _expected_fields(location))
    # Behind a validator of ours pydantic measures text as it does lists.
    kind = f"string_{detail['type']}" if isinstance(found, str) else detail["type"]
    template = _EXPECTED.get(kind) or _EXPECTED.get(detail["type"])
    if template is not None:
        return OutlineFault(path, describe(found), template.format(**detail.get("ctx", {})))
    expected = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return OutlineFault(path, describe(found), expected)


def describe(value: object) -> str:
    """Return a value as a user would recognise it."""
    if value is None:
        return "nothing"
    kind = _KINDS.get(type(value), type(value).__name__)
    if isinstance(value, dict | list | tuple):
        return f"{kind} of {len(value)}" if value else f"an empty {kind.removeprefix('a ')}"
    shown = str(value)[:_SHOWN_CHARACTERS]
    return f"{kind} {shown!r}" if isinstance(value, str) else f"{kind} {shown}"


def _path(location: list[int | str], names: Mapping[str, str]) -> str:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).removeprefix(".")
    for name, written in names.items():
        if path == name or path.startswith((f"{name}.", f"{name}[")):
            return written + path.removeprefix(name)
    return path or "outline"


def _expected_fields(location: list[int | str]) -> str:
    owners = [_PARTS[part] for part in location[:-1] if isinstance(part, str) and part in _PARTS]
    owner = owners[-1] if owners else Outline
    close = get_close_matches(str(location[-1]), owner.model_fields, n=1)
    return f"`{close[0]}`?" if close else "one of " + ", ".join(owner.model_fields)
