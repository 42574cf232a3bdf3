"""The whole book as parts, in reading order. Title, author and notices are metadata, not parts."""

from collections.abc import Iterator

from book_builder.book_model import Book, BookLesson, BookModule
from book_builder.book_parts import Box, BoxKind, Heading, Lead, Part, Passage
from book_builder.learning.back_matter import back_matter
from book_builder.learning.lesson_boxes import objectives_box, section_identifier, study_boxes
from book_builder.markdown_escapes import escape_inline, plain_paragraphs
from course_kit.labels import Labels
from course_kit.outline import paragraphs_of


def book_parts(book: Book) -> Iterator[Part]:
    """Yield front matter, chapters and sections."""
    labels = Labels.of(book.language)
    yield from _front_matter(book, labels)
    for module in book.modules:
        yield from _chapter(module, labels)
    yield from back_matter(book, labels)


def _front_matter(book: Book, labels: Labels) -> Iterator[Part]:
    sections = [
        (labels.audience, "audience", book.audience),
        (labels.prerequisites, "prerequisites", book.prerequisites),
        (labels.outcomes, "outcomes", book.outcomes),
    ]
    if not (book.description or book.level or any(lines for _, _, lines in sections)):
        return
    yield Heading(1, labels.about, "about")
    if book.description:
        yield Passage(plain_paragraphs(book.description))
    if book.level:
        yield Passage(f"**{labels.level}:** {escape_inline(book.level)}")
    for heading, identifier, lines in sections:
        if lines:
            yield Heading(3, heading, identifier)
            yield Passage("\n".join(f"- {escape_inline(line)}" for line in lines))


def _chapter(module: BookModule, labels: Labels) -> Iterator[Part]:
    yield Heading(1, module.title, f"chapter-{module.number}", labels.chapter.format(number=module.number))
    for paragraph in paragraphs_of(module.summary):
        yield Lead(paragraph, "summary")
    if module.gap is not None:
        yield Box(
            BoxKind.WARNING, labels.gap_title, (Passage(escape_inline(labels.gap_text.format(cause=module.gap))),)
        )
    if module.study_gap is not None:
        text = escape_inline(labels.study.missing_text.format(cause=module.study_gap))
        yield Box(BoxKind.WARNING, labels.study.missing_title, (Passage(text),))
    for lesson in module.lessons:
        yield from _section(lesson, labels)
    for hint in module.hints:
        yield Passage(hint)


def _section(lesson: BookLesson, labels: Labels) -> Iterator[Part]:
    identifier = section_identifier(lesson.section)
    yield Heading(2, lesson.title, identifier, lesson.section)
    yield Lead(labels.duration(lesson.minutes), "minutes")
    yield from objectives_box(lesson, labels)
    for note in lesson.notes:
        yield Passage(note)
    yield Passage(lesson.markdown, identifier, lesson.anchors)
    for hint in lesson.hints:
        yield Passage(hint)
    yield from study_boxes(lesson, labels)
