"""Conversion of values to the types of a pydantic model's fields before validation, when the meaning is clear."""

import re
from collections.abc import Mapping
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

from pydantic import BaseModel, JsonValue
from pydantic.fields import FieldInfo

from course_kit.model.lenient_json import NumberAsWritten, read_json, unfenced
from course_kit.model.model_answer import valid_text

_NOT_OF_A_NAME = re.compile(r"[^0-9a-z]")
_MAY_HOLD_TEXT = re.compile(r'["\[({|]')
_QUOTED_OR_ESCAPED = re.compile(r'"(?:[^"\\]|\\.)*"|\\.', re.DOTALL)
_ESCAPES = {r"\n": "\n", r"\t": "\t", r"\"": '"', "\\\\": "\\"}


def plain_name(name: str) -> str:
    """Return a name without case, hyphens, underscores and spaces."""
    return _NOT_OF_A_NAME.sub("", name.casefold())


def fields_known(value: Mapping[str, JsonValue], shape: type[BaseModel]) -> bool:
    """Whether an object has a field of a shape, in any spelling."""
    return any(_field_named(key, shape) for key in value)


def in_shape(value: JsonValue | Mapping[str, JsonValue], shape: type[BaseModel]) -> JsonValue:
    """Return an object with the names and types of a shape's fields; other values stay unchanged."""
    if isinstance(value, str):
        value = _parsed(value)
    if not isinstance(value, Mapping):
        return value
    brought: dict[str, JsonValue] = {}
    for key, item in value.items():
        name = _field_named(key, shape)
        if name is None:
            brought[key] = item
            continue
        field = shape.model_fields[name]
        if item is None and not field.is_required():
            continue
        if name == key or name not in value:
            brought[name] = _in_field(item, field)
    return brought


def _field_named(key: str, shape: type[BaseModel]) -> str | None:
    if key in shape.model_fields:
        return key
    alike = [name for name in shape.model_fields if plain_name(name) == plain_name(key)]
    return alike[0] if len(alike) == 1 else None


def only_list(shape: type[BaseModel]) -> tuple[str, type[BaseModel]] | None:
    """Return the name and item type of a shape's only field, when it is a list of objects."""
    [(name, field), *others] = shape.model_fields.items()
    if others or get_origin(field.annotation) is not list:
        return None
    [item] = get_args(field.annotation)
    return (name, item) if isinstance(item, type) and issubclass(item, BaseModel) else None


def _in_field(value: JsonValue, field: FieldInfo) -> JsonValue:
    if isinstance(value, str) and "source" in (field.description or "").casefold():
        return valid_text(_bare_source(value))
    return _in_type(value, field.annotation)


def _in_type(value: JsonValue, wanted: object) -> JsonValue:
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin is Annotated:
        return _in_type(value, arguments[0])
    if origin in (Union, UnionType):
        inner = [argument for argument in arguments if argument is not NoneType]
        return _in_type(value, inner[0]) if value is not None and len(inner) == 1 else value
    if origin in (list, tuple):
        return _in_list(value, arguments[0] if arguments else object)
    if origin is Literal:
        return _of_the_words(value, [word for word in arguments if isinstance(word, str)])
    return _in_class(value, wanted) if isinstance(wanted, type) else value


def _in_class(value: JsonValue, wanted: type) -> JsonValue:
    if issubclass(wanted, BaseModel):
        return in_shape(value, wanted)
    if issubclass(wanted, Enum):
        return _of_the_words(value, [str(member.value) for member in wanted])
    return _as_text(value) if issubclass(wanted, str) else value


def _as_text(value: JsonValue) -> JsonValue:
    if isinstance(value, NumberAsWritten):
        return value.text
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return valid_text(value) if isinstance(value, str) else str(value) if is_number else value


def _in_list(value: JsonValue, item_type: object) -> JsonValue:
    if isinstance(value, str):
        value = _parsed(value)
    is_model = isinstance(item_type, type) and issubclass(item_type, BaseModel)
    if is_model and isinstance(value, dict):
        value = [value]
    return [_in_type(item, item_type) for item in value] if isinstance(value, list) else value


def _of_the_words(value: JsonValue, words: list[str]) -> JsonValue:
    alike = [word for word in words if isinstance(value, str) and plain_name(word) == plain_name(value)]
    return alike[0] if len(alike) == 1 else value


def _parsed(value: str) -> JsonValue:
    try:
        return read_json(value)
    except ValueError:
        return value


def _bare_source(text: str) -> str:
    """Return source code without a fence, and with real line breaks when it was escaped twice.

    Code that was escaped twice has no line break, and its first escaped one comes before any text.
    """
    fenced = unfenced(text)
    bare = (fenced[1] if fenced else text).strip()
    first_line = bare.partition("\\n")[0]
    if "\n" in bare or first_line == bare or _MAY_HOLD_TEXT.search(first_line):
        return bare
    return _QUOTED_OR_ESCAPED.sub(lambda found: _ESCAPES.get(found[0], found[0]), bare)
