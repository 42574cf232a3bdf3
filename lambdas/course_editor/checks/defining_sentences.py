"""Sentences that define a term of the brief."""

import re
from collections.abc import Iterator
from functools import cache

from course_editor.checks.lesson_blocks import Block, BlockKind
from course_editor.checks.lesson_words import lesson_words
from course_editor.checks.spoken_text import sentences
from course_editor.checks.term_places import TermPlaces
from course_kit.brief.course_brief import Term
from course_kit.text.content_words import ContentWords
from course_kit.text.term_search import term_pattern

_WITHOUT_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff]{2,}")
# How much of the definition's words a sentence in the form of a definition has in common with it, and a sentence in
# any other form.
_SHARE_IN_FORM, _SHARE_IN_ANY_FORM = 0.3, 0.6
_LEAST_WORDS, _LEAST_WORDS_IN_ANY_FORM = 2, 4
# Stands for the term, so that one pattern serves all terms.
_TERM = "\ue001"
_MARKS = r"[\s*_“”„\"«»‹›「」『』'’‘:]*"
# A sentence may start with a short phrase: "In PostgreSQL, a tuple is …".
_OPENING = r"(?:[^,;:.!?—–、，]{1,60}[,、，]\s*)?"
_IN_BRACKETS = r"(?:\s*[(（][^()（）]{1,80}[)）])?"


class DefiningSentences:
    """Finds the sentences that define terms, in one language."""

    def __init__(self, places: TermPlaces, language: str) -> None:
        self._places = places
        self._language = language
        self._content = ContentWords(language)

    def in_block(self, block: Block, term: Term) -> Iterator[str]:
        """Yield the sentences of a block that define a term much as the brief does."""
        if not self._places.has(block, term.term):
            return
        texts = [*_rows(block)] if block.kind is BlockKind.TABLE else [text.prose for text in block.spoken]
        pattern = term_pattern(term.term, self._language)
        form = _form(self._language)
        definition = self._words(term.definition, term)
        for text in texts:
            said = sentences(text)
            for number, sentence in enumerate(said):
                if not pattern.search(sentence):
                    continue
                # A definition often takes two sentences.
                near = self._words(" ".join(said[number : number + 2]), term)
                own = self._words(sentence, term)
                is_in_form = bool(form.search(pattern.sub(_TERM, sentence))) and _has(
                    near, definition, _SHARE_IN_FORM, _LEAST_WORDS
                )
                if is_in_form or _has(own, definition, _SHARE_IN_ANY_FORM, _LEAST_WORDS_IN_ANY_FORM):
                    yield sentence

    def _words(self, text: str, term: Term) -> frozenset[str]:
        """Return the content words of a text without the term's own; pairs of signs where words have no spaces."""
        rest = term_pattern(term.term, self._language).sub(" ", text)
        runs = _WITHOUT_SPACES.findall(rest)
        pairs = {run[start : start + 2] for run in runs for start in range(len(run) - 1)}
        spaced = _WITHOUT_SPACES.sub(" ", rest)
        return frozenset(pairs) | frozenset(self._content.of([spaced])) - frozenset(self._content.of([term.term]))


@cache
def _form(language: str) -> re.Pattern[str]:
    words = lesson_words(language)
    subject = rf"(?:\b(?:{words.articles})\s*)?{_MARKS}{_TERM}{_MARKS}{_IN_BRACKETS}"
    sign = r"\s*(?:[:：]|\s[—–-]\s|——)"
    behind = rf"\A[\W_]*{_OPENING}{subject},?\s*(?:{words.defines}|{sign})"
    before = rf"(?<![^\W\d_])(?:{words.defines_before})\s*[,:：]?\s*{subject}"
    return re.compile(f"(?:{behind})|(?:{before})", re.IGNORECASE)


def _has(words: frozenset[str], definition: frozenset[str], share: float, least: int) -> bool:
    in_common = len(words & definition)
    return in_common >= max(min(least, len(definition)), share * len(definition), 1)


def _rows(block: Block) -> Iterator[str]:
    """Yield each row of a table as a text: its first cell, a colon, and the other cells."""
    cells = iter(block.spoken)
    for row in block.rows:
        said = [next(cells).prose for _ in row]
        yield f"{said[0]}: {'; '.join(said[1:])}" if said else ""
