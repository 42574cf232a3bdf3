"""Links from topics to learning outcomes: stated in the outline, else found by common words."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cached_property

import snowballstemmer
import stop_words

from course_kit.data_models import ClosedModel
from course_kit.labels import base_language
from course_kit.outline import Lesson, Outline, Topic

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
# A word in more than this share of the topics is too common to count; with few topics, every word counts.
_COMMON_SHARE = 1 / 3
_FEW_TOPICS = 6


class OutcomeLink(ClosedModel):
    """A topic serves outcome ``number`` (from 1).

    ``words`` are the common words; empty for a link that the outline states.
    """

    number: int
    words: tuple[str, ...] = ()


class OutcomeLinks:
    """The links of one outline."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        base = base_language(outline.course.language)
        self._stemmer = snowballstemmer.stemmer(_STEMMERS[base]) if base in _STEMMERS else None
        self._stop_words = {_folded(word) for word in stop_words.safe_get_stop_words(base)}

    def of_topic(self, lesson: Lesson, topic: Topic) -> tuple[OutcomeLink, ...]:
        """Return the outcomes that a topic serves, in the order of the course."""
        stated = topic.outcomes or lesson.outcomes
        if stated:
            return tuple(OutcomeLink(number=number) for number in sorted(set(stated)))
        own = self._words([topic.title, topic.description])
        links = []
        for number, outcome in enumerate(self._outcome_words, start=1):
            shared = (own.keys() & outcome.keys()) - self._common
            if shared:
                links.append(OutcomeLink(number=number, words=tuple(sorted(own[stem] for stem in shared))))
        return tuple(links)

    def of_lesson(self, lesson: Lesson) -> tuple[int, ...]:
        """Return the numbers of the outcomes that a lesson or any of its topics serves."""
        numbers = set(lesson.outcomes)
        for topic in lesson.topics:
            numbers |= {link.number for link in self.of_topic(lesson, topic)}
        return tuple(sorted(numbers))

    @cached_property
    def _outcome_words(self) -> list[dict[str, str]]:
        return [self._words([outcome]) for outcome in self._outline.course.outcomes]

    @cached_property
    def _common(self) -> frozenset[str]:
        topics = [topic for module in self._outline.modules for lesson in module.lessons for topic in lesson.topics]
        counts = Counter(stem for topic in topics for stem in self._words([topic.title, topic.description]))
        most = max(_FEW_TOPICS, len(topics)) * _COMMON_SHARE
        return frozenset(stem for stem, count in counts.items() if count > most)

    def _words(self, texts: Iterable[str]) -> dict[str, str]:
        """Return the words of texts that are not stop words, by their stem."""
        words: dict[str, str] = {}
        for word in re.findall(r"[^\W\d_]+", " ".join(texts)):
            folded = _folded(word)
            if len(folded) >= _MIN_LETTERS and folded not in self._stop_words:
                stem = self._stemmer.stemWord(word.casefold()) if self._stemmer else word.casefold()
                words.setdefault(_folded(stem), word.casefold())
        return words


def _folded(word: str) -> str:
    # Decomposed, to remove accents and keep letters of every script.
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
