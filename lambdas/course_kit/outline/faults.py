"""Faults of an outline for the user: the place, what was found, what is expected."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

import yaml
from pydantic import BaseModel
from pydantic_core import ErrorDetails

from course_kit.outline.line_mending import quoted
from course_kit.outline.model import BookChoices, Course, LabActivity, Lesson, Module, Outline, Reading, Topic
from course_kit.outline.scalars import NullWord
from course_kit.outline.yaml_document import YamlDocument

_SHOWN_CHARACTERS = 60
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,20})?")
_LONGEST_PROPOSAL = 200
# Expected values for pydantic's common kinds of error, without Python terms; other kinds keep pydantic's text.
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
_ITEMS_OF_TEXT = ("topics", "lab_activities", "further_reading")
_ITEM_OF_TEXT = re.compile(r"(?:topics|lab_activities|further_reading)\[\d+\]$")
_UNKNOWN_FIELD = "an unknown field"
_PARTS: dict[str, type[BaseModel]] = {
    "course": Course,
    "modules": Module,
    "lessons": Lesson,
    "topics": Topic,
    "lab_activities": LabActivity,
    "further_reading": Reading,
    "book": BookChoices,
}
_OTHER_SPELLINGS = ("labs", "references", "course_metadata")
FIELD_NAMES = frozenset(_OTHER_SPELLINGS).union(Outline.model_fields, *(part.model_fields for part in _PARTS.values()))
"""The names of all fields of an outline, in every spelling."""


@dataclass(frozen=True)
class OutlineFault:
    """One fault of an outline."""

    path: str
    found: str
    expected: str
    line: int | None = None
    """The line in the file, from 1; None when unknown."""

    def __str__(self) -> str:
        place = f" in line {self.line}" if self.line else ""
        return f"{self.path}: found {self.found}{place}, expected {self.expected}"


def placed(fault: OutlineFault, document: YamlDocument) -> OutlineFault:
    """Return a fault with its line, and with quotes for a text that YAML reads as a list or a mapping."""
    node = document.node_at(fault.path)
    if node is None:
        return fault
    found = replace(fault, line=node.start_mark.line + 1)
    lead = "- " if fault.path.endswith("]") else f"{fault.path.rpartition('.')[2]}: "
    comment = document.comment_of(node)
    if fault.found == "nothing" and comment:
        field = f"{lead}{quoted(comment)}"
        return replace(
            found, expected=f"{fault.expected}; # starts a comment: if it is text, put it in quotes: {field}"
        )
    source = document.source_of(node)
    is_block = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">") and not node.value
    is_text = is_block or (fault.expected == _EXPECTED["string_type"] and not isinstance(node, yaml.ScalarNode))
    item, _, _ = fault.path.rpartition(".")
    if fault.found == _UNKNOWN_FIELD and _ITEM_OF_TEXT.search(item):
        # `- ping: how it works` may be a text, or a misspelt field.
        above = document.node_at(item)
        is_text = isinstance(above, yaml.MappingNode) and len(above.value) == 1
        source, lead = document.source_of(above) if above else "", "- "
    if not is_text or "\n" in source or len(source) > _LONGEST_PROPOSAL:
        return found
    return replace(found, expected=f"{fault.expected}; if that is text, put it in quotes: {lead}{quoted(source)}")


def fault_of(detail: ErrorDetails, names: Mapping[str, str]) -> OutlineFault | None:
    """Return a validation error as a fault.

    Parameters
    ----------
    detail
        One error of pydantic.
    names
        The user's paths of ``course`` and ``modules``.

    Returns
    -------
    OutlineFault or None
        None for a consequence of other faults: a list that is too short because its items are invalid.
    """
    found = detail["input"]
    if detail["type"] == "too_short" and isinstance(found, list | tuple) and found:
        return None
    location = [part for part in detail["loc"] if not (isinstance(part, str) and part.startswith("function-"))]
    path = _path(location, names)
    if detail["type"] == "model_type" and location and isinstance(location[-1], int):
        return OutlineFault(path, describe(found), _expected_item(location, found))
    if detail["type"] == "missing":
        return OutlineFault(path, "nothing", _EXPECTED["missing"])
    if detail["type"] == "extra_forbidden":
        return OutlineFault(path, _UNKNOWN_FIELD, _expected_fields(location))
    # After one of our validators, pydantic reports lengths of texts as lengths of lists.
    kind = f"string_{detail['type']}" if isinstance(found, str) else detail["type"]
    template = _EXPECTED.get(kind) or _EXPECTED.get(detail["type"])
    if template is not None:
        return OutlineFault(path, describe(found), template.format(**detail.get("ctx", {})))
    expected = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return OutlineFault(path, describe(found), expected)


def describe(value: object) -> str:
    """Return a value in words that a user recognises."""
    if value is None or isinstance(value, NullWord):
        return f"nothing (`{value}`)" if value else "nothing"
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return f"the number {value}"
    kind = _KINDS.get(dict if isinstance(value, dict) else type(value), type(value).__name__)
    if isinstance(value, dict | list | tuple):
        return f"{kind} of {len(value)}" if value else f"an empty {kind.removeprefix('a ')}"
    shown = str(value)[:_SHOWN_CHARACTERS]
    return f"{kind} {shown!r}" if isinstance(value, str) else f"{kind} {shown}"


def _expected_item(location: list[int | str], found: object) -> str:
    """Return the expected form of a list's item: a text when a title is enough, else a mapping."""
    name = next((str(part) for part in reversed(location) if isinstance(part, str)), "")
    if isinstance(found, str):
        field, colon, value = found.partition(":")
        if colon and field in FIELD_NAMES:
            return f"a mapping; put a space after the colon: {field}: {value}"
        return f"a mapping with its fields, such as title: {quoted(found)}"
    return _EXPECTED["string_type"] if name in _ITEMS_OF_TEXT else _EXPECTED["model_type"]


def _path(location: list[int | str], names: Mapping[str, str]) -> str:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).removeprefix(".")
    for name, written in names.items():
        if path == name or path.startswith((f"{name}.", f"{name}[")):
            return written + path.removeprefix(name)
    return path or "outline"


def _expected_fields(location: list[int | str]) -> str:
    owners = [_PARTS[part] for part in location[:-1] if isinstance(part, str) and part in _PARTS]
    owner = owners[-1] if owners else Outline
    name = str(location[-1])
    if name.startswith("-") and name[1:] in FIELD_NAMES:
        return f"a space after the dash: - {name[1:]}"
    close = get_close_matches(name, owner.model_fields, n=1)
    if close:
        return f"`{close[0]}`?"
    homes = [part for part, fields in _PARTS.items() if name in fields.model_fields]
    elsewhere = f"; `{name}` is a field of {' and '.join(homes)}: is its indentation right?" if homes else ""
    return "one of " + ", ".join(owner.model_fields) + elsewhere
