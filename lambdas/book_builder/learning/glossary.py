"""The book's glossary: every term once, with the sections that use it."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from book_builder.book_model import BookLesson, GlossaryEntry
from course_kit.outline.study import GlossaryTerm
from course_kit.text.term_search import Place, SearchableText, letters_of

_REFERENCE = re.compile(r"\[(?:[^\[\]\\]|\\.)*\]\(<#section-[\d-]+>\)")


def glossary_of(
    lessons: Sequence[BookLesson], terms: Mapping[str, Sequence[GlossaryTerm]], language: str = "en"
) -> tuple[GlossaryEntry, ...]:
    """Return the glossary of a book.

    Parameters
    ----------
    lessons
        In the order of the book.
    terms
        The terms of each lesson, by its section.
    language
        The book's language, for the inflected forms of words.

    Returns
    -------
    tuple of GlossaryEntry
        In alphabetical order without regard to accents. For a term in several lessons, the first definition counts.
    """
    entries: dict[str, list[GlossaryTerm]] = defaultdict(list)
    defined: dict[str, set[str]] = defaultdict(set)
    for lesson in lessons:
        for term in terms.get(lesson.section, ()):
            entries[_same(term.term)].append(term)
            defined[_same(term.term)].add(lesson.section)
    sections: dict[str, list[str]] = defaultdict(list)
    other_forms: dict[str, str] = {}
    for lesson in lessons if entries else ():
        text = SearchableText(lesson.markdown, language)
        # A reference to another lesson has that one's title, and does not use the terms in it.
        without = _REFERENCE.sub("", lesson.markdown)
        named = _named_in(text if without == lesson.markdown else SearchableText(without, language), entries)
        for term in terms.get(lesson.section, ()):
            other_forms.setdefault(_same(term.term), "" if text.has(term.term) else term.found)
        for key in entries:
            # The lesson that defines a term always counts, even if the search does not find it there.
            if key in named or lesson.section in defined[key]:
                sections[key].append(lesson.section)
    return tuple(
        GlossaryEntry(
            term=entries[key][0].term,
            definition=entries[key][0].definition,
            sections=tuple(sections[key]),
            found=other_forms[key],
        )
        for key in sorted(entries, key=lambda key: (_sorted_as(key), key))
    )


def _named_in(text: SearchableText, entries: Mapping[str, Sequence[GlossaryTerm]]) -> set[str]:
    """Return the terms that a text uses, except inside a longer term ("heap" in "Bitmap Heap Scan")."""
    places = {key: list(_places_of(text, terms)) for key, terms in entries.items()}
    whole = _uncovered({(place.start, place.end) for found in places.values() for place in found})
    return {key for key, found in places.items() if any((place.start, place.end) in whole for place in found)}


def _places_of(text: SearchableText, terms: Sequence[GlossaryTerm]) -> Iterator[Place]:
    for form in dict.fromkeys(form for term in terms for form in (term.term, term.found) if form):
        for place in text.places(form):
            if not text.is_part_of_a_name(place, letters_of(form)):
                yield place


def _uncovered(spans: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the spans that no longer span contains."""
    whole: set[tuple[int, int]] = set()
    reached = 0
    # Of two spans with one start the longer comes first, so a containing span always comes before.
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if end > reached:
            whole.add((start, end))
            reached = end
    return whole


def _same(term: str) -> str:
    """Return a key for spellings of one term: equal for `Row lock` and `row lock`, but not for `C` and `c`."""
    letters = letters_of(term)
    first, _, rest = letters.partition(" ")
    is_sentence_case = rest and rest == rest.lower() and first[1:] == first[1:].lower()
    return f"{first.lower()} {rest}" if is_sentence_case else letters


def _sorted_as(term: str) -> str:
    decomposed = unicodedata.normalize("NFKD", " ".join(term.split()).casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
