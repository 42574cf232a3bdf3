"""Plain and short texts as Markdown: allowed markup is kept, everything else is escaped."""

import re

from course_kit.markdown.math import MATH_INLINE
from course_kit.markdown.prose import code_span
from course_kit.markdown.reader import short_text_reader
from course_kit.outline import paragraphs_of
from course_kit.outline.addresses import trimmed_address

_MARKUP = r"\`*_{}<>#|!&~$^"
# After a backslash, a bracket would start a formula.
_BRACKETS = {"[": "&#91;", "]": "&#93;"}
_LINE_END = re.compile(r"\s*[\r\n]\s*")
# Marks at the start of a line only: `1. `, `+ `, `- `, `= `.
_AT_THE_BEGINNING = re.compile(r"^(?P<before>\s*(?:\d{1,9}(?=[.)](?:\s|$))|(?=[-+=])))")
# Addresses by GitHub's rules, as in lessons; an escape would become a part of the address.
_ADDRESS = re.compile(r"(?<![^\s*_~(])(?:https?://|www\.)[^\W_][^\s<]*")
_NOT_IN_TARGETS = {"<": "%3C", ">": "%3E", "|": "%7C", "\\": "%5C"}
_ESCAPES_BEFORE_AT = re.compile(r"([\w.+-]*\\[\w.+\\-]*)@")
_MARKS = {"strong_open": "**", "strong_close": "**", "em_open": "*", "em_close": "*"}


def escape_inline(text: str) -> str:
    """Return one line of Markdown that shows the text unchanged; web addresses become links, as in a lesson."""
    text = _LINE_END.sub(" ", text)
    pieces, end = [], 0
    for found in _ADDRESS.finditer(text):
        address = trimmed_address(found[0])
        target = address if address.startswith("http") else f"http://{address}"
        pieces += [escape_words(text[end : found.start()]), link_to(target, address)]
        end = found.start() + len(address)
    pieces.append(escape_words(text[end:]))
    return _AT_THE_BEGINNING.sub(r"\g<before>\\", "".join(pieces))


def plain_paragraphs(text: str) -> str:
    """Return a text of the outline as Markdown that shows it unchanged, with its paragraphs."""
    return "\n\n".join(escape_inline(paragraph) for paragraph in paragraphs_of(text))


def link_to(target: str, text: str) -> str:
    """Return a link with a plain text."""
    for character, code in _NOT_IN_TARGETS.items():
        target = target.replace(character, code)
    return f"[{escape_words(text)}](<{target}>)"


def escape_words(text: str) -> str:
    """Return words within a line as Markdown that shows them unchanged, addresses too, such as in a link's text."""
    escaped = "".join(
        f"\\{character}" if character in _MARKUP else _BRACKETS.get(character, character) for character in text
    )
    # With an escape inside, only the part of a mail address after the escape would be read.
    return _ESCAPES_BEFORE_AT.sub(r"\1&#64;", escaped)


def short_text(text: str) -> str:
    """Return a model's short text (a caption, an option, a definition) as Markdown.

    Code, bold, italics and formulas follow the same rules as in a lesson. Links, pictures, HTML and other marks are
    shown as text.
    """
    pieces: list[str] = []
    for token in short_text_reader().parseInline(" ".join(text.split()))[0].children or []:
        match token.type:
            case "code_inline":
                pieces.append(code_span(token.content))
            case kind if kind == MATH_INLINE:
                # A pipe would end a table cell.
                pieces.append(f"${token.content.replace('|', chr(92) + 'vert ')}$")
            case kind if kind in _MARKS:
                pieces.append(_MARKS[kind])
            case _:
                pieces.append(escape_inline(token.content))
    return "".join(pieces)
