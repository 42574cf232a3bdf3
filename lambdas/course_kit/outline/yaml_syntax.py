"""Syntax faults of YAML in plain words: each line is shown, with a tested way to write it."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import yaml

from course_kit.outline.line_mending import LONGEST_LINE, Mending, mendings
from course_kit.outline.yaml_document import DocumentTooLarge, ValueFault, load_document

_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_SHOWN_CHARACTERS = 100
_LONGEST_PROPOSAL = 400
_QUOTES = ("'", '"')
_MOST_FAULTS = 20
# The characters that are parsed while corrections are tried: the larger a document, the fewer tries it has.
_TRIED_CHARACTERS = 4_000_000
_MOST_TRIES, _LEAST_TRIES = 120, 8
_GENERAL = (
    'one YAML document; put text in quotes if it has ": " or " #" in it, or starts with one of '
    "[ ] { } & * ! | > % @ ` ' \" or - and a space"
)
_SAID = (
    ("found another document", "one YAML document, without a line of three dashes in it"),
    ("is written", "each key once"),
    ("found invalid Unicode character", "the character itself: \\ud83d and the like are only half of one"),
    ("an alias is inside", "an alias outside the value that it refers to"),
    ("merges a mapping", "`<<: *name`, where `&name` is before a mapping"),
)


@dataclass(frozen=True)
class SyntaxFault:
    """One place where a document is not YAML; `found` and `expected` as in a fault of an outline."""

    found: str
    expected: str
    line: int = 0


def syntax_faults(text: str, error: yaml.YAMLError, fields: Collection[str]) -> list[SyntaxFault]:
    """Return the syntax faults of a document, as far as they can be found.

    Parameters
    ----------
    text
        The document.
    error
        The parser's error for the document.
    fields
        The names of an outline's fields.
    """
    lines = _LINE_BREAK.split(text)
    faults: list[SyntaxFault] = []
    tries = max(_LEAST_TRIES, min(_MOST_TRIES, _TRIED_CHARACTERS // max(len(text), 1)))
    found: yaml.YAMLError | None = error
    while found is not None and len(faults) < _MOST_FAULTS:
        mended = None
        if not isinstance(found, yaml.MarkedYAMLError):
            faults.append(_unreadable(text, found))
            break
        for mending in _candidates(lines, found, fields) if _said_of(found) is None else ():
            tries -= 1
            if tries < 0:
                break
            following = _error_of(mending.applied(lines))
            if _is_further(following, found, mending):
                mended = mending
                break
        faults.append(_fault(lines, found, mended))
        if mended is None:
            break
        lines, found = mended.applied(lines), following
    return sorted(faults, key=lambda fault: fault.line)


def _error_of(lines: list[str]) -> yaml.YAMLError | None:
    try:
        load_document("\n".join(lines))
    except yaml.YAMLError as error:
        return error
    except DocumentTooLarge:
        return None
    return None


def _is_further(following: yaml.YAMLError | None, found: yaml.MarkedYAMLError, mending: Mending) -> bool:
    """Whether a mended document can be read beyond the mended lines."""
    if following is None:
        return True
    if not isinstance(following, yaml.MarkedYAMLError) or following.problem_mark is None:
        return False
    if _stage(following) != _stage(found):
        return _stage(following) > _stage(found)
    if (following.problem, _line_of(following)) == (found.problem, _line_of(found)):
        return False
    last = _line_of(found) if mending.first == 0 else mending.first + len(mending.lines) - 1
    return following.problem_mark.line > last


def _stage(error: yaml.MarkedYAMLError) -> int:
    """Return the stage of an error: the form of the whole document first, then aliases, then values."""
    return 2 if isinstance(error, ValueFault) else int(isinstance(error, yaml.composer.ComposerError))


def _candidates(lines: list[str], error: yaml.MarkedYAMLError, fields: Collection[str]) -> Iterator[Mending]:
    for number in dict.fromkeys(_suspects(lines, error)):
        if 0 <= number < len(lines) and lines[number].strip():
            yield from mendings(lines, number, fields)


def _suspects(lines: list[str], error: yaml.MarkedYAMLError) -> Iterator[int]:
    """Yield the lines that may be the cause, the most likely first."""
    problem = min(_line_of(error), len(lines) - 1)
    context = error.context_mark.line if error.context_mark else problem
    if "quoted scalar" in str(error.context) or "simple key" in str(error.context):
        yield context
    yield problem
    before = problem - 1
    while before > 0 and not lines[before].strip():
        before -= 1
    yield before
    # A missing quotation mark is only noticed at the next one.
    for number in range(problem, -1, -1):
        if len(lines[number]) <= LONGEST_LINE and re.search(r"(?:^|[:\-]\s)\s*(?:\"[^\"]*|'[^']*)$", lines[number]):
            yield number
            break
    yield context


def _said_of(error: yaml.MarkedYAMLError) -> str | None:
    """Return what is expected for an error that no change of a line would correct, or None."""
    return next((expected for words, expected in _SAID if words in str(error.problem)), None)


def _line_of(error: yaml.MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return int(mark.line) if mark else 0


def _fault(lines: list[str], error: yaml.MarkedYAMLError, mended: Mending | None) -> SyntaxFault:
    mark = error.problem_mark or error.context_mark
    number = min(_line_of(error), len(lines) - 1)
    column = int(mark.column) if mark else 0
    said = f", {error.problem}" if isinstance(error, ValueFault) else ""
    if mended is None:
        expected = _said_of(error) or _GENERAL
    else:
        if len(mended.lines) < len(lines):
            number, column = mended.first, mended.column
        expected = f"valid YAML; {mended.advice}: {_written(mended.shown)}"
    place = f"line {number + 1}, column {column + 1}: {shown(lines[number].strip()) or 'nothing'}"
    return SyntaxFault(f"text that is not YAML at {place}{said}", expected, number)


def _unreadable(text: str, error: yaml.YAMLError) -> SyntaxFault:
    if not isinstance(error, yaml.reader.ReaderError):
        return SyntaxFault(f"text that is not YAML ({' '.join(str(error).split())[:160]})", "one YAML document")
    lines = _LINE_BREAK.split(text[: error.position])
    place = f"line {len(lines)}, column {len(lines[-1]) + 1}"
    character = f"U+{ord(error.character) if isinstance(error.character, str) else error.character:04X}"
    return SyntaxFault(
        f"text that is not YAML at {place}: the character {character}, which is invisible",
        "text without control characters; remove it",
    )


def shown(text: str) -> str:
    """Return a line for a message: shortened, and without characters that a terminal would interpret."""
    cut = text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
    return "".join("→" if mark == "\t" else mark if mark.isprintable() else f"\\u{ord(mark):04x}" for mark in cut)


def _written(line: str) -> str:
    """Return a proposed line; a very long one is cut to its start, which YAML can still read."""
    if len(line) <= _LONGEST_PROPOSAL:
        return line
    return line[:_LONGEST_PROPOSAL].rstrip("'\"\\") + f"…{line[-1] if line[-1] in _QUOTES else ''}"
