"""Builds and stores a book unless it exists. The JSON file is written last, so it proves that the others exist."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from book_builder.book_assembly import LessonLabs, assemble
from book_builder.book_files import BookFiles
from book_builder.book_formats import FORMATS, set_build_time, write_formats
from book_builder.book_model import Book
from book_builder.book_request import BookRequest, BookResult
from book_builder.chosen_modules import ChosenModules
from book_builder.ingredients import gather
from book_builder.lab_guide_assembly import (
    ModuleGuide,
    assemble_lab_guide,
    gather_labs,
    lab_notes,
    labs_of_lessons,
)
from book_builder.learning.study_sources import gather_study
from book_builder.lesson_links import LessonLinks
from book_builder.own_pictures import PictureStore
from book_builder.wanted import wanted_book
from course_kit.errors import BookIncomplete
from course_kit.labels import Labels
from course_kit.outline import Outline, Paper
from course_kit.outline.book_parts import parts_of_book
from course_kit.outline.labs import CourseLabPlan
from course_kit.pictures.picture_names import FIGURES_FOLDER
from course_kit.pictures.safe_svg import safe_svg
from course_kit.records.course_record import CourseRecord
from course_kit.records.visuals import Figure
from course_kit.store.artefact import fingerprint_of
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore

_TRANSFERS = 16


@dataclass(frozen=True)
class BookStore:
    """The books of one project. A build is idempotent: a book with equal content is kept."""

    store: ArtefactStore
    keys: ProjectKeys
    book_parts: str
    """The default parts of a book when its outline names none, in the format of `parts_of_book`."""
    paper: Paper
    """The default paper when the outline names none."""

    def build(self, outline: Outline, request: BookRequest) -> BookResult:
        """Build and store the course book, the lab guide, or both, in every format except PDF.

        Raises ``BookIncomplete`` when something is missing.
        """
        guides = gather_labs(self.store, outline, request)
        books = self._assemble(outline, request, guides)
        title = request.book_title or outline.course.title
        files = self._files(outline, request)
        made = {name: self._store(book, keys) for name, (book, keys) in books.items()}
        for name in made:
            files[name].drop_earlier_titles(self.store, title)
        counts: dict[str, int] = {}
        if "book" in books:
            counts |= _counts(books["book"][0])
        if "lab_guide" in books:
            self._store_master_plan(guides)
            counts |= {"labs": len(books["lab_guide"][0].lessons)}
        return BookResult(**made, title=title, counts=counts)

    def current(self, outline: Outline, request: BookRequest) -> set[str]:
        """Return which of ``book`` and ``lab_guide`` are stored and current; raises the errors of `build`."""
        books = self._assemble(outline, request, gather_labs(self.store, outline, request))
        return {
            name
            for name, (book, keys) in books.items()
            if wanted_book(book, keys["json"]).is_current(self.store.find(keys["json"]))
        }

    def _assemble(
        self, outline: Outline, request: BookRequest, guides: dict[int, ModuleGuide]
    ) -> dict[str, tuple[Book, dict[str, str]]]:
        """Return the requested books with the keys of their formats, by their names in the result."""
        title = request.book_title or outline.course.title
        paper = outline.book.paper or self.paper
        labels = Labels.of(outline.course.language)
        record = CourseRecord.read(self.store, self.keys, request.course_version)
        links = LessonLinks(record.numbers(outline), labels)
        part = ChosenModules.of(outline, request).note(labels)
        files = self._files(outline, request)
        books = {}
        if request.manifest_keys or request.all_lesson_keys:
            study = gather_study(self.store, request, parts_of_book(outline.book, self.book_parts))
            labs = LessonLabs(lab_notes(guides, outline.course.language), labs_of_lessons(guides))
            course = assemble(
                self.store,
                outline,
                request,
                gather(self.store, request),
                study=study,
                labs=labs,
                links=links,
                paper=paper,
            )
            books["book"] = (course.model_copy(update={"part": part}), files["book"].under(title))
        if any(module.labs for module in guides.values()):
            lab_book = assemble_lab_guide(self.store, outline, request, guides, links=links, paper=paper)
            books["lab_guide"] = (lab_book.model_copy(update={"part": part}), files["lab_guide"].under(title))
        return books

    def _files(self, outline: Outline, request: BookRequest) -> dict[str, BookFiles]:
        part = ChosenModules.of(outline, request).name
        return {"book": BookFiles.of_course(self.keys, part), "lab_guide": BookFiles.of_lab_guide(self.keys, part)}

    def _store(self, book: Book, keys: dict[str, str]) -> dict[str, str]:
        wanted = wanted_book(book, keys["json"])
        fingerprint, known = wanted.fingerprint, self.store.find(wanted.key)
        if not wanted.is_current(known):
            with tempfile.TemporaryDirectory() as scratch:
                self._write_all(book, Path(scratch), fingerprint, keys)
            if book.coverage is not None:
                key = keys["coverage"]
                self.store.write_model(key, book.coverage, replacing=self.store.find(key), fingerprint=fingerprint)
            self.store.write_model(wanted.key, book, replacing=known, fingerprint=fingerprint)
        return keys

    def _store_master_plan(self, guides: dict[int, ModuleGuide]) -> None:
        key = self.keys.lab_master_plan()
        plan = CourseLabPlan(
            modules={number: tuple(lab.plan for lab in guide.labs) for number, guide in guides.items()}
        )
        self.store.write_model(key, plan, replacing=self.store.find(key), fingerprint=fingerprint_of(plan))

    def _write_all(self, book: Book, folder: Path, fingerprint: str, keys: dict[str, str]) -> None:
        (folder / "images").mkdir()
        with ThreadPoolExecutor(_TRANSFERS) as transfers:
            list(transfers.map(lambda figure: self._download(figure, folder / "images"), book.figures.values()))
        PictureStore(self.store, self.keys).write(book.pictures, folder / FIGURES_FOLDER)
        set_build_time(book)
        for name, path in write_formats(book, folder).items():
            key = keys[name]
            self.store.write(
                key,
                path.read_bytes(),
                content_type=FORMATS[name].content_type,
                replacing=self.store.find(key),
                fingerprint=fingerprint,
            )

    def _download(self, figure: Figure, folder: Path) -> None:
        for key in filter(None, (figure.png_key, figure.svg_key)):
            body = self.store.read(key)
            if body is None:
                raise BookIncomplete(f"found no object {key!r}, expected figure {figure.visual_id}")
            if figure.is_authors and key == figure.svg_key:
                body = safe_svg(body).text.encode()
            (folder / f"{figure.visual_id}{Path(key).suffix}").write_bytes(body)


def _counts(book: Book) -> dict[str, int]:
    return {
        "modules": len(book.modules),
        "lessons": len(book.lessons),
        "visuals": len(book.figures),
        "questions": sum(len(lesson.quiz) for lesson in book.lessons),
        "terms": len(book.glossary),
        "words": sum(lesson.word_count for lesson in book.lessons),
    }
