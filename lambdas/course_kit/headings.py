"""Headings of a lesson, and whether two titles are the same one."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from markdown_it.token import Token

_NUMBERING = re.compile(r"^[\d.\s)]+")


def headings_in(tokens: list[Token]) -> Iterator[tuple[int, str]]:
    """Yield level and text of each heading."""
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            yield int(opening.tag[1:]), "".join(child.content for child in inline.children or [])


def comparable_title(title: str) -> str:
    """Return what two spellings of one title have in common: no case, numbering or punctuation."""
    folded = unicodedata.normalize("NFKC", _NUMBERING.sub("", title) or title).casefold()
    return re.sub(r"[\W_]+", " ", folded).strip() or folded
