"""The story of an author who edits a downloaded book, from the book builder to the folder of downloads."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from book_builder import handler as book_builder_handler
from course_kit.store.artefact_store import ArtefactStore
from images_gen.diagram_renderer import render_diagram
from pdf_renderer import handler as pdf_renderer_handler
from tests.support.book_project import EVENT, LESSON, OUTLINE, save_module
from tests.support.downloads import Downloads
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall

build_book: StepCall = book_builder_handler.lambda_handler
render_pdf: StepCall = pdf_renderer_handler.lambda_handler
IMAGE = "p/images/01-01-0001.png"
SECOND = {**EVENT, "manifest_keys": ["p/manifests/module-02.json"]}


@pytest.fixture
def downloads(store: ArtefactStore, function_environment: None, tmp_path: Path) -> Downloads:
    store.write("p/outline.yaml", OUTLINE.replace("number: null, ", ""), content_type="y", replacing=None)
    png = render_diagram("flowchart LR\n a --> b").png
    store.write(IMAGE, png, content_type="image/png", replacing=None)
    save_module(store, 1, [LESSON, "# R\n\nRadio.\n"])
    save_module(store, 2, ["# D\n\nNombres.\n"])
    return Downloads(store, tmp_path / "out", "p")


def made(event: Mapping[str, object], context: FakeLambdaContext) -> dict[str, str]:
    """Build a book as a run does; return the key of each of its formats."""
    built = build_book(dict(event), context)
    book: dict[str, str] = render_pdf({**event, **built}, context)["book"]
    return book


def test_story_k4_what_an_author_edited_in_a_downloaded_book_stays_and_no_other_book_takes_its_place(
    downloads: Downloads, lambda_context: FakeLambdaContext
) -> None:
    # Given: a downloaded book; the author edits the Word book, and gives the web book a stylesheet of their own.
    downloads.download(made(EVENT, lambda_context), IMAGE)
    word, site = downloads.book / "Redes_qué_es.docx", downloads.book / "site"
    word.write_bytes(b"edited for days")
    (site / "assets" / "theme.css").write_bytes(b"my colours")
    (site / "assets" / "own.css").write_bytes(b"my own")
    # When: a run makes nothing new.
    found = downloads.download(made(EVENT, lambda_context), IMAGE).renewal
    # Then: the files stay where they are, and are named.
    assert found.set_aside == ()
    assert [path.name for path in found.kept] == ["Redes_qué_es.docx", "theme.css"]
    assert word.read_bytes() == b"edited for days"
    # When: a lesson has changed.
    save_module(downloads.store, 2, ["# D\n\nNombres nuevos.\n"])
    found = downloads.download(made(EVENT, lambda_context), IMAGE).renewal
    # Then: the edited book is set aside and named; the stylesheets are as the author left them.
    assert [path.name for path in found.set_aside] == ["Redes_qué_es (yours).docx"]
    assert (downloads.book / "Redes_qué_es (yours).docx").read_bytes() == b"edited for days"
    assert word.read_bytes()[:2] == b"PK"
    assert (site / "assets" / "theme.css").read_bytes() == b"my colours"
    assert (site / "assets" / "own.css").read_bytes() == b"my own"
    # When: a run of the second module alone.
    before = downloads.files()
    part = downloads.download(made(SECOND, lambda_context)).formats
    # Then: the whole book is whole; the part stands beside it.
    assert before.items() <= downloads.files().items()
    assert part["docx"] == downloads.book / "Redes_qué_es_modules-2.docx"
    # When: the book gets another title.
    downloads.download(made({**EVENT, "book_title": "Redes"}, lambda_context), IMAGE)
    # Then: one set of files looks current, on disk and in the bucket; nothing of the author's is lost.
    whole = {path.name for path in downloads.book.iterdir() if path.is_file() and "modules-2" not in path.name}
    assert whole == {
        "Redes_complete.md", "Redes.html", "Redes.epub", "Redes.docx", "Redes.pdf", "Redes_data.json",
        "Redes_coverage.json", "Redes_site.zip", "Redes_qué_es (yours).docx",
    }  # fmt: skip
    titles = {key.rpartition("/")[2].partition("_modules-2")[0] for key in downloads.store.keys("p/book/")}
    assert titles == {*whole, "Redes.typ", "Redes_qué_es"} - {"Redes_qué_es (yours).docx"}
