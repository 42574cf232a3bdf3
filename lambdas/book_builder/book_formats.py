"""The book in every format, by pandoc: read and cleaned once, written in parallel."""

import hashlib
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pypandoc
from pydantic import JsonValue

from book_builder.book_document import read_document
from book_builder.book_markdown import book_parts
from book_builder.book_model import Book
from book_builder.course_site import write_site
from book_builder.figure_descriptions import description_of
from book_builder.format_choice import document_for
from book_builder.pandoc_program import run_pandoc
from course_kit.labels import Labels, base_language, is_right_to_left
from course_kit.outline import Paper, paragraphs_of
from course_kit.printed_size import printed_width_cm
from course_kit.records.visuals import Figure
from course_kit.store.artefact import fingerprint_of

TEMPLATES = Path(__file__).parent / "templates"
_FILTER = f"--lua-filter={TEMPLATES / 'book.lua'}"
_TOC_DEPTH = 2
# Equal to the function's processors. For a book of 200 lessons, all six at once took 3.2 GB, more than the function
# has; two take 1.5 GB.
_WRITERS_AT_ONCE = 2
_TYPST_PAPER = {Paper.A4: "a4", Paper.LETTER: "us-letter"}
_CJK_LANGUAGES = ("ja", "ko", "zh")
# Metadata for places that take plain text without markup.
_STRINGS = frozenset(
    (
        *("typst-lang", "lang", "pagetitle", "paper"),
        *("made-year", "made-month", "made-day"),
    )
)
# Marks words by class; our style sheets set their colours.
_HIGHLIGHTING = "--syntax-highlighting=kate"
# The PNG of a diagram has twice the diagram's size on screen.
_PIXELS_PER_CSS_PIXEL = 2

TEMPLATES_VERSION = fingerprint_of(
    pypandoc.__version__,
    [
        (path.name, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(TEMPLATES.rglob("*"))
        if path.is_file()
    ],
)


@dataclass(frozen=True)
class BookFormat:
    """One format: file ending, content type, pandoc's writer and options."""

    ending: str
    content_type: str
    writer: str
    options: tuple[str, ...] = ()


FORMATS: dict[str, BookFormat] = {
    "md": BookFormat("_complete.md", "text/markdown; charset=utf-8", "gfm-raw_html", ("--wrap=none",)),
    "html": BookFormat(
        ".html",
        "text/html; charset=utf-8",
        "html5",
        (
            *("--standalone", "--toc", f"--toc-depth={_TOC_DEPTH}", "--embed-resources", "--section-divs=false"),
            *(f"--template={TEMPLATES / 'web' / 'book.html'}", f"--resource-path=.:{TEMPLATES}", _HIGHLIGHTING),
        ),
    ),
    # course_site writes this format.
    "site": BookFormat("_site.zip", "application/zip", "chunkedhtml", (_HIGHLIGHTING,)),
    "epub": BookFormat(
        ".epub",
        "application/epub+zip",
        "epub3",
        (
            *("--toc", f"--toc-depth={_TOC_DEPTH}", "--split-level=1", _HIGHLIGHTING),
            *(f"--template={TEMPLATES / 'epub.html'}", f"--css={TEMPLATES / 'epub.css'}"),
        ),
    ),
    "docx": BookFormat(
        ".docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
        (_HIGHLIGHTING,),
    ),
    "typst": BookFormat(
        ".typ",
        "text/plain; charset=utf-8",
        "typst",
        ("--standalone", f"--template={TEMPLATES / 'book.typ'}", "--syntax-highlighting=idiomatic", "--wrap=none"),
    ),
}


def write_formats(book: Book, folder: Path) -> dict[str, Path]:
    """Write every format of a book.

    Parameters
    ----------
    book
        The book.
    folder
        A scratch folder; its ``images/`` holds every figure of the book as PNG, and diagrams also as SVG. Its
        ``figures/`` holds the author's own pictures.

    Returns
    -------
    dict
        Path of each format, by the names of `FORMATS`.

    Raises
    ------
    RuntimeError
        pandoc's own message.
    """
    document = read_document(book_parts(book), book.language, book.pictures)
    with ThreadPoolExecutor(_WRITERS_AT_ONCE) as writers:
        jobs = {name: writers.submit(write_format, document, book, name, folder) for name in FORMATS}
        return {name: job.result() for name, job in jobs.items()}


def write_format(document: dict[str, JsonValue], book: Book, name: str, folder: Path) -> Path:
    """Write one format of a document from `read_document`; parameters and errors are those of `write_formats`."""
    book_format = FORMATS[name]
    complete = {**document_for(document, name), "meta": _metadata(book, name, folder)}
    if name == "site":
        return write_site(complete, [_FILTER, *book_format.options], folder)
    target = folder / f"book.{name}"
    options = list(book_format.options)
    if name == "docx":
        # The template with the styles and the page size.
        options.append(f"--reference-doc={TEMPLATES / f'reference-{book.paper}.docx'}")
    run_pandoc(
        ["--from=json", f"--to={book_format.writer}", f"--output={target}", _FILTER, *options],
        folder,
        json.dumps(complete).encode(),
    )
    return target


def set_build_time(book: Book) -> None:
    """Make EPUB and DOCX reproducible: pandoc writes this time into them instead of the current one."""
    midnight = datetime.combine(book.made_on, datetime.min.time(), tzinfo=UTC)
    os.environ["SOURCE_DATE_EPOCH"] = str(int(midnight.timestamp()))


def _metadata(book: Book, format_name: str, folder: Path) -> dict[str, JsonValue]:
    """Return pandoc metadata as plain strings, so that a title is never read as Markdown."""
    labels = Labels.of(book.language)
    authors = [author.strip() for author in book.author.split("\n") if author.strip()]
    paragraphs = paragraphs_of(book.description)
    made_on = labels.date.format(
        day=book.made_on.day, month=labels.months[book.made_on.month - 1], year=book.made_on.year
    )
    texts = {
        "title": book.title,
        # On the site, every page has its own title.
        **({} if format_name == "site" else {"pagetitle": book.title}),
        "book-title": book.title,
        "lang": book.language.replace("_", "-"),
        # The EPUB package has a date for programs; title pages have a date for people.
        "date": book.made_on.isoformat() if format_name == "epub" else made_on,
        "shown-date": made_on,
        "contents-label": labels.contents,
        "toc-title": labels.contents,
        "previous-label": labels.web.previous,
        "next-label": labels.web.next,
        "search-label": labels.web.search,
        "no-results-label": labels.web.no_results,
        "menu-label": labels.web.menu,
        "theme-label": labels.web.theme,
        "copy-label": labels.web.copy_code,
        "copied-label": labels.web.copied,
        "draft": labels.draft,
        "paper": _TYPST_PAPER[book.paper],
        "page-label": labels.page,
        "made-year": str(book.made_on.year),
        "made-month": str(book.made_on.month),
        "made-day": str(book.made_on.day),
        "typst-lang": base_language(book.language),
        **({"part-notice": book.part} if book.part else {}),
        **({"draft-notice": labels.draft_notice} if book.is_offline_draft else {}),
        **({"dir": "rtl"} if is_right_to_left(book.language) else {}),
    }
    metadata: dict[str, JsonValue] = {key: _text(text) for key, text in texts.items()}
    # Strings for places that take plain text without markup.
    for key in _STRINGS & texts.keys():
        metadata[key] = {"t": "MetaString", "c": texts[key]}
    if base_language(book.language) in _CJK_LANGUAGES:
        metadata["print-pixels"] = {"t": "MetaBool", "c": True}
    metadata["cjk-fonts"] = {
        "t": "MetaList",
        "c": [{"t": "MetaString", "c": f"Noto Sans CJK {face}"} for face in _cjk_faces(book.language)],
    }
    strings = {"title": book.title, "author": ", ".join(authors), "description": " ".join(paragraphs)}
    metadata |= {f"{name}-string": _typst_string(text) for name, text in strings.items()}
    if authors:
        metadata["author"] = {"t": "MetaList", "c": [_text(author) for author in authors]}
        metadata["author-strings"] = _typst_strings(authors)
    if paragraphs:
        metadata["subtitle"] = _lines(paragraphs)
        metadata["subtitle-strings"] = _typst_strings(paragraphs)
    figures: dict[str, JsonValue] = {
        visual_id: _figure(figure, folder / "images" / f"{visual_id}.svg", labels)
        for visual_id, figure in book.figures.items()
    }
    metadata["figures"] = {"t": "MetaMap", "c": figures}
    return metadata


def _figure(figure: Figure, drawing: Path, labels: Labels) -> JsonValue:
    description = description_of(figure, drawing, labels)
    details: dict[str, JsonValue] = {}
    if description:
        lines: list[JsonValue] = [{"t": "MetaString", "c": line} for line in description.lines]
        details = {
            "details": {"t": "MetaList", "c": lines},
            "details-title": {"t": "MetaString", "c": description.title},
        }
    return {
        "t": "MetaMap",
        "c": {
            "alt": {"t": "MetaString", "c": figure.alt_text},
            "kind": {"t": "MetaString", "c": figure.kind},
            **({"vector": {"t": "MetaBool", "c": True}} if figure.svg_key else {}),
            "width": {"t": "MetaString", "c": printed_width(figure)},
            **details,
        },
    }


def printed_width(figure: Figure) -> str:
    """Return a figure's width on paper, such as ``12.3cm``: its natural size, limited by column and page."""
    width, height = figure.width / _PIXELS_PER_CSS_PIXEL, figure.height / _PIXELS_PER_CSS_PIXEL
    return f"{printed_width_cm(width, height):.1f}cm"


def _cjk_faces(language: str) -> list[str]:
    """Return the faces of Noto Sans CJK, the language's own first: Japanese and Chinese shapes differ."""
    is_traditional = language.replace("_", "-").lower().startswith(("zh-tw", "zh-hk", "zh-hant"))
    own = {"ja": "JP", "ko": "KR", "zh": "TC" if is_traditional else "SC"}.get(base_language(language), "JP")
    return sorted(("JP", "SC", "TC", "KR"), key=lambda face: face != own)


def _text(text: str) -> JsonValue:
    return {"t": "MetaInlines", "c": [{"t": "Str", "c": text}]}


def _lines(paragraphs: Sequence[str]) -> JsonValue:
    inlines: list[JsonValue] = []
    line_break: JsonValue = {"t": "LineBreak"}
    for paragraph in paragraphs:
        inlines += [*([line_break] if inlines else []), {"t": "Str", "c": paragraph}]
    return {"t": "MetaInlines", "c": inlines}


def _typst_strings(texts: Sequence[str]) -> JsonValue:
    return {"t": "MetaList", "c": [_typst_string(text) for text in texts]}


def _typst_string(text: str) -> JsonValue:
    """Return the content of a typst string literal, in which nothing is read as markup."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    # Raw, because pandoc escapes the text of metadata as markup.
    return {"t": "MetaInlines", "c": [{"t": "RawInline", "c": ["typst", escaped]}]}
