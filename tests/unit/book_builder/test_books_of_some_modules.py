"""A book of some modules stands beside the whole one, and says what it is."""

import io
import zipfile

import pypdfium2
import pytest
from docx import Document

from book_builder import handler as book_builder_handler
from book_builder.book_request import BookRequest, FailedModule
from book_builder.chosen_modules import ChosenModules
from course_kit.labels import LANGUAGES, Labels
from course_kit.outline import Outline, read_outline
from course_kit.store.artefact_keys import ProjectKeys, part_of_book
from course_kit.store.artefact_store import ArtefactStore
from images_gen.diagram_renderer import render_diagram
from pdf_renderer import handler as pdf_renderer_handler
from tests.support.book_project import EVENT, LESSON, OUTLINE, read, save_module
from tests.support.buckets import BUCKET
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall

build_book: StepCall = book_builder_handler.lambda_handler
render_pdf: StepCall = pdf_renderer_handler.lambda_handler

WHOLE = "p/book/Redes_qué_es"
SECOND = {**EVENT, "manifest_keys": ["p/manifests/module-02.json"]}
NOTE = "Parte del curso: módulo 2 (de 1–2)"


@pytest.fixture
def project(store: ArtefactStore, function_environment: None) -> ArtefactStore:
    store.write("p/outline.yaml", OUTLINE.replace("number: null, ", ""), content_type="y", replacing=None)
    png = render_diagram("flowchart LR\n a --> b").png
    store.write("p/images/01-01-0001.png", png, content_type="image/png", replacing=None)
    save_module(store, 1, [LESSON, "# R\n\nRadio.\n"])
    save_module(store, 2, ["# D\n\nNombres.\n"])
    return store


def outline_of(count: int) -> Outline:
    modules = "".join(f"- {{title: M{n}, lessons: [{{title: L}}]}}\n" for n in range(1, count + 1))
    return read_outline(f"course: {{title: T}}\nmodules:\n{modules}".encode())


def chosen(outline: Outline, *numbers: int, failed: tuple[int, ...] = ()) -> ChosenModules:
    keys = ProjectKeys("p")
    request = BookRequest(
        course_bucket=BUCKET,
        outline_s3_key="p/outline.yaml",
        project_folder="p",
        manifest_keys=tuple(map(keys.manifest, numbers)),
        failed_modules=tuple(FailedModule(module_number=n, error="E", cause="c") for n in failed),
    )
    return ChosenModules.of(outline, request)


def test_a_book_of_some_modules_says_so_on_its_title_page_and_in_its_file_names(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # When
    built = build_book(SECOND, lambda_context)
    rendered = render_pdf({**SECOND, **built}, lambda_context)
    # Then: every file has the module in its name.
    keys = {*built["book"].values(), *rendered["book"].values()}
    assert {"p/book/Redes_qué_es_modules-2_complete.md", "p/book/Redes_qué_es_modules-2.pdf"} <= keys
    assert {part_of_book(key) for key in keys} == {"2"}
    # And: its readers are told, in whatever format they have.
    for name in ("html", "md", "json"):
        assert NOTE in read(project, built["book"][name]), name
    pdf = pypdfium2.PdfDocument(project.read(rendered["book"]["pdf"]) or b"")
    assert NOTE in pdf[0].get_textpage().get_text_range()
    word = Document(io.BytesIO(project.read(built["book"]["docx"]) or b""))
    assert NOTE in [paragraph.text for paragraph in word.paragraphs]
    for name in ("epub", "site"):
        with zipfile.ZipFile(io.BytesIO(project.read(built["book"][name]) or b"")) as archive:
            pages = [archive.read(page).decode() for page in archive.namelist() if page.endswith("html")]
        assert sum(NOTE in page for page in pages) == 1, name


def test_a_book_of_some_modules_never_replaces_the_whole_one_nor_the_whole_one_it(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # Given
    whole = build_book(EVENT, lambda_context)["book"]
    stored = {key: project.find(key) for key in whole.values()}
    # When
    part = build_book(SECOND, lambda_context)["book"]
    # Then
    assert {key: project.find(key) for key in whole.values()} == stored
    assert not {*part.values()} & {*whole.values()}
    # And: the whole book is built again from other texts, and the part stays as it is.
    stored = {key: project.find(key) for key in part.values()}
    save_module(project, 1, [LESSON, "# R\n\nOtra radio.\n"])
    assert build_book(EVENT, lambda_context)["book"] == whole
    assert {key: project.find(key) for key in part.values()} == stored


def test_a_book_with_gaps_is_of_the_whole_course(project: ArtefactStore, lambda_context: FakeLambdaContext) -> None:
    failed = {"module_number": 2, "error": "TextRejected", "cause": "cortado"}
    event = {**EVENT, "manifest_keys": EVENT["manifest_keys"][:1], "failed_modules": [failed]}
    book = build_book(event, lambda_context)["book"]
    assert book["md"] == f"{WHOLE}_complete.md"
    assert "Parte del curso" not in read(project, book["html"])


@pytest.mark.parametrize(
    ("count", "numbers", "name", "note"),
    [
        (4, (1, 2, 3, 4), "", ""),
        (1, (1,), "", ""),
        (4, (2,), "2", "Part of the course: module 2 (of 1–4)"),
        (7, (1, 2, 3, 5), "1-3+5", "Part of the course: modules 1–3, 5 (of 1–7)"),
        (7, (6, 7), "6-7", "Part of the course: modules 6–7 (of 1–7)"),
    ],
)
def test_modules_are_named_by_their_numbers_with_neighbours_as_ranges(
    count: int, numbers: tuple[int, ...], name: str, note: str
) -> None:
    found = chosen(outline_of(count), *numbers)
    assert (found.name, found.note(Labels.of("en"))) == (name, note)


def test_modules_that_failed_were_chosen_too() -> None:
    assert chosen(outline_of(3), 1, failed=(3,)).name == "1+3"
    assert chosen(outline_of(2), 1, failed=(2,)).name == ""


def test_long_selections_keep_names_of_their_own_that_file_systems_hold() -> None:
    # Given: two selections of many modules that begin alike.
    outline = outline_of(60)
    names = [chosen(outline, *range(1, 60, 2)).name, chosen(outline, *range(1, 58, 2)).name]
    # Then: with the longest title of a script of four bytes a letter, and a mark of the person's own.
    assert names[0] != names[1]
    for name in names:
        key = ProjectKeys("p").book("𒀀" * 200, "_complete.md", name)
        assert part_of_book(key) == name
        assert len((key.rpartition("/")[2] + " (yours 10)").encode()) <= 255


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_which_modules_of_which(language: str) -> None:
    labels = Labels.of(language)
    for count, shown in ((1, "2"), (3, "1–3")):
        assert shown in (said := labels.part(shown, "1–4", count)) and "1–4" in said


@pytest.mark.parametrize(
    ("key", "part"),
    [
        ("p/book/T_modules-2_complete.md", "2"),
        ("p/book/T_modules-1-3+5.pdf", "1-3+5"),
        ("p/book/T_modules-2_labs_site.zip", "2"),
        ("p/book/Intro_modules_2.pdf", ""),
        ("my_modules-2/book/T.pdf", ""),
    ],
)
def test_a_file_names_its_part_and_a_title_or_a_project_is_none(key: str, part: str) -> None:
    assert part_of_book(key) == part
