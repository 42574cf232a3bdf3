"""Builds a book unless it is there already, and stores it: the last file written vouches for the others."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from book_builder.book_assembly import Ingredients, assemble, gather
from book_builder.book_formats import FORMATS, TEMPLATES_VERSION, set_build_time, write_formats
from book_builder.book_model import Book
from book_builder.book_request import BookRequest, BookResult
from course_kit.artefact_keys import ProjectKeys
from course_kit.artefact_store import ArtefactStore, fingerprint_of
from course_kit.errors import BookIncomplete
from course_kit.outline import Outline
from course_kit.visuals import Figure

_DATA_ENDING = "_data.json"
_TRANSFERS = 16


@dataclass(frozen=True)
class BookStore:
    """The books of one project. Safe to run again: a book made from the same ingredients is kept."""

    store: ArtefactStore
    keys: ProjectKeys

    def build(self, outline: Outline, request: BookRequest) -> BookResult:
        """Build and store every format but PDF; raises ``BookIncomplete`` when something is missing."""
        ingredients = gather(self.store, request)
        book = assemble(self.store, outline, request, ingredients)
        fingerprint = _fingerprint(book, ingredients)
        data_key = self.keys.book(book.title, _DATA_ENDING)
        known = self.store.find(data_key)
        if known is None or known.fingerprint != fingerprint:
            with tempfile.TemporaryDirectory() as scratch:
                self._write_all(book, Path(scratch), fingerprint)
            self.store.write_model(data_key, book, replacing=known, fingerprint=fingerprint)
        return BookResult(
            book={
                **{name: self.keys.book(book.title, book_format.ending) for name, book_format in FORMATS.items()},
                "json": data_key,
            },
            title=book.title,
            counts={
                "modules": len(book.modules),
                "lessons": len(book.lessons),
                "visuals": len(book.figures),
                "words": sum(lesson.word_count for lesson in book.lessons),
            },
        )

    def _write_all(self, book: Book, folder: Path, fingerprint: str) -> None:
        (folder / "images").mkdir()
        with ThreadPoolExecutor(_TRANSFERS) as transfers:
            list(transfers.map(lambda figure: self._download(figure, folder), book.figures.values()))
        set_build_time(book)
        for name, path in write_formats(book, folder).items():
            key = self.keys.book(book.title, FORMATS[name].ending)
            self.store.write(
                key,
                path.read_bytes(),
                content_type=FORMATS[name].content_type,
                replacing=self.store.find(key),
                fingerprint=fingerprint,
            )

    def _download(self, figure: Figure, folder: Path) -> None:
        body = self.store.read(figure.png_key)
        if body is None:
            raise BookIncomplete(f"found no object {figure.png_key!r}, expected figure {figure.visual_id}")
        (folder / "images" / f"{figure.visual_id}.png").write_bytes(body)


def _fingerprint(book: Book, ingredients: Ingredients) -> str:
    # Without the date, which is no reason to build a book again.
    return fingerprint_of(
        book.model_dump(mode="json", exclude={"made_on", "figures"}),
        {
            visual_id: figure.model_dump(mode="json", exclude={"is_reused"})
            for visual_id, figure in book.figures.items()
        },
        sorted(ingredients.lesson_keys.values()),
        TEMPLATES_VERSION,
    )
