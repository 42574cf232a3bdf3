"""The Markdown of a stored lesson, as every function after its writer reads it."""

from dataclasses import dataclass

from course_kit.mending.author_text import authors_lesson, decoded
from course_kit.mending.mended_text import mended
from course_kit.records.written import Written, is_authors
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.ids import LessonId


def lesson_text(body: bytes, module_number: int, lesson_number: int, *, is_authors: bool) -> str:
    """Return a lesson's Markdown: the model's as it was saved, the author's in the usual form with numbered tags."""
    return authors_lesson(body, module_number, lesson_number) if is_authors else body.decode()


def text_in_book(body: bytes, module_number: int, lesson_number: int, *, is_authors: bool) -> str:
    """Return a lesson's Markdown as the book prints it, in the usual form, before any edits."""
    return authors_lesson(body, module_number, lesson_number) if is_authors else mended(decoded(body))


@dataclass(frozen=True)
class StoredLesson:
    """A lesson as it is now."""

    text: str
    stored: Artefact


def read_lesson(store: ArtefactStore, key: str, lesson: LessonId, known: Written | None) -> StoredLesson | None:
    """Return the lesson under a key as it is now; None when there is none.

    Its author may have edited it after the manifest was written.

    Parameters
    ----------
    known
        What the module's manifest remembers about the key.
    """
    stored, body = store.find(key), store.read(key)
    if stored is None or body is None:
        return None
    text = lesson_text(body, lesson.module, lesson.lesson, is_authors=is_authors(stored, known))
    return StoredLesson(text, stored)
