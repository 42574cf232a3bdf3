"""Search for terms in a lesson: whole words with their signs, in all forms that readers recognise.

``C`` does not match ``C++``, and ``802.11`` does not match ``802.11a``; ``Pod`` matches ``pods``.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from markdown_it.token import Token

from course_kit.labels import base_language
from course_kit.markdown.math import MATH_BLOCK, MATH_INLINE
from course_kit.markdown.text import parse_markdown

# Scripts without spaces between words, by the start of their letters' Unicode names.
_WITHOUT_SPACES = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "IDEOGRAPHIC")
# Korean adds particles to a word without a space.
_WITH_PARTICLES = "HANGUL"
_LETTERS = (
    r"[^\W\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    r"\U00020000-\U0003ffff]"
)
# Signs that change a term: other signs (`==`, `===`), or a word before them (`C++`, `C#`, `A*`, `Node.js`).
_SIGNS = r"+#*=&|!^~<>%"
_BEHIND_A_WORD = r"(?!\+(?!\w)|\+\+|#|\*(?!\*)|\.\w)"
_JOINT = re.compile(r"\s+|(?<=\w)[-‐‑](?=\w)")
_BETWEEN = r"[\s\-‐‑]+"
# Endings that do not change the term, by language; all languages have the English plural of loanwords.
_ENDINGS = {
    "en": r"(?:[’']s|s|(?<=[sxzo])es|(?<=[cs]h)es)",
    "de": r"(?:s|es|e|n|en|er|ern|nen)",
    "es": r"(?:s|(?<![aeiouáéíóú])es)",
    "pt": r"(?:s|(?<![aeiouãáéíóú])es)",
    "fr": r"(?:s|x)",
    "it": r"(?:s)",
    "ja": r"(?:s)",
    "zh": r"(?:s)",
    "ar": r"(?:s|ات|ان|ين|ون|ة|ها|ه)",
}
_ENDINGS_ELSEWHERE = rf"{_LETTERS}{{1,3}}"
_ARABIC_ARTICLE = r"(?:[وف]?[بكل]?(?:ال)?|[وف]?لل)"
_MIN_INFLECTED = 2
_LONGEST_WORD = 40


@dataclass(frozen=True)
class Place:
    """A stretch of the visible text."""

    start: int
    end: int
    is_code: bool


class SearchableText:
    """The visible text of a lesson, for the search of terms.

    Parameters
    ----------
    markdown
        The lesson.
    language
        The lesson's language tag, for the inflected forms of words.
    """

    def __init__(self, markdown: str, language: str = "en") -> None:
        self._language = base_language(language)
        pieces: list[str] = []
        self._code: list[tuple[int, int]] = []
        length = 0
        for text, is_code in _visible(parse_markdown(markdown)):
            piece = unicodedata.normalize("NFC", text)
            if is_code:
                self._code.append((length, length + len(piece)))
            pieces.append(piece)
            length += len(piece)
        self._text = "".join(pieces)
        self._folded = self._text.casefold()

    def has(self, term: str) -> bool:
        """Whether the text contains a term."""
        return next(self.places(term), None) is not None

    def shows_only_as_code(self, term: str) -> bool:
        """Whether the text contains a term in code only."""
        places = list(self.places(term))
        return bool(places) and all(place.is_code for place in places)

    def places(self, term: str) -> Iterator[Place]:
        """Yield every place of a term; a term of signs alone is found in code only."""
        letters = letters_of(term)
        words = _JOINT.split(letters)
        # A fast check by the longest word, because most terms are in few lessons.
        if not letters or _stem(max(words, key=len)) not in self._folded:
            return
        is_signs = not any(letter.isalnum() for letter in letters)
        for found in _pattern(letters, self._language).finditer(self._text):
            place = Place(found.start(), found.end(), self._is_code(found.start(), found.end()))
            if place.is_code or not is_signs:
                yield place

    def is_part_of_a_name(self, place: Place, term: str) -> bool:
        """Whether a lower-case term is capitalised next to another capital: the heap of "Bitmap Heap Scan"."""
        if self._language == "de" or place.is_code or term != term.lower() or not self._text[place.start].isupper():
            return False
        before = re.search(r"(\w)\w* \Z", self._text[max(place.start - _LONGEST_WORD, 0) : place.start])
        after = re.match(r" (\w)", self._text[place.end : place.end + 2])
        return any(neighbour is not None and neighbour[1].isupper() for neighbour in (before, after))

    def _is_code(self, start: int, end: int) -> bool:
        return any(begin <= start and end <= stop for begin, stop in self._code)


@lru_cache(maxsize=4096)
def term_pattern(term: str, language: str) -> re.Pattern[str]:
    """Return the pattern of a term in all its forms, for visible text in Unicode's composed form (NFC).

    The term must not be empty.
    """
    return _pattern(letters_of(term), base_language(language))


@lru_cache(maxsize=4096)
def common_parts(term: str) -> tuple[str, ...]:
    """Return letters, in lower case, that stand in every form of a term: a fast check before the pattern's.

    The longest come first; there are none for a term of signs.
    """
    words = re.findall(r"[^\W_]+", letters_of(term))
    return tuple(sorted({_stem(word) for word in words}, key=len, reverse=True))


def to_the_letter(text: str) -> str:
    """Return a text in the form for comparison: digits, signs and case count, spaces around it do not."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def letters_of(term: str) -> str:
    """Return the visible text of a term, without Markdown marks around it or its code."""
    text = to_the_letter(term)
    # `__init__` is a name, `**Pod**` is not.
    bold = re.fullmatch(r"\*\*(\S|\S.*\S)\*\*", text)
    text = bold[1] if bold else text
    return re.sub(r"(`+) ?(.+?) ?\1(?!`)", r"\2", text)


def _visible(tokens: list[Token]) -> Iterator[tuple[str, bool]]:
    for token in tokens:
        if token.type in ("fence", "code_block"):
            yield token.content, True
        elif token.type == MATH_BLOCK:
            yield f"$${token.content}$$", False
        for child in token.children or []:
            yield from _visible_inline(child)
        yield "\n", False


def _visible_inline(token: Token) -> Iterator[tuple[str, bool]]:
    match token.type:
        case "text":
            yield token.content, False
        case "code_inline":
            yield token.content, True
        case "softbreak" | "hardbreak":
            yield " ", False
        case kind if kind == MATH_INLINE:
            yield f"${token.content}$", False
        case "image":
            for child in token.children or []:
                yield from _visible_inline(child)


def _stem(word: str) -> str:
    """Return the common start of all forms of a word."""
    folded = word.casefold()
    return folded[:-1] if folded.endswith("y") and len(folded) > _MIN_INFLECTED else folded


@lru_cache(maxsize=4096)
def _pattern(term: str, language: str) -> re.Pattern[str]:
    words = _JOINT.split(term)
    article = _ARABIC_ARTICLE if language == "ar" else ""
    body = _BETWEEN.join(article + _word_pattern(word, language, is_alone=len(words) == 1) for word in words)
    return re.compile(_start(term[0]) + body + _end(term[-1]))


def _word_pattern(word: str, language: str, *, is_alone: bool) -> str:
    # Names such as `GET`, `C` and `Go` depend on their case; other words may start a sentence.
    is_exact = (word.isupper() and len(word) > 1) or (is_alone and len(word) <= _MIN_INFLECTED)
    flag = "" if is_exact else "i"
    if len(word) < _MIN_INFLECTED or not word[-1].isalpha() or _is_of(word[-1], (*_WITHOUT_SPACES, _WITH_PARTICLES)):
        return f"(?{flag}:{re.escape(word)})"
    if language == "en" and word.endswith("y"):
        return f"(?{flag}:{re.escape(word[:-1])}(?:y|ies)(?:[’']s)?)"
    return f"(?{flag}:{re.escape(word)}(?i:{_ENDINGS.get(language, _ENDINGS_ELSEWHERE)})?)"


def _start(letter: str) -> str:
    """Return the pattern that must not precede a term: a part of the same word; empty in scripts without spaces."""
    if _is_of(letter, _WITHOUT_SPACES):
        return ""
    if letter in _SIGNS:
        return rf"(?<![{_SIGNS}])"
    letters = r"\w" if _is_of(letter, (_WITH_PARTICLES,)) or not letter.isalnum() else _LETTERS
    # `ASP.NET` does not contain the term `NET`, and `--v` does not contain `-v`.
    return rf"(?<!{letters})" + (r"(?<!\w\.)" if letter.isalnum() else r"(?<!-)" if letter == "-" else "")


def _end(letter: str) -> str:
    """Return the pattern that must not follow a term."""
    if letter in _SIGNS:
        return rf"(?![{_SIGNS}])"
    if not letter.isalnum() or _is_of(letter, _WITHOUT_SPACES):
        return ""
    return _BEHIND_A_WORD if _is_of(letter, (_WITH_PARTICLES,)) else rf"(?!{_LETTERS}){_BEHIND_A_WORD}"


def _is_of(letter: str, scripts: tuple[str, ...]) -> bool:
    return unicodedata.name(letter, "").startswith(scripts)
