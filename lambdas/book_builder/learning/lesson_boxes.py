"""The boxes around a lesson: objectives before it; key points, quiz and further reading behind it."""

from collections.abc import Iterator, Sequence

from book_builder.book_model import BookLesson
from book_builder.book_parts import Box, BoxKind, Only, Part, Passage
from book_builder.lesson_markdown import escape_inline, inline_code_kept
from course_kit.labels import Labels
from course_kit.outline import Reading
from course_kit.study import QuizQuestion


def section_identifier(section: str) -> str:
    """Return the identifier of a section's heading, which links in the book name: ``section-2-3`` for ``2.3``."""
    return f"section-{section.replace('.', '-')}"


def section_link(section: str, text: str = "") -> str:
    """Return Markdown that links to a section, by its number or another text."""
    return f"[{escape_inline(text or section)}](#{section_identifier(section)})"


def objectives_box(lesson: BookLesson, labels: Labels) -> Iterator[Part]:
    """Yield what a reader will be able to do after the lesson."""
    if lesson.objectives:
        yield Box(BoxKind.OBJECTIVES, labels.study.objectives, (Passage(_listed(lesson.objectives)),))


def study_boxes(lesson: BookLesson, labels: Labels) -> Iterator[Part]:
    """Yield what follows a lesson's text."""
    if lesson.key_points:
        yield Box(BoxKind.KEY_POINTS, labels.study.key_points, (Passage(_listed(lesson.key_points)),))
    if lesson.quiz:
        yield Box(BoxKind.QUIZ, labels.study.quiz, tuple(_questions(lesson, labels)))
    if lesson.further_reading:
        yield Box(BoxKind.READING, labels.study.further_reading, (Passage(reading_list(lesson.further_reading)),))


def _questions(lesson: BookLesson, labels: Labels) -> Iterator[Part]:
    for number, question in enumerate(lesson.quiz, start=1):
        # A line each, without the bullets of a list beside the letters.
        options = "\\\n".join(f"**{letter_of(n)}** {inline_code_kept(o)}" for n, o in enumerate(question.options))
        yield Passage(f"**{lesson.section}.{number}** {inline_code_kept(question.question)}\n\n{options}")
        answer = Box(BoxKind.ANSWER, labels.study.answer, (Passage(answer_of(question)),))
        yield Only("folded", (answer,))


def letter_of(position: int) -> str:
    """Return the letter of an option, from its position (0 gives A)."""
    return chr(ord("A") + position)


def answer_of(question: QuizQuestion) -> str:
    """Return a question's answer as Markdown."""
    return f"**{letter_of(question.right)}** {inline_code_kept(question.explanation)}"


def reading_list(readings: Sequence[Reading]) -> str:
    """Return a list of readings as Markdown, those with an address as links."""
    return "\n".join(f"- {_reading(reading)}" for reading in readings)


def _reading(reading: Reading) -> str:
    title = escape_inline(reading.title)
    if not reading.url:
        return title
    address = reading.url.replace("<", "%3C").replace(">", "%3E")
    return f"[{title}](<{address}>)"


def _listed(lines: Sequence[str]) -> str:
    return "\n".join(f"- {inline_code_kept(' '.join(line.split()))}" for line in lines)
