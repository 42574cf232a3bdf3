"""Headings of a lesson, and the comparison of titles."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from markdown_it.token import Token

_NUMBERING = re.compile(r"^\(?\d+(?:\.\d+)*[.):]?\s+")
_PUNCTUATION = re.compile(r"""[.,:;!?¿¡"'“”„«»()\[\]{}…—–\-_/·、。：，；！？「」『』（）]""")
_MARKS = re.compile(r"`|\*\*|__|\\(?=[<>*_`#\[\]])")
_FORMULA = re.compile(r"\$([^$]+)\$")
_STRAIGHT = str.maketrans("‘’‚“”„", "'''\"\"\"")


def headings_in(tokens: list[Token]) -> Iterator[tuple[int, str]]:
    """Yield level and text of each heading."""
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            yield int(opening.tag[1:]), "".join(child.content for child in inline.children or [])


def headings_of_topics(topics: Sequence[str], headings: Iterable[str]) -> dict[str, str | None]:
    """Return the heading of each topic; None for a topic without one.

    An exact match goes first, then a match without spaces and case: ``Map`` is not ``map`` when both exist. Otherwise
    the comparison also ignores numbering and punctuation, if the topic stays unique: 1NF is not 2NF, C is not C++.
    """
    free = list(dict.fromkeys(headings))
    own: dict[str, str | None] = dict.fromkeys(topics)
    for alike in (str.strip, folded_title, comparable_title):
        open_topics = [topic for topic in topics if own[topic] is None]
        for topic in open_topics:
            key = alike(topic)
            if alike is comparable_title and sum(alike(other) == key for other in topics) > 1:
                continue
            found = next((heading for heading in free if alike(heading) == key), None)
            if found is not None:
                own[topic] = found
                free.remove(found)
    return own


def comparable_title(title: str) -> str:
    """Return a title's key for comparison: without case, numbering and punctuation, but with every sign."""
    folded = _NUMBERING.sub("", folded_title(title)) or folded_title(title)
    return " ".join(_PUNCTUATION.sub(" ", folded).split()) or folded


def folded_title(title: str) -> str:
    """Return a title without Markdown marks, case and spaces."""
    plain = _FORMULA.sub(r"\1", unicodedata.normalize("NFKC", title))
    plain = _MARKS.sub("", plain).translate(_STRAIGHT)
    return " ".join(plain.split()).casefold()
