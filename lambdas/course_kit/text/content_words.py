"""The words of a text that carry its meaning, by their stems: without stop words, endings and accents."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

import snowballstemmer
import stop_words

from course_kit.labels import base_language

_STEMMERS = {
    "en": "english",
    "es": "spanish",
    "pt": "portuguese",
    "fr": "french",
    "de": "german",
    "it": "italian",
    "ar": "arabic",
}
_MIN_LETTERS = 4


class ContentWords:
    """Finds the content words of one language."""

    def __init__(self, language: str) -> None:
        base = base_language(language)
        self._stemmer = snowballstemmer.stemmer(_STEMMERS[base]) if base in _STEMMERS else None
        self._stop_words = _stop_words_of(base)
        self._stems: dict[str, str] = {}

    def of(self, texts: Iterable[str]) -> dict[str, str]:
        """Return the content words of texts in lower case, by their stem."""
        words: dict[str, str] = {}
        for word in re.findall(r"[^\W\d_]+", " ".join(texts).casefold()):
            if stem := self._stem(word):
                words.setdefault(stem, word)
        return words

    def _stem(self, word: str) -> str:
        """Return the stem of a word in lower case; empty for a word without much meaning."""
        if (known := self._stems.get(word)) is not None:
            return known
        folded = _folded(word)
        is_content = len(folded) >= _MIN_LETTERS and folded not in self._stop_words
        stem = (self._stemmer.stemWord(word) if self._stemmer else word) if is_content else ""
        return self._stems.setdefault(word, _folded(stem))


@cache
def _stop_words_of(base: str) -> frozenset[str]:
    return frozenset(_folded(word) for word in stop_words.safe_get_stop_words(base))


def _folded(word: str) -> str:
    # Decomposed, to remove accents and keep letters of every script.
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
