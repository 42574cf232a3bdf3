"""The boxes around a lesson: objectives before it; key points, quiz and further reading after it."""

import re
from collections.abc import Iterator, Sequence

from book_builder.book_model import BookLesson
from book_builder.book_parts import Box, BoxKind, Only, Part, Passage, Together
from book_builder.markdown_escapes import escape_inline, link_to, short_text
from course_kit.labels import Labels
from course_kit.outline import Reading
from course_kit.outline.study import QuizQuestion

# The end of a sentence, before marks of emphasis and closing quotes.
_ENDS = re.compile(r"[.!?…。！？؟۔।][\"'”’»」』）)*_]*$")
_ENDS_WIDE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef][*_`]*$")


def section_identifier(section: str) -> str:
    """Return the identifier of a section's heading, the target of links: ``section-2-3`` for ``2.3``."""
    return f"section-{section.replace('.', '-').lower()}"


def section_link(section: str, text: str = "") -> str:
    """Return a Markdown link to a section; its text is the section's number or the given one."""
    return link_to(f"#{section_identifier(section)}", text or section)


def objectives_box(lesson: BookLesson, labels: Labels) -> Iterator[Part]:
    """Yield a box with the lesson's objectives, if it has any."""
    if lesson.objectives:
        yield Box(BoxKind.OBJECTIVES, labels.study.objectives, (Passage(_as_written(lesson.objectives)),))


def study_boxes(lesson: BookLesson, labels: Labels) -> Iterator[Part]:
    """Yield the boxes after a lesson's text: key points, quiz and further reading."""
    if lesson.key_points:
        yield Box(BoxKind.KEY_POINTS, labels.study.key_points, (Passage(_listed(lesson.key_points)),))
    if lesson.quiz:
        yield Box(BoxKind.QUIZ, labels.study.quiz, tuple(_questions(lesson, labels)))
    if lesson.further_reading:
        yield Box(BoxKind.READING, labels.study.further_reading, tuple(reading_parts(lesson.further_reading)))


def _questions(lesson: BookLesson, labels: Labels) -> Iterator[Part]:
    for number, question in enumerate(lesson.quiz, start=1):
        # Paragraphs instead of a list, which would add bullets to the letters.
        options = "\\\n".join(f"**{letter_of(n)}** {short_text(o)}" for n, o in enumerate(question.options))
        text = f"**{lesson.section}.{number}** {short_text(question.question)}\n\n{options}"
        yield Together((Passage(text),))
        answer = Box(BoxKind.ANSWER, labels.study.answer, (Passage(answer_of(question)),))
        yield Only("folded", (answer,))


def letter_of(position: int) -> str:
    """Return the letter of an option, from its position (0 gives A)."""
    return chr(ord("A") + position)


def answer_of(question: QuizQuestion) -> str:
    """Return a question's answer as Markdown: the letter, the text of the right option, and the reason."""
    option, reason = question.options[question.right].strip(), question.explanation.strip()
    # In Chinese and Japanese, the full stop is as wide as a letter and needs no space after it.
    is_wide = bool(_ENDS_WIDE.search(option) or _ENDS_WIDE.search(reason))
    stop, space = ("。", "") if is_wide else (".", " ")
    stop = "" if _ENDS.search(option) else stop
    return f"**{letter_of(question.right)}.** {short_text(option)}{stop}{space}{short_text(reason)}".rstrip()


def reading_parts(readings: Sequence[Reading]) -> Iterator[Part]:
    """Yield a list of readings: links on screens, and also the addresses in print."""
    yield Only("folded", (Passage("\n".join(f"- {_linked(reading)}" for reading in readings)),))
    yield Only("printed", (Passage("\n".join(f"- {_with_address(reading)}" for reading in readings)),))


def _linked(reading: Reading) -> str:
    return link_to(reading.url, reading.title) if reading.url else escape_inline(reading.title)


def _with_address(reading: Reading) -> str:
    if not reading.url or reading.title == reading.url:
        return _linked(reading)
    # Readers type the address, so only the parts that browsers add themselves are left out.
    shown = re.sub(r"^(https://[^/]+)/$", r"\1", reading.url).removeprefix("https://")
    return f"{escape_inline(reading.title)} ({link_to(reading.url, shown)})"


def _as_written(lines: Sequence[str]) -> str:
    """Return plain text lines of the outline as Markdown."""
    return "\n".join(f"- {escape_inline(line)}" for line in lines)


def _listed(lines: Sequence[str]) -> str:
    return "\n".join(f"- {short_text(' '.join(line.split()))}" for line in lines)
