"""Sequence diagrams: roles and messages with syntax characters escaped, in the book's colours."""

import re
from functools import cache

import resvg_py

from images_gen.label_text import Label, unquoted

_ARROW = r"(?:<<--?>>|--?>>|--?>|--?x|--?\)|--?\|?[\\/]|--?\/\/|--?\\\\)"
_ROLE = r"[^\s:;,<>\"-][^:;,<>\"\n]*?|\"[^\"\n]+\""
_MESSAGE = re.compile(
    rf"^(?P<indent>\s*)(?P<left>{_ROLE})\s*(?P<arrow>{_ARROW})\s*(?P<sign>[+-]?)\s*(?P<right>{_ROLE})\s*:(?P<text>.*)$"
)
_NOTE = re.compile(
    r"^(?P<indent>\s*)note\s+(?P<place>(?:left|right)\s+of|over)\s+(?P<roles>[^:]+?)\s*:(?P<text>.*)$", re.IGNORECASE
)
_PARTICIPANT = re.compile(
    r"^(?P<indent>\s*)(?P<make>create\s+)?(?P<word>participant|actor)\s+(?P<name>[^\n]+?)(?:\s+as\s+(?P<text>.+))?$",
    re.IGNORECASE,
)
_BLOCK = re.compile(
    r"^(?P<begin>\s*(?:loop|alt|else|opt|par|par_over|and|critical|option|break|title\s*:?)\s+)(?P<text>\S.*)$",
    re.IGNORECASE,
)
_BOX = re.compile(
    r"^(?P<indent>\s*)box\b\s*(?P<colour>(?:rgb|hsl)a?\([^)]*\)|#[0-9a-fA-F]{3,8}\b|[A-Za-z]+(?=\s|$))?\s*(?P<text>.*)$",
    re.IGNORECASE,
)
_RECT = re.compile(r"^(?P<indent>\s*)rect\b.*$", re.IGNORECASE)
_OF_ROLE = re.compile(r"^(?P<begin>\s*(?:activate|deactivate|destroy)\s+)(?P<name>.+)$", re.IGNORECASE)
_NEXT_STATEMENT = re.compile(
    rf";(?=\s*(?:(?:{_ROLE})\s*{_ARROW}\s*[+-]?\s*(?:{_ROLE})\s*:|note\s+(?:left|right|over)\b|"
    r"(?:de)?activate\s|participant\s|actor\s|end\s*(?:;|$)))",
    re.IGNORECASE,
)
# The background of a subgraph, which also groups. Written with channels, because `#` starts a comment.
_NOTHING = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
_PANEL = "rgb(246, 248, 251)"


def sequence_source(source: str, label: Label) -> str:
    """Return a sequence diagram with texts that the parser accepts; ``label`` escapes a text."""
    lines = [statement for line in source.split("\n") for statement in _NEXT_STATEMENT.split(line)]
    return "\n".join(_line(line.rstrip().removesuffix(";"), label) for line in lines)


def _line(line: str, label: Label) -> str:
    if found := _NOTE.match(line):
        roles = ",".join(_role(role, label) for role in found["roles"].split(","))
        return f"{found['indent']}Note {found['place'].lower()} {roles}: {_text(found['text'], label)}"
    if found := _RECT.match(line):
        return f"{found['indent']}rect {_PANEL}"
    if found := _BOX.match(line):
        colour, text = found["colour"] or "", found["text"]
        if colour.isalpha() and not _is_colour(colour):
            text = f"{colour} {text}".strip()
        return f"{found['indent']}box {_PANEL} {_text(text, label)}".rstrip()
    if found := _MESSAGE.match(line):
        ends = f"{_role(found['left'], label)}{found['arrow']}{found['sign']}{_role(found['right'], label)}"
        # An empty message is a parse error.
        return f"{found['indent']}{ends}: {_text(found['text'], label) or ' '}"
    if found := _PARTICIPANT.match(line):
        begin = f"{found['indent']}{found['make'] or ''}{found['word'].lower()} {_role(found['name'], label)}"
        return f"{begin} as {_text(found['text'], label)}" if found["text"] else begin
    if found := _BLOCK.match(line):
        return found["begin"] + _text(found["text"], label)
    if found := _OF_ROLE.match(line):
        return found["begin"] + _role(found["name"], label)
    return line


@cache
def _is_colour(word: str) -> bool:
    """Whether a word is a CSS colour name, by the library that reads the drawing."""
    try:
        resvg_py.svg_to_bytes(svg_string=_NOTHING, background=word.lower())
    except ValueError:
        return False
    return True


def _role(name: str, label: Label) -> str:
    bare = unquoted(name)
    # The kind of a role, in Mermaid's form.
    return bare if "@{" in bare else label(bare)


def _text(text: str, label: Label) -> str:
    return label(unquoted(text))
