"""The book's glossary: every term once, with the sections in which it stands."""

import unicodedata
from collections.abc import Mapping, Sequence

from book_builder.book_model import BookLesson, GlossaryEntry
from course_kit.study import GlossaryTerm, SearchableText


def glossary_of(
    lessons: Sequence[BookLesson], terms: Mapping[str, Sequence[GlossaryTerm]]
) -> tuple[GlossaryEntry, ...]:
    """Put the glossary together.

    Parameters
    ----------
    lessons
        In the order of the book.
    terms
        Each lesson's, by its section.

    Returns
    -------
    tuple of GlossaryEntry
        In alphabetical order, accents aside. A term that several lessons define has the definition of the first.
    """
    definitions: dict[str, GlossaryTerm] = {}
    for lesson in lessons:
        for term in terms.get(lesson.section, ()):
            definitions.setdefault(_sorted_as(term.term), term)
    texts = [(lesson.section, SearchableText(lesson.markdown)) for lesson in lessons] if definitions else []
    return tuple(
        GlossaryEntry(
            term=term.term,
            definition=term.definition,
            sections=tuple(section for section, text in texts if text.has(term.term)),
        )
        for _, term in sorted(definitions.items())
    )


def _sorted_as(term: str) -> str:
    decomposed = unicodedata.normalize("NFKD", " ".join(term.split()).casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
