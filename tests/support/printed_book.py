"""A book with all parts at its end, and its printed pages."""

from datetime import date
from pathlib import Path

from book_builder.book_formats import write_formats
from book_builder.book_model import Book, BookLesson, BookModule
from book_builder.learning.book_provenance import BookProvenance
from pdf_renderer.pdf_rendering import typeset

LESSON = BookLesson(
    number=1, section="1.1", title="Names", minutes=30, key="k", word_count=900, word_target=1800, markdown="Text.\n"
)
BOOK = Book(
    title="T",
    author="",
    description="",
    language="en",
    level="",
    audience=(),
    prerequisites=(),
    outcomes=(),
    made_on=date(2026, 3, 4),
    models=("vendor.model",),
    is_offline_draft=False,
    modules=(BookModule(number=1, title="M", summary="", lessons=(LESSON,)),),
    figures={},
    provenance=BookProvenance(),
)


def printed(book: Book, folder: Path) -> Path:
    """Write a book's files to a folder, its PDF among them, and return the folder."""
    (folder / "images").mkdir()
    files = write_formats(book, folder)
    files["typst"].rename(folder / "book.typ")
    (folder / "book.pdf").write_bytes(typeset(folder))
    return folder
