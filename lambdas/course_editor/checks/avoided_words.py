"""Check for words that the course does not use for its terms."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from course_editor.checks.lesson_texts import LessonText
from course_editor.checks.lesson_words import lesson_words
from course_editor.checks.spoken_text import sentences
from course_editor.checks.term_places import TermPlace, TermPlaces
from course_kit.brief.course_brief import CourseBrief
from course_kit.records.editing import Finding, FindingKind
from course_kit.text.term_search import common_parts, term_pattern

_OPENING, _CLOSING = '“„«‹「『"(（', '”“»›」』")）'


def avoided_words(
    lessons: Sequence[LessonText], brief: CourseBrief, places: TermPlaces, language: str
) -> Iterator[Finding]:
    """Yield a finding for each block and avoided word, outside code.

    A word in quotation marks or brackets of its own, or in a sentence about words, is named and not used.
    """
    kept = [*(term.term for term in brief.terms), *(fact.name for fact in brief.example.facts)]
    names_another = re.compile(lesson_words(language).names_another, re.IGNORECASE)
    folded = {word.casefold() for word in kept}
    for term in brief.terms:
        for word in term.instead_of:
            if word.casefold() in folded or not word.strip():
                continue
            numbers = places.lessons_with(word)
            if not numbers:
                continue
            pattern, parts = term_pattern(word, language), common_parts(word)
            around = [
                term_pattern(other, language)
                for other in kept
                if all(part in other.casefold() for part in parts) and pattern.search(other)
            ]
            for number in numbers:
                lesson = lessons[number]
                if any(pattern.search(unicodedata.normalize("NFC", text)) for text in (lesson.title, *lesson.topics)):
                    continue
                for block in lesson.blocks:
                    used = (
                        place
                        for place in places.in_block(block, word)
                        if not _is_named(place, names_another) and not _is_within(place, around)
                    )
                    if next(used, None) is not None:
                        yield Finding(
                            kind=FindingKind.AVOIDED_WORD,
                            about=word,
                            expected=term.term,
                            passages=(lesson.passage(block),),
                        )


def _is_named(place: TermPlace, names_another: re.Pattern[str]) -> bool:
    prose = place.text.prose
    before, after = prose[: place.start].rstrip("*_ "), prose[place.end :].lstrip("*_ ")
    if before[-1:] in _OPENING and before and after[:1] in _CLOSING and after:
        return True
    word = prose[place.start : place.end]
    return any(word in sentence and names_another.search(sentence) for sentence in sentences(prose))


def _is_within(place: TermPlace, around: Sequence[re.Pattern[str]]) -> bool:
    return any(
        found.start() <= place.start and place.end <= found.end()
        for pattern in around
        for found in pattern.finditer(place.text.prose)
    )
