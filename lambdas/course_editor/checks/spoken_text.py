"""What a line of Markdown says: its words without marks, and its sentences."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.token import Token

from course_kit.markdown.math import MATH_INLINE
from course_kit.markdown.reader import VISUAL_TAG, markdown_reader

CODE = "\ufffc"
"""Stands in prose for code and formulas."""
_SENTENCE = re.compile(
    r".+?(?:(?<![.!?…؟])[.!?…؟]++[)\]”\"'»]*+(?=\s|$)|(?<![。！？])[。！？]++[)）」』”]*+|$)", re.DOTALL
)


@dataclass(frozen=True)
class SpokenText:
    """One paragraph, item or cell."""

    prose: str
    """Its words, without code."""
    shown: str
    """Its words with code between backticks."""


def spoken_text(markdown: str) -> SpokenText:
    """Read the Markdown of one paragraph, item or cell."""
    prose: list[str] = []
    shown: list[str] = []
    for text, is_code in _pieces(markdown_reader().parseInline(markdown)[0].children or []):
        prose.append(CODE if is_code else text)
        shown.append(f"`{text}`" if is_code else text)
    return SpokenText(*(unicodedata.normalize("NFC", " ".join("".join(pieces).split())) for pieces in (prose, shown)))


def sentences(text: str) -> list[str]:
    """Return the sentences of a text. A full stop without a space behind it, as in ``1.2``, ends none."""
    return [found[0].strip() for found in _SENTENCE.finditer(text) if found[0].strip()]


def _pieces(children: list[Token]) -> Iterator[tuple[str, bool]]:
    for child in children:
        match child.type:
            case "text":
                yield child.content, False
            case "code_inline":
                yield child.content, True
            case "softbreak" | "hardbreak" | "html_inline":
                yield " ", False
            case kind if kind == MATH_INLINE:
                yield CODE, False
            case kind if kind == VISUAL_TAG:
                yield " ", False
