"""Lines of the last page on what is the author's: in numbers and by name, and none where there is nothing."""

from collections.abc import Iterator

from book_builder.book_model import Book
from book_builder.markdown_escapes import escape_inline
from course_kit.labels import Labels


def authors_facts(book: Book, labels: Labels) -> Iterator[tuple[str, str]]:
    """Yield name and value of each line; the value is Markdown, and empty where there is nothing to say."""
    words, part = labels.author, book.provenance.author
    kinds = (
        (words.lessons, part.lessons),
        (words.labs, part.labs),
        (words.study, part.study),
        (words.figures, part.figures),
    )
    changed = [text.format(numbers=", ".join(numbers)) for text, numbers in kinds if numbers]
    uncovered = [f"{topic.topic} ({topic.section})" for topic in (book.coverage.uncovered if book.coverage else ())]
    for name, values in (
        (words.changed, changed),
        (words.uncovered, uncovered),
        (words.unseen_pictures, part.unseen_pictures),
        (words.unmade_figures, part.unmade_figures),
        (words.remarks, part.remarked_lines),
    ):
        yield name, escape_inline("; ".join(values))
