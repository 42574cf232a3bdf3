"""Answers in a given shape: every unambiguous form is read; otherwise the model is asked again.

Models wrap arguments in the tool's name, write lists as JSON text, null for nothing and enums in capitals. Some write
the JSON in a fence instead of a tool call. None of this is worth another paid turn.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from course_kit.model.lenient_json import json_in_text, read_json
from course_kit.model.model_answer import ModelAnswer, ToolCall
from course_kit.model.shape_reading import fields_known, in_shape, only_list, plain_name

Shape = TypeVar("Shape", bound=BaseModel)

_WRAPPERS = {"parameters", "arguments", "args", "input", "function", "toolinput", "toolcall", "properties"}
_DEPTH = 4
_SHOWN_FAULTS = 8
_SHOWN_CHARACTERS = 100


@dataclass(frozen=True)
class Read(Generic[Shape]):
    """The value of an answer, or why it has none; ``faults`` beside a value name the items that were left out."""

    value: Shape | None
    faults: tuple[str, ...]

    def asking_again(self, shape: type[BaseModel]) -> str:
        """Return the message that requests the answer again."""
        name, listed = shape.__name__, "\n".join(f"- {fault}" for fault in self.faults)
        return (
            f"That does not fit the form of `{name}`:\n\n{listed}\n\nCall `{name}` once, with all of it, without that."
        )


def as_said(answer: ModelAnswer) -> str:
    """Return an answer for the history of the conversation: its text, and the arguments of its calls as text.

    Real tool calls would need results in each provider's own format.
    """
    parts = (answer.text, *(call.arguments for call in answer.calls))
    return "\n\n".join(part for part in parts if part.strip()) or "{}"


def read_answer(answer: ModelAnswer, shape: type[Shape], *, keeps_valid_items: bool = False) -> Read[Shape]:
    """Read an answer in a shape, from the tool's calls, else from JSON in the text."""
    calls = [call for call in answer.calls if _names(call, shape)]
    faults = [f"there is no tool `{call.name}`" for call in answer.calls if call not in calls]
    given: list[Mapping[str, JsonValue]] = []
    for value in _values(calls, faults) if calls else json_in_text(answer.text):
        found = _unwrapped(value, shape)
        if found is None:
            names = ", ".join(f"`{name}`" for name in shape.model_fields)
            faults.append(f"found {_shown(value)}, expected an object with {names}")
        else:
            given.append(found)
    if not given:
        return Read(None, tuple(faults) or ("it is no call of the tool",))
    read = _validated(_joined(given), shape, keeps_valid_items=keeps_valid_items)
    if read.value is None and len(given) > 1:
        # The model may have called twice because its first call was wrong.
        last = _validated(given[-1], shape, keeps_valid_items=keeps_valid_items)
        read = last if last.value is not None else read
    return read


def _names(call: ToolCall, shape: type[BaseModel]) -> bool:
    """Whether a call means the only tool: servers may add `functions.` before its name, and a number after it."""
    name = call.name.rpartition(".")[2].partition(":")[0]
    return plain_name(name).rstrip("0123456789") == plain_name(shape.__name__)


def _values(calls: Sequence[ToolCall], faults: list[str]) -> Iterator[JsonValue]:
    for call in calls:
        try:
            yield read_json(call.arguments)
        except ValueError as error:
            faults.append(f"the arguments are no JSON: {error}")


def _unwrapped(value: JsonValue, shape: type[BaseModel], depth: int = 0) -> Mapping[str, JsonValue] | None:
    """Return the object that holds the shape's fields; None when there is none."""
    if isinstance(value, str):
        try:
            value = read_json(value)
        except ValueError:
            return None
    listed = only_list(shape)
    if isinstance(value, list):
        return {listed[0]: value} if listed and all(isinstance(item, dict) for item in value) else None
    if not isinstance(value, dict):
        return None
    if fields_known(value, shape):
        return value
    if listed and {name for name, field in listed[1].model_fields.items() if field.is_required()} <= value.keys():
        return {listed[0]: [value]}
    inner = [item for key, item in value.items() if plain_name(key) in _WRAPPERS | {plain_name(shape.__name__)}]
    return _unwrapped(inner[0], shape, depth + 1) if len(inner) == 1 and depth < _DEPTH else None


def _joined(given: Sequence[Mapping[str, JsonValue]]) -> Mapping[str, JsonValue]:
    """Return several calls as one, with their lists joined without duplicates."""
    joined: dict[str, JsonValue] = dict(given[0])
    for other in given[1:]:
        for name, value in other.items():
            known = joined.get(name)
            if isinstance(known, list) and isinstance(value, list):
                joined[name] = known + [item for item in value if item not in known]
            else:
                joined[name] = value
    return joined


def _validated(given: Mapping[str, JsonValue], shape: type[Shape], *, keeps_valid_items: bool) -> Read[Shape]:
    candidate = in_shape(given, shape)
    try:
        return Read(shape.model_validate(candidate), ())
    except ValidationError as error:
        faults = tuple(_faults(error))
        faulty = {(detail["loc"][0], detail["loc"][1]) for detail in error.errors() if len(detail["loc"]) > 1}
        is_of_items = all(len(detail["loc"]) > 1 for detail in error.errors())
    if not keeps_valid_items or not is_of_items or not isinstance(candidate, dict):
        return Read(None, faults)
    rest = {
        name: [item for position, item in enumerate(value) if (name, position) not in faulty]
        if isinstance(value, list)
        else value
        for name, value in candidate.items()
    }
    if not any(isinstance(value, list) and value for value in rest.values()):
        return Read(None, faults)
    try:
        return Read(shape.model_validate(rest), faults)
    except ValidationError:
        return Read(None, faults)


def _faults(error: ValidationError) -> Iterator[str]:
    for detail in error.errors(include_url=False)[:_SHOWN_FAULTS]:
        place = ".".join(map(str, detail["loc"]))
        found = "nothing" if detail["type"] == "missing" else _shown(detail["input"])
        yield f"`{place}`: found {found}, expected: {detail['msg'].removeprefix('Value error, ')}"


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
