"""Plain and short texts as Markdown: what may be read of them is, everything else stands as it is."""

import re

from course_kit.markdown.math import MATH_INLINE
from course_kit.markdown.prose import code_span
from course_kit.markdown.reader import short_text_reader
from course_kit.outline import paragraphs_of
from course_kit.outline.addresses import trimmed_address

_MARKUP = r"\`*_{}<>#|!&~$^"
# Behind a backslash, a bracket would begin a formula.
_BRACKETS = {"[": "&#91;", "]": "&#93;"}
_LINE_END = re.compile(r"\s*[\r\n]\s*")
# What Markdown reads at the beginning of a line only: `1. `, `+ `, `- `, `= `.
_AT_THE_BEGINNING = re.compile(r"^(?P<before>\s*(?:\d{1,9}(?=[.)](?:\s|$))|(?=[-+=])))")
# As the reader of lessons finds them (GitHub's rules), which would take an escape for a part of the address.
_ADDRESS = re.compile(r"(?<![^\s*_~(])(?:https?://|www\.)[^\W_][^\s<]*")
_NOT_IN_TARGETS = {"<": "%3C", ">": "%3E", "|": "%7C", "\\": "%5C"}
_ESCAPES_BEFORE_AT = re.compile(r"([\w.+-]*\\[\w.+\\-]*)@")
_MARKS = {"strong_open": "**", "strong_close": "**", "em_open": "*", "em_close": "*"}


def escape_inline(text: str) -> str:
    """Return text that Markdown shows as it is, in one line; web addresses in it are links, as they are in a lesson."""
    text = _LINE_END.sub(" ", text)
    pieces, end = [], 0
    for found in _ADDRESS.finditer(text):
        address = trimmed_address(found[0])
        target = address if address.startswith("http") else f"http://{address}"
        pieces += [_escaped(text[end : found.start()]), link_to(target, address)]
        end = found.start() + len(address)
    pieces.append(_escaped(text[end:]))
    return _AT_THE_BEGINNING.sub(r"\g<before>\\", "".join(pieces))


def plain_paragraphs(text: str) -> str:
    """Return a text of the outline as Markdown that shows it as it is, in the paragraphs of its author."""
    return "\n\n".join(escape_inline(paragraph) for paragraph in paragraphs_of(text))


def link_to(target: str, text: str) -> str:
    """Return a link with its text shown as it is."""
    for character, code in _NOT_IN_TARGETS.items():
        target = target.replace(character, code)
    return f"[{_escaped(text)}](<{target}>)"


def _escaped(text: str) -> str:
    escaped = "".join(
        f"\\{character}" if character in _MARKUP else _BRACKETS.get(character, character) for character in text
    )
    # A mail address with an escape in it would be read from behind the escape on.
    return _ESCAPES_BEFORE_AT.sub(r"\1&#64;", escaped)


def short_text(text: str) -> str:
    """Return a model's short text (a caption, an option, a definition) as Markdown.

    Code, bold, italics and formulas are read, by the same rules as in a lesson. Links, pictures, HTML and all else
    stand as they are.
    """
    pieces: list[str] = []
    for token in short_text_reader().parseInline(" ".join(text.split()))[0].children or []:
        match token.type:
            case "code_inline":
                pieces.append(code_span(token.content))
            case kind if kind == MATH_INLINE:
                # A pipe would end a table's cell.
                pieces.append(f"${token.content.replace('|', chr(92) + 'vert ')}$")
            case kind if kind in _MARKS:
                pieces.append(_MARKS[kind])
            case _:
                pieces.append(escape_inline(token.content))
    return "".join(pieces)
