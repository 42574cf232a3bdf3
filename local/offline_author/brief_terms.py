"""The terms that a brief gives to lessons: words of their topics that no draft of an earlier lesson contains."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

import snowballstemmer
from stop_words import get_stop_words

from course_kit.brief.course_context import CourseContext, KnownTerm, LessonOnMap
from offline_author.code_samples import code_samples
from offline_author.distinct_prose import Prose
from offline_author.phrases import Phrases, written_language

_WORD = re.compile(r"[^\W\d_]+")
_TWO_WORDS = re.compile(r"[^\W\d_]+ [^\W\d_]+")
_MIN_LETTERS = 5
_TERMS_OF_A_LESSON = 2
_STEMMERS = {"en": "english", "es": "spanish", "pt": "portuguese", "fr": "french", "de": "german"}


def lessons_of(course: CourseContext) -> list[LessonOnMap]:
    """Return the lessons of a course in the order of the book."""
    return [lesson for module in course.modules for lesson in module.lessons]


def terms_of_lessons(course: CourseContext, described: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the terms that each lesson introduces: those of the course, and new ones, up to two a lesson.

    Parameters
    ----------
    described
        Descriptions of lessons by number, which drafts repeat.
    """
    given = [term.term for term in course.terms if not term.introduced_in]
    owned: dict[str, list[str]] = {term.introduced_in: [] for term in course.terms}
    for term in course.terms:
        owned[term.introduced_in].append(term.term)
    said = "\n".join([_said_in_every_draft(written_language(course.language)), *_said_of(course)]).casefold()
    chosen: dict[str, list[str]] = {}
    for lesson in lessons_of(course):
        # The lesson before names the title of this one.
        said += f"\n{lesson.title}".casefold()
        terms = list(owned.get(lesson.number, ()))
        topics = "\n".join(lesson.topics).casefold()
        terms += [term for term in given if term.casefold() in topics and term.casefold() not in said]
        taken = said + "\n" + "\n".join(term for known in course.terms for term in _words_of(known)).casefold()
        for topic in lesson.topics:
            word = _new_word(topic, taken, course.language)
            if len(terms) < _TERMS_OF_A_LESSON and word:
                terms.append(word)
                taken += f"\n{word}".casefold()
        chosen[lesson.number] = terms
        said += f"\n{topics}\n{described.get(lesson.number, '')}".casefold()
    return chosen


def _new_word(topic: str, said: str, language: str) -> str:
    """Return the longest word of a topic that nothing before it contains in any form; empty for none.

    A topic of two words is a term as a whole.
    """
    written = written_language(language)
    words = [word for word in _WORD.findall(topic) if len(word) >= _MIN_LETTERS]
    new = [word for word in words if word.casefold() not in _common(written) and _root(word, written) not in said]
    term = topic if new and _TWO_WORDS.fullmatch(topic) else max(new, key=len, default="")
    is_name = written == "de" or term[1:] != term[1:].lower()
    return term if is_name else term.lower()


def _root(word: str, language: str) -> str:
    """Return the beginning that all forms of a word share."""
    folded = word.casefold()
    stem: str = snowballstemmer.stemmer(_STEMMERS[language]).stemWord(folded)
    return stem if folded.startswith(stem) else folded[:-1]


@cache
def _common(language: str) -> frozenset[str]:
    return frozenset(get_stop_words(language))


def _said_of(course: CourseContext) -> Iterator[str]:
    """Yield what drafts of all lessons may say of a course."""
    yield course.title
    yield from course.audience
    yield from (module.title for module in course.modules)
    yield course.running_example.description
    for fact in course.running_example.facts:
        yield f"{fact.name} {fact.attribute} {fact.value}"


def _words_of(term: KnownTerm) -> tuple[str, ...]:
    return term.term, term.definition, *term.instead_of


@cache
def _said_in_every_draft(language: str) -> str:
    prose = Prose.of(language)
    return "\n".join(
        [
            Phrases.of(language).model_dump_json(),
            prose.model_dump_json() if prose else "",
            *(sample.code for sample in code_samples()),
        ]
    )
