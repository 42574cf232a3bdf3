"""What a replacement brings in that neither the passages nor the problems have: web addresses."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from course_kit.markdown.text import parse_markdown

_ADDRESS = re.compile(r"(?:https?://|www\.|mailto:)[^\s<>()\[\]`\"'|]+", re.IGNORECASE)
# What may follow an address in a sentence.
_AFTER_ADDRESS = ".,;:!?*_"


def foreign_addresses(put: str, known_texts: Sequence[str]) -> list[str]:
    """Return the addresses of a text that no known text has, whole: a part of a known one is another address."""
    known = {address for text in known_texts for address in _addresses(text)}
    return sorted(set(_addresses(put)) - known)


def _addresses(text: str) -> Iterator[str]:
    for found in _ADDRESS.finditer(text):
        yield _usual(found[0].rstrip(_AFTER_ADDRESS))
    for token in parse_markdown(text):
        for child in token.children or []:
            if child.type == "link_open":
                yield _usual(str(child.attrGet("href")).rstrip(_AFTER_ADDRESS))


def _usual(address: str) -> str:
    return unquote(address).removesuffix("/")
