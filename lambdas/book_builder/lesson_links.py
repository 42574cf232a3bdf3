"""References between lessons as the book has them: a link to the lesson's section, with its number and title."""

import re
from dataclasses import dataclass
from typing import TypeVar

from pydantic import JsonValue

from book_builder.learning.lesson_boxes import section_identifier
from book_builder.markdown_escapes import escape_words, short_text
from book_builder.reference_words import ReferenceWords
from course_kit.labels import Labels
from course_kit.outline.lesson_numbers import KnownLesson, LessonNumbers
from course_kit.outline.study import LessonStudy
from course_kit.records.visuals import Figure
from course_kit.store.ids import LessonId
from course_kit.text.lesson_references import LessonReference, dead_references, replace_references

# A web address becomes a link by itself, and no link may be in another one.
_ADDRESS = re.compile(r"https?://|www\.|@", re.IGNORECASE)

Part = TypeVar("Part", LessonStudy, Figure)


@dataclass(frozen=True)
class LessonLinks:
    """The references of one book. A link whose section is not in the book becomes its text with all others."""

    numbers: LessonNumbers
    labels: Labels

    def linked(self, markdown: str, own: LessonId | None = None) -> str:
        """Return a lesson's Markdown with links; one to the lesson itself (``own``) is plain words."""

        def shown(reference: LessonReference) -> str:
            is_link = reference.is_linkable and self.numbers.place_of(reference.lesson) != own
            return self._titled(reference, is_link=is_link)

        return replace_references(markdown, shown)

    def unlinked(self, markdown: str) -> str:
        """Return Markdown of another document, such as the lab guide, with numbers and titles in plain words."""
        return replace_references(markdown, lambda reference: self._titled(reference, is_link=False))

    def short(self, text: str) -> str:
        """Return a short text, such as a caption or a question, with plain words and numbers."""
        return replace_references(text, self._short)

    def plain(self, part: Part) -> Part:
        """Return study parts or a figure with `short` texts."""
        if "[[" not in part.model_dump_json():
            return part
        return part.model_validate(self._plain(part.model_dump(mode="json")))

    def _plain(self, value: JsonValue) -> JsonValue:
        match value:
            case str():
                return self.short(value)
            case list():
                return [self._plain(item) for item in value]
            case dict():
                return {name: self._plain(item) for name, item in value.items()}
        return value

    def dead(self, markdown: str) -> int:
        """Return how many references of a text lead to no lesson of the course."""
        return len(dead_references(markdown, self.numbers.known))

    def _titled(self, reference: LessonReference, *, is_link: bool) -> str:
        words = ReferenceWords(self.labels.references, reference)
        lesson = self._lesson(reference)
        if lesson is None:
            return short_text(reference.words) or escape_words(self._dead(reference, words))
        number, target = str(lesson.shown), f"#{section_identifier(str(lesson.shown))}"
        if not reference.words:
            return _linked(escape_words(words.of_lesson(number, lesson.title)), target if is_link else "")
        if is_link and _ADDRESS.search(reference.words):
            return words.with_words(short_text(reference.words), _linked(number, target))
        return _linked(words.with_words(short_text(reference.words), number), target if is_link else "")

    def _short(self, reference: LessonReference) -> str:
        words = ReferenceWords(self.labels.references, reference)
        lesson = self._lesson(reference)
        if lesson is None:
            return reference.words or self._dead(reference, words)
        number = str(lesson.shown)
        return words.with_words(reference.words, number) if reference.words else words.of_lesson(number, "")

    def _lesson(self, reference: LessonReference) -> KnownLesson | None:
        return None if reference.is_lost else self.numbers.lesson(reference.lesson)

    def _dead(self, reference: LessonReference, words: ReferenceWords) -> str:
        title = "" if reference.is_lost else self.numbers.removed.get(reference.lesson, "")
        return title or words.of_no_lesson()


def _linked(text: str, target: str) -> str:
    return f"[{text}](<{target}>)" if target else text
