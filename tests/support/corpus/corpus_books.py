"""The corpus as books: the lessons of one language in every format, as a run would make them."""

import shutil
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from xml.etree import ElementTree

import pypdfium2

from book_builder.book_formats import set_build_time, write_formats
from book_builder.book_model import Book, BookLesson, BookModule
from book_builder.learning.book_provenance import BookProvenance
from book_builder.lesson_markdown import section_markdown
from course_kit.mending.mended_text import mended
from course_kit.outline import Paper
from course_kit.records.visuals import Figure, VisualKind
from course_kit.text.visual_tags import find_visual_tags, number_visual_tags
from images_gen.diagram_renderer import RenderedImage, render_diagram
from pdf_renderer.pdf_rendering import typeset
from tests.support.corpus.real_text import LessonSample, lessons

LANGUAGES = tuple(sorted({lesson.facts.language for lesson in lessons()}))


@dataclass(frozen=True)
class CorpusBook:
    """The lessons of a language, and the files of their book by format."""

    language: str
    samples: tuple[LessonSample, ...]
    book: Book
    files: dict[str, Path]

    def pages(self) -> pypdfium2.PdfDocument:
        """Open the PDF."""
        return pypdfium2.PdfDocument(self.files["pdf"])

    def chapters(self) -> dict[str, bytes]:
        """Return the EPUB's chapters by their names, in reading order."""
        with zipfile.ZipFile(self.files["epub"]) as archive:
            names = sorted(name for name in archive.namelist() if name.endswith(".xhtml"))
            return {name: archive.read(name) for name in names}

    def site_pages(self) -> dict[str, str]:
        """Return the site's files of text by their names."""
        with zipfile.ZipFile(self.files["site"]) as archive:
            names = (name for name in archive.namelist() if name.endswith((".html", ".js")))
            return {name: archive.read(name).decode() for name in names}

    def word_document(self) -> list[ElementTree.Element]:
        """Return the body of the Word book, and its footnotes."""
        with zipfile.ZipFile(self.files["docx"]) as archive:
            return [ElementTree.fromstring(archive.read(name)) for name in ("word/document.xml", "word/footnotes.xml")]  # noqa: S314 - ours


@cache
def corpus_book(language: str) -> CorpusBook:
    """Make the book of a language once a test session."""
    folder = Path(mkdtemp(prefix=f"corpus-{language}-"))
    (folder / "images").mkdir()
    samples = tuple(sample for sample in lessons() if sample.facts.language == language)
    drawn = _drawing()
    figures: dict[str, Figure] = {}
    sections: list[BookLesson] = []
    for number, sample in enumerate(samples, start=1):
        text = number_visual_tags(mended(sample.answer), 1, number)
        for tag in find_visual_tags(text):
            figures[tag.visual_id] = _figure(tag.visual_id, tag.description, drawn, folder / "images")
        sections.append(_section(number, sample, text, figures))
    book = book_of("Corpus", language, sections, figures)
    set_build_time(book)
    files = write_formats(book, folder)
    shutil.copy(files["typst"], folder / "book.typ")
    files["pdf"] = folder / "book.pdf"
    files["pdf"].write_bytes(typeset(folder))
    return CorpusBook(language, samples, book, files)


def book_of(title: str, language: str, sections: Iterable[BookLesson], figures: Mapping[str, Figure]) -> Book:
    """Return a book of one chapter that has these sections and nothing beside them."""
    return Book(
        title=title,
        author="",
        description="",
        language=language,
        level="",
        audience=(),
        prerequisites=(),
        outcomes=(),
        made_on=date(2026, 1, 2),
        models=(),
        is_offline_draft=False,
        modules=(BookModule(number=1, title="Module", summary="", lessons=tuple(sections)),),
        figures=dict(figures),
        paper=Paper.A4,
        provenance=BookProvenance(),
    )


@cache
def _drawing() -> RenderedImage:
    return render_diagram('flowchart TD\n a["A"] --> b["B"]')


def _figure(visual_id: str, description: str, drawn: RenderedImage, folder: Path) -> Figure:
    (folder / f"{visual_id}.png").write_bytes(drawn.png)
    (folder / f"{visual_id}.svg").write_text(drawn.svg or "", encoding="utf-8")
    return Figure(
        visual_id=visual_id,
        kind=VisualKind.DIAGRAM,
        caption=f"Caption of {visual_id}",
        alt_text=description,
        png_key="x.png",
        svg_key="x.svg",
        width=drawn.width,
        height=drawn.height,
    )


def _section(number: int, sample: LessonSample, text: str, figures: dict[str, Figure]) -> BookLesson:
    return BookLesson(
        number=number,
        section=f"1.{number}",
        title=sample.facts.title,
        minutes=30,
        key="key",
        word_count=1,
        markdown=section_markdown(
            text, figures, lambda figure: figure.caption, lambda figure: f"Fig. {figure.visual_id}"
        ),
    )
