"""The lessons of a book as text, with the editor's replacements, and those that are the author's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from pydantic import ValidationError

from book_builder.ingredients import Ingredients, read_bodies
from book_builder.learning.authors_share import authors_of
from course_kit.outline import Editing
from course_kit.records.editing import LessonEdits, supported_edits
from course_kit.records.lesson_text import text_in_book
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore


@dataclass(frozen=True)
class CourseTexts:
    """The lessons of a course by key."""

    bodies: Mapping[str, bytes]
    """As they are stored."""
    texts: Mapping[str, str]
    """In the usual form of Markdown, with replacements."""
    authors: frozenset[str]
    """The keys of the author's lessons."""
    dropped: int = 0
    """Replacements whose text, or what they refer to, is gone from the lessons; and files that cannot be read."""

    @classmethod
    def read(
        cls, store: ArtefactStore, ingredients: Ingredients, keys: ProjectKeys, editing: Editing | None = None
    ) -> Self:
        """Read all lessons.

        Raises
        ------
        BookIncomplete
            Lessons are missing; the message names them.
        """
        bodies = read_bodies(store, ingredients.lesson_keys.values())
        own = authors_of(store, bodies, ingredients.written)
        pipelines = {keys.edits(*place): key for place, key in ingredients.lesson_keys.items() if key not in own}
        edits, dropped = _edits(store, keys, pipelines) if editing is Editing.APPLY else ({}, 0)
        texts = {
            key: text_in_book(bodies[key], *place, is_authors=key in own)
            for place, key in ingredients.lesson_keys.items()
        }
        for key, supported in supported_edits(edits, texts).items():
            texts[key], gone = supported.applied_to(texts[key])
            dropped += gone + len(edits[key].replacements) - len(supported.replacements)
        return cls(bodies, texts, own, dropped)


def _edits(
    store: ArtefactStore, keys: ProjectKeys, lesson_keys: Mapping[str, str]
) -> tuple[dict[str, LessonEdits], int]:
    """Return the replacements by the key of their lesson, and how many files of them cannot be read.

    The lessons stand there without these: a broken file is no reason to have no book.
    """
    edits: dict[str, LessonEdits] = {}
    broken = 0
    for key in (key for key in store.keys(keys.all_edits()) if key in lesson_keys):
        try:
            if found := store.read_model(key, LessonEdits):
                edits[lesson_keys[key]] = found
        except ValidationError:
            broken += 1
    return edits, broken
