"""Reader for JSON of models: in a fence, encoded twice, with an extra comma, as a Python literal, or inside a text.

Only unambiguous JSON is read; incomplete JSON is not.
"""

import ast
import json
import re
from collections.abc import Iterator

from pydantic import JsonValue

_MAX_CHARACTERS = 400_000
_MAX_BEGINNINGS = 1000
_ENCODINGS = 3
_FENCE = re.compile(
    r"^\s*(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^\n`]*)\n(?P<body>.*?)\n?[ \t]*(?P=fence)\s*$", re.DOTALL
)
_FENCES = re.compile(
    r"^(?P<fence>`{3,}|~{3,})[^\n`]*\n(?P<body>.*?)\n[ \t]*(?P=fence)[ \t]*$", re.DOTALL | re.MULTILINE
)
_TOOL_TAGS = re.compile(r"<(?P<tag>tool_call|function_call|tools?)>(?P<body>.*?)</(?P=tag)>", re.DOTALL)
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])', re.DOTALL)
_BEGINNING = re.compile(r"[{\[]")


class NumberAsWritten(float):
    """A number with a point that keeps its text: version 1.30 is not 1.3."""

    text = ""

    @classmethod
    def read(cls, text: str) -> "NumberAsWritten":
        """Read a number and keep its text."""
        number = cls(text)
        number.text = text
        return number


def unfenced(text: str) -> tuple[str, str] | None:
    """Return the info string and the body of a text that is a single code fence, or None."""
    found = _FENCE.match(text)
    return (found["info"].strip(), found["body"]) if found else None


def read_json(text: str) -> JsonValue:
    """Return the value of a text that is one JSON value; raises ``ValueError`` for any other text."""
    value: JsonValue = text
    for _ in range(_ENCODINGS):
        if not isinstance(value, str):
            break
        value = _read_once(value)
    if not isinstance(value, dict | list):
        raise ValueError("no JSON object or list")
    return value


def _read_once(text: str) -> JsonValue:
    if len(text) > _MAX_CHARACTERS:
        raise ValueError(f"{len(text):,} characters are no answer")
    bare = text.strip().lstrip("\ufeff")
    fenced = unfenced(bare)
    bare = fenced[1].strip() if fenced else bare
    try:
        return _loads(bare)
    except ValueError as error:
        for other in (_loads_without_last_commas, _loads_python):
            try:
                return other(bare)
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                continue
        raise error from None


def _loads(text: str) -> JsonValue:
    try:
        value: JsonValue = json.loads(text, strict=False, parse_float=NumberAsWritten.read)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    return value


def _loads_without_last_commas(text: str) -> JsonValue:
    return _loads(_STRING_OR_COMMA.sub(lambda found: found[0] if found[0].startswith('"') else "", text))


def _loads_python(text: str) -> JsonValue:
    value: JsonValue = ast.literal_eval(text)
    if not isinstance(value, dict | list):
        raise ValueError("no object and no list")
    # Tuples, bytes and other Python values are not JSON: the dump rejects them or makes lists.
    return _loads(json.dumps(value))


def json_in_text(text: str) -> Iterator[JsonValue]:
    """Yield the JSON objects and lists in a text: in tags of tool calls, in fences, else in plain text."""
    text = text.rpartition("</think>")[2]
    marked = [found["body"] for pattern in (_TOOL_TAGS, _FENCES) for found in pattern.finditer(text)]
    values = list(_readable(marked)) or list(_readable([text]))
    yield from values or _standing(text[:_MAX_CHARACTERS])


def _readable(texts: list[str]) -> Iterator[JsonValue]:
    for text in texts:
        try:
            yield read_json(text)
        except ValueError:
            continue


def _standing(text: str) -> Iterator[JsonValue]:
    decoder = json.JSONDecoder(strict=False, parse_float=NumberAsWritten.read)
    position = 0
    for _ in range(_MAX_BEGINNINGS):
        found = _BEGINNING.search(text, position)
        if found is None:
            return
        try:
            value, position = decoder.raw_decode(text, found.start())
        except (ValueError, RecursionError):
            position = found.end()
        else:
            yield value
