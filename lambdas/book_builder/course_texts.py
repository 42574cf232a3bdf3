"""The lessons of a book as text, with those that are the author's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from book_builder.ingredients import Ingredients, read_bodies
from book_builder.learning.authors_share import authors_of
from course_kit.mending.author_text import authors_lesson, decoded
from course_kit.mending.mended_text import mended
from course_kit.store.artefact_store import ArtefactStore


@dataclass(frozen=True)
class CourseTexts:
    """The lessons of a course by key."""

    bodies: Mapping[str, bytes]
    """As they are stored."""
    texts: Mapping[str, str]
    """In the usual form of Markdown."""
    authors: frozenset[str]
    """The keys of the author's lessons."""

    @classmethod
    def read(cls, store: ArtefactStore, ingredients: Ingredients) -> Self:
        """Read all lessons; raises ``BookIncomplete`` with the names of missing ones."""
        bodies = read_bodies(store, ingredients.lesson_keys.values())
        own = authors_of(store, bodies, ingredients.written)
        texts = {
            key: authors_lesson(bodies[key], *place) if key in own else mended(decoded(bodies[key]))
            for place, key in ingredients.lesson_keys.items()
        }
        return cls(bodies, texts, own)
