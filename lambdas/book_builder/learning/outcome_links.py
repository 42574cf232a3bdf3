"""Links from topics to learning outcomes: stated in the outline, else found by common words."""

from collections import Counter
from functools import cached_property

from course_kit.data_models import ClosedModel
from course_kit.outline import Lesson, Outline, Topic
from course_kit.text.content_words import ContentWords

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
        self._words = ContentWords(outline.course.language)

    def of_topic(self, lesson: Lesson, topic: Topic) -> tuple[OutcomeLink, ...]:
        """Return the outcomes that a topic serves, in the order of the course."""
        stated = topic.outcomes or lesson.outcomes
        if stated:
            return tuple(OutcomeLink(number=number) for number in sorted(set(stated)))
        own = self._words.of([topic.title, topic.description])
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
        return [self._words.of([outcome]) for outcome in self._outline.course.outcomes]

    @cached_property
    def _common(self) -> frozenset[str]:
        topics = [topic for module in self._outline.modules for lesson in module.lessons for topic in lesson.topics]
        counts = Counter(stem for topic in topics for stem in self._words.of([topic.title, topic.description]))
        most = max(_FEW_TOPICS, len(topics)) * _COMMON_SHARE
        return frozenset(stem for stem, count in counts.items() if count > most)
