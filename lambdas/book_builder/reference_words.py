"""Words for a reference to another lesson, which fit the sentence that a writer has put around it."""

import re
from dataclasses import dataclass

from course_kit.labels.reference_labels import ReferenceLabels
from course_kit.text.lesson_references import LessonReference

_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_OPENING, _CLOSING = "(（", ")）"
# What stands before a block's first word: marks of a box and of a task, quotation marks, emphasis.
_BEFORE_WORDS = re.compile(r"^\s*(?:\[![A-Za-z]+\]|\[[ xX]\])?[\s*_~\"“„«‹'‘¿¡「『]*$")
_END_OF_SENTENCE = re.compile(r"(?P<word>[\w.]*)[.!?…。！？؟][\"”’»›)）」』*_]*\s+[\s*_~\"“„«‹'‘¿¡]*$")
_ABBREVIATIONS = frozenset(
    {
        "bzw",
        "ca",
        "cf",
        "cfr",
        "cp",
        "d.h",
        "e.g",
        "ej",
        "ex",
        "fig",
        "i.e",
        "p.ej",
        "p.ex",
        "s",
        "u.a",
        "vgl",
        "vs",
        "z.b",
    }
)
_FULL_WIDTH = re.compile("[\u3000-\u30ff\u4e00-\u9fff]")
_LAST_WORD = re.compile(r"(?P<word>[^\W\d_]+)[\s*_~\"“„«‹'‘]*$")
_NOTHING_AFTER = re.compile(r"[\s*_~\"”»›.,;:!?。！？、，]*$")


@dataclass(frozen=True)
class ReferenceWords:
    """The words for one reference, by what its block says before and after it."""

    labels: ReferenceLabels
    reference: LessonReference

    def of_lesson(self, number: str, title: str) -> str:
        """Return a lesson's name with number and title; the title is left out when it is empty."""
        if self._follows_noun:
            return self._bracketed(number, title) if title and not self._is_inside else number
        lesson = self.labels.lesson.format(number=number)
        sentence = self.labels.in_sentence.format(number=number)
        article = "" if self._is_bare else sentence.removesuffix(lesson)
        if title and self._is_inside:
            return self._begun(article + self.labels.within_brackets.format(number=number, title=title))
        return self._begun(article + (self._bracketed(lesson, title) if title else lesson))

    def with_words(self, words: str, number: str) -> str:
        """Return the writer's words with a lesson's number, unless they name that."""
        if re.search(rf"(?<![\d.]){re.escape(number)}(?!\d|\.\d)", words):
            return words
        if self._is_inside:
            return self.labels.words_within_brackets.format(words=words, number=number)
        return self._bracketed(words, self.labels.lesson.format(number=number))

    def of_no_lesson(self) -> str:
        """Return what stands for a lesson that nobody knows."""
        if self._follows_noun:
            return str(self.reference.lesson)
        unknown = self.labels.unknown_after if self._last_word in self.labels.bare_after else self.labels.unknown
        return self._begun(unknown)

    def _bracketed(self, text: str, bracketed: str) -> str:
        is_wide = _FULL_WIDTH.search(self.labels.unknown)
        return f"{text}（{bracketed}）" if is_wide else f"{text} ({bracketed})"

    @property
    def _before(self) -> str:
        return _CODE.sub("`", self.reference.before)

    @property
    def _last_word(self) -> str:
        found = _LAST_WORD.search(self._before)
        return found["word"].casefold() if found else ""

    @property
    def _follows_noun(self) -> bool:
        before = self._before.rstrip()
        if not self._last_word or self._starts:
            return False
        nouns = tuple(noun.casefold() for noun in self.labels.nouns)
        # Scripts without spaces between words have a noun at the end of what looks like one word.
        is_joined = not self._last_word.isascii() and before.casefold().endswith(
            tuple(noun for noun in nouns if not noun[0].islower())
        )
        return self._last_word in nouns or is_joined

    @property
    def _is_bare(self) -> bool:
        before = self._before.rstrip()
        is_alone = bool(_BEFORE_WORDS.match(before) and _NOTHING_AFTER.match(self.reference.after))
        return is_alone or before.endswith((*_OPENING, ":", "：", "|")) or self._last_word in self.labels.bare_after

    @property
    def _is_inside(self) -> bool:
        """Whether it stands within brackets, which hold no further ones."""
        before = self._before
        opened = sum(map(before.count, _OPENING)) - sum(map(before.count, _CLOSING))
        return opened > 0

    @property
    def _starts(self) -> bool:
        """Whether it begins a block or a sentence."""
        if _BEFORE_WORDS.match(self._before):
            return True
        end = _END_OF_SENTENCE.search(self._before)
        return end is not None and end["word"].casefold().rstrip(".") not in _ABBREVIATIONS

    def _begun(self, text: str) -> str:
        return text[:1].upper() + text[1:] if self._starts else text
