"""The Markdown of a stored lesson, as every function after its writer reads it."""

from course_kit.mending.author_text import authors_lesson


def lesson_text(body: bytes, module_number: int, lesson_number: int, *, is_authors: bool) -> str:
    """Return a lesson's Markdown: the model's as it was saved, the author's in the usual form with numbered tags."""
    return authors_lesson(body, module_number, lesson_number) if is_authors else body.decode()
