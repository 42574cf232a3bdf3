"""Check for terms that a lesson uses before the lesson that introduces them."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence

from course_editor.checks.lesson_texts import LessonText
from course_editor.checks.lesson_words import lesson_words
from course_editor.checks.term_places import TermPlace, TermPlaces
from course_kit.brief.course_brief import CourseBrief, Term
from course_kit.records.editing import Finding, FindingKind, Passage
from course_kit.text.term_search import common_parts, term_pattern

# A word that more than half of the lessons before its own use is a word of every day, and no term of art there. In
# fewer lessons than these, that would be chance.
_GENERAL_SHARE, _GENERAL_LESSONS = 0.5, 4
# A title that is hardly more than the term, with an article, must be quoted: else it is the term itself.
_ARTICLE, _QUOTES = 5, "“„«‹「『\"'‘"


class EarlyUses:
    """Finds them in one course.

    Parameters
    ----------
    lessons
        In the order of the book.
    brief
        Its terms name the lessons that introduce them.
    places
        Finds terms in the lessons.
    language
        The course's language tag.
    """

    def __init__(self, lessons: Sequence[LessonText], brief: CourseBrief, places: TermPlaces, language: str) -> None:
        self._lessons = lessons
        self._brief = brief
        self._places = places
        self._language = language
        self._numbers = {str(lesson.lesson): number for number, lesson in enumerate(lessons)}
        self._announces = re.compile(rf"(?:{lesson_words(language).announces})", re.IGNORECASE)

    def findings(self, mended: Collection[Passage], defined: Collection[tuple[str, str]]) -> Iterator[Finding]:
        """Yield a finding for each lesson and term, at the first place.

        Parameters
        ----------
        mended
            Passages that go anyway, since another lesson has them.
        defined
            Lessons that define a term of another lesson, each with the term: after it, the term is no news.
        """
        for term in self._brief.terms:
            owner = self._numbers.get(term.owner)
            if owner is None:
                continue
            longer = self._longer_terms(term)
            uses = {
                number: place
                for number in self._places.lessons_with(term.term)
                if number < owner and (place := self._first_use(self._lessons[number], term, longer, mended))
            }
            if owner >= _GENERAL_LESSONS and len(uses) > owner * _GENERAL_SHARE:
                continue
            for number, place in uses.items():
                lesson = self._lessons[number]
                if (str(lesson.lesson), term.term) not in defined and not self._is_prepared(lesson, place, term):
                    yield Finding(
                        kind=FindingKind.EARLY_USE,
                        about=term.term,
                        expected=term.definition,
                        owner=term.owner,
                        passages=(lesson.passage(place.block),),
                    )

    def _first_use(
        self, lesson: LessonText, term: Term, longer: Sequence[str], mended: Collection[Passage]
    ) -> TermPlace | None:
        pattern = term_pattern(term.term, self._language)
        if any(pattern.search(unicodedata.normalize("NFC", text)) for text in (lesson.title, *lesson.topics)):
            return None
        for place in self._places.in_lesson(lesson, term.term):
            if lesson.passage(place.block) in mended or self._is_within(place, longer):
                continue
            return place
        return None

    def _is_within(self, place: TermPlace, longer: Sequence[str]) -> bool:
        """Whether a term is a part of something else: of a longer term, of a name, or of a lesson's title."""
        prose = place.text.prose
        if any(
            found.start() <= place.start and place.end <= found.end()
            for other in longer
            for found in term_pattern(other, self._language).finditer(prose)
        ):
            return True
        words = prose[place.start : place.end]
        return any(
            start <= place.start
            and place.end <= start + len(lesson.title)
            and (len(lesson.title) > len(words) + _ARTICLE or prose[max(start - 1, 0)] in _QUOTES)
            for lesson in self._lessons
            if words in lesson.title
            for start in _all(lesson.title, prose)
        )

    def _is_prepared(self, lesson: LessonText, place: TermPlace, term: Term) -> bool:
        """Whether the reader is told where the term is explained."""
        refers = any(str(reference.lesson) == term.owner for reference in lesson.references_in(place.block))
        return refers or any(self._announces.search(text.prose) for text in place.block.spoken)

    def _longer_terms(self, term: Term) -> list[str]:
        parts = common_parts(term.term)
        others = [*(other.term for other in self._brief.terms), *(fact.name for fact in self._brief.example.facts)]
        near = [
            other for other in others if len(other) > len(term.term) and all(part in other.casefold() for part in parts)
        ]
        return [other for other in near if term_pattern(term.term, self._language).search(other)]


def _all(title: str, prose: str) -> Iterator[int]:
    start = prose.find(title)
    while start >= 0:
        yield start
        start = prose.find(title, start + 1)
