"""The Markdown of a stored lesson, as every function after its writer reads it."""

from course_kit.mending.author_text import authors_lesson
from course_kit.records.manifest import ModuleManifest


def lesson_text(body: bytes, key: str, lesson_number: int, manifest: ModuleManifest) -> str:
    """Return a lesson's Markdown: the model's as it was saved, the author's in the usual form.

    Parameters
    ----------
    manifest
        That of the lesson's module, which knows whose the lesson is.
    """
    if manifest.is_authors(key):
        return authors_lesson(body, manifest.module_number, lesson_number)
    return body.decode()
