"""Places of terms in the prose of a course's lessons."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from course_editor.checks.lesson_blocks import Block
from course_editor.checks.lesson_texts import LessonText
from course_editor.checks.spoken_text import SpokenText
from course_kit.labels import base_language
from course_kit.text.term_search import common_parts, term_pattern

_WITH_JOINED_WORDS = frozenset({"ar", "ja", "zh", "th", "lo", "km", "my", "ko", "he"})


@dataclass(frozen=True)
class TermPlace:
    """A term in a block: in one of its texts, as a half-open span of ``text.prose``."""

    block: Block
    text: SpokenText
    start: int
    end: int


class TermPlaces:
    """Finds terms in all their forms, but not in code, headings and formulas.

    Parameters
    ----------
    lessons
        In the order of the book.
    language
        The course's language tag.
    """

    def __init__(self, lessons: Sequence[LessonText], language: str) -> None:
        self._lessons = lessons
        self._language = language
        self._has_joined_words = base_language(language) in _WITH_JOINED_WORDS
        self._lessons_by_part: dict[str, frozenset[int]] = {}

    def lessons_with(self, term: str) -> list[int]:
        """Return the numbers, from 0, of the lessons that may have a term, in order: all others have none."""
        parts = common_parts(term)
        return sorted(frozenset.intersection(*map(self._lessons_with_part, parts))) if parts else []

    def _lessons_with_part(self, part: str) -> frozenset[int]:
        known = self._lessons_by_part.get(part)
        if known is not None:
            return known
        found: set[int] = set()
        # Words begin with it, but for articles that are written with the word, and scripts without spaces.
        wanted = part if self._has_joined_words else f"\n{part}"
        position = self._vocabulary.find(wanted)
        while position >= 0:
            end = self._vocabulary.find("\n", position + 1)
            start = self._vocabulary.rfind("\n", 0, end) + 1
            found.update(self._lessons_by_word[self._vocabulary[start:end]])
            position = self._vocabulary.find(wanted, end)
        return self._lessons_by_part.setdefault(part, frozenset(found))

    def in_lesson(self, lesson: LessonText, term: str) -> Iterator[TermPlace]:
        """Yield the places of a term in a lesson, in order."""
        for block in lesson.blocks:
            yield from self.in_block(block, term)

    def in_block(self, block: Block, term: str) -> Iterator[TermPlace]:
        """Yield the places of a term in a block, in order."""
        parts = common_parts(term)
        folded = block.folded
        if not parts or any(part not in folded for part in parts):
            return
        pattern = term_pattern(term, self._language)
        for text in block.spoken:
            for found in pattern.finditer(text.prose):
                yield TermPlace(block, text, found.start(), found.end())

    def has(self, block: Block, term: str) -> bool:
        """Whether a block has a term."""
        return next(self.in_block(block, term), None) is not None

    @cached_property
    def _lessons_by_word(self) -> dict[str, list[int]]:
        lessons: dict[str, list[int]] = defaultdict(list)
        for number, lesson in enumerate(self._lessons):
            for word in set(re.findall(r"[^\W_]+", lesson.markdown.casefold())):
                lessons[word].append(number)
        return lessons

    @cached_property
    def _vocabulary(self) -> str:
        """All words of the course, a line each, to look for a part of a word in them at once."""
        return "\n".join(("", *self._lessons_by_word, ""))
