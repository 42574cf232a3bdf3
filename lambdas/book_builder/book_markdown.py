"""The whole book as one Markdown text, which pandoc turns into every format."""

from book_builder.book_model import Book, BookModule
from book_builder.lesson_markdown import escape_inline
from course_kit.labels import Labels


def book_markdown(book: Book) -> str:
    """Return front matter, chapters and sections; title, author and notices are metadata and not part of it."""
    labels = Labels.of(book.language)
    return "\n\n".join([*_front_matter(book, labels), *(_chapter(module, labels) for module in book.modules)]) + "\n"


def _front_matter(book: Book, labels: Labels) -> list[str]:
    sections = [
        (labels.audience, book.audience),
        (labels.prerequisites, book.prerequisites),
        (labels.outcomes, book.outcomes),
    ]
    parts = [f"**{labels.level}:** {escape_inline(book.level)}"] if book.level else []
    for heading, lines in sections:
        if lines:
            parts += [f"### {heading}", "\n".join(f"- {escape_inline(line)}" for line in lines)]
    if book.description:
        parts.insert(0, escape_inline(book.description))
    return [f"# {labels.about}", *parts] if parts else []


def _chapter(module: BookModule, labels: Labels) -> str:
    parts = [f"# {labels.chapter} {module.number}: {escape_inline(module.title)}"]
    if module.summary:
        parts.append(f"*{escape_inline(' '.join(module.summary.split()))}*")
    if module.gap is not None:
        parts += [f"## {labels.gap_title}", f"> {escape_inline(labels.gap_text.format(cause=module.gap))}"]
    for lesson in module.lessons:
        parts += [
            f"## {lesson.section} {escape_inline(lesson.title)}",
            f"*{labels.minutes.format(minutes=lesson.minutes)}*",
            *lesson.notes,
            lesson.markdown.strip(),
        ]
    return "\n\n".join(parts)
