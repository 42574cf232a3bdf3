"""An outline as a printed book without lessons of a model, and the lines that a reader of each format sees."""

import shutil
import zipfile
from datetime import date
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pypdfium2
from docx import Document
from markdown_it import MarkdownIt

from book_builder.book_document import read_document
from book_builder.book_formats import write_format, write_formats
from book_builder.book_markdown import book_parts
from book_builder.book_model import Book, BookLesson, BookModule
from book_builder.learning.book_provenance import BookProvenance
from course_kit.outline import Module, Outline
from pdf_renderer.pdf_rendering import typeset

FORMATS = ("html", "site", "epub", "docx", "pdf", "md")
_SKIPPED = ("script", "style", "head", "svg")
_BREAKING = ("p", "li", "h1", "h2", "h3", "h4", "div", "br", "td", "tr", "a", "button")


def book_of(outline: Outline) -> Book:
    """Return a book with everything that is printed of an outline itself."""
    course = outline.course
    return Book(
        title=course.title,
        author=course.author,
        description=course.description,
        language=course.language,
        level=course.level,
        audience=course.audience,
        prerequisites=course.prerequisites,
        outcomes=course.outcomes,
        made_on=date(2026, 1, 2),
        models=(),
        is_offline_draft=False,
        modules=tuple(map(_chapter, outline.modules)),
        figures={},
        further_reading=course.further_reading,
        provenance=BookProvenance(),
    )


def _chapter(module: Module) -> BookModule:
    lessons = tuple(
        BookLesson(
            number=lesson.number,
            section=f"{module.number}.{lesson.number}",
            title=lesson.title,
            minutes=30,
            key="key",
            word_count=1,
            markdown="Text.\n",
            objectives=lesson.objectives,
            further_reading=lesson.further_reading,
        )
        for lesson in module.lessons
    )
    return BookModule(number=module.number, title=module.title, summary=module.summary, lessons=lessons)


def printed_lines(outline: Outline, folder: Path) -> dict[str, list[str]]:
    """Return the lines of every format, spaces brought to one."""
    (folder / "images").mkdir()
    files = write_formats(book_of(outline), folder)
    shutil.copy(files["typst"], folder / "book.typ")
    pages = pypdfium2.PdfDocument(typeset(folder))
    return {
        "html": html_lines(files["html"].read_text(encoding="utf-8")),
        "site": _pages_of(files["site"], ".html"),
        "epub": _pages_of(files["epub"], ".xhtml"),
        "docx": [" ".join(paragraph.text.split()) for paragraph in Document(str(files["docx"])).paragraphs],
        "pdf": [
            " ".join(line.split())
            for page in pages
            for line in page.get_textpage().get_text_range().replace("•", "\n").splitlines()
        ],
        "pdf metadata": [pages.get_metadata_dict()[name] for name in ("Title", "Author", "Subject")],
        "md": html_lines(_markdown().render(files["md"].read_text(encoding="utf-8"))),
    }


def printed_html(outline: Outline, folder: Path) -> list[str]:
    """Return the lines of the HTML book alone."""
    book = book_of(outline)
    (folder / "images").mkdir(exist_ok=True)
    path = write_format(read_document(book_parts(book), book.language), book, "html", folder)
    return html_lines(path.read_text(encoding="utf-8"))


def html_lines(html: str) -> list[str]:
    """Return what stands in the blocks of a page."""
    reader = _Reader()
    reader.feed(html)
    return [" ".join(line.split()) for line in "".join(reader.parts).split("\n") if line.strip()]


@cache
def _markdown() -> MarkdownIt:
    # As GitHub reads it, but for addresses that are links by themselves.
    return MarkdownIt("gfm-like", {"linkify": False})


def _pages_of(archive: Path, ending: str) -> list[str]:
    with zipfile.ZipFile(archive) as pages:
        names = sorted(name for name in pages.namelist() if name.endswith(ending))
        return [line for name in names for line in html_lines(pages.read(name).decode())]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped += tag in _SKIPPED
        self.parts += ["\n"] if tag in _BREAKING else []

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in _SKIPPED
        self.parts += ["\n"] if tag in _BREAKING else []

    def handle_data(self, data: str) -> None:
        self.parts += [] if self._skipped else [data.replace("\n", " ")]
