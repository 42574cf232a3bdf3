"""What a replacement brings in that neither the passages nor the problems have: web addresses and numbers."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from urllib.parse import unquote

from course_editor.checks.fact_values import NUMBER, readings
from course_editor.checks.lesson_words import LessonWords
from course_kit.markdown.text import parse_markdown

_ADDRESS = re.compile(r"(?:https?://|www\.|mailto:)[^\s<>()\[\]`\"'|]+", re.IGNORECASE)
# What may follow an address in a sentence.
_AFTER_ADDRESS = ".,;:!?*_"
_REFERENCE_NUMBER = re.compile(r"\[\[\s*\??\d+\.\d+\s*\|?")
_LIST_MARK = re.compile(r"^[\s>]*\d+[.)](?=\s)", re.MULTILINE)
_WORD_BEHIND = re.compile(r"\s?[^\W\d_]+")


def foreign_addresses(put: str, known_texts: Sequence[str]) -> list[str]:
    """Return the addresses of a text that no known text has, whole: a part of a known one is another address."""
    known = {address for text in known_texts for address in _addresses(text)}
    return sorted(set(_addresses(put)) - known)


def foreign_numbers(put: str, known_texts: Sequence[str], words: LessonWords) -> list[str]:
    """Return the numbers of a text that no known text has, in whatever spelling: ``1,200`` is *1200*, too.

    Numbers of references and of items of lists say nothing.
    """
    known = {value for text in known_texts for _, values in _numbers(text, words, is_known=True) for value in values}
    return [said for said, values in _numbers(put, words) if not values & known]


def _addresses(text: str) -> Iterator[str]:
    for found in _ADDRESS.finditer(text):
        yield _usual(found[0].rstrip(_AFTER_ADDRESS))
    for token in parse_markdown(text):
        for child in token.children or []:
            if child.type == "link_open":
                yield _usual(str(child.attrGet("href")).rstrip(_AFTER_ADDRESS))


def _usual(address: str) -> str:
    return unquote(address).removesuffix("/")


def _numbers(text: str, words: LessonWords, *, is_known: bool = False) -> Iterator[tuple[str, frozenset[Decimal]]]:
    """Yield each number as it is said, with what it may stand for; a known one may lose the word behind it."""
    text = _LIST_MARK.sub(" ", _REFERENCE_NUMBER.sub(" ", text))
    for found in re.finditer(NUMBER, text):
        behind = _WORD_BEHIND.match(text, found.end())
        said = found[0] + (behind[0] if behind else "")
        yield found[0], readings(said, words) | (readings(found[0], words) if is_known else frozenset())
    if is_known:
        for word in re.findall(r"[^\W\d_]+", text.casefold()):
            if word in words.numbers:
                yield word, frozenset({Decimal(words.numbers[word])})
