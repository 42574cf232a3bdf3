"""The book: complete or not at all, in the course's language, and nothing of a lesson that could do harm."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pypdfium2
import pytest

from book_builder import handler as book_builder_handler
from book_builder.lesson_markdown import section_markdown
from course_kit.errors import BookIncomplete, RequestInvalid
from course_kit.labels import LANGUAGES, Labels
from course_kit.records.run_summary import RunStatus, RunSummary
from course_kit.store.artefact_store import ArtefactStore
from images_gen.diagram_renderer import render_diagram
from pdf_renderer import handler as pdf_renderer_handler
from tests.support.book_project import EVENT, FIGURE, LESSON, NOW, OUTLINE, lesson_key, read, save_module
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall

build_book: StepCall = book_builder_handler.lambda_handler
render_pdf: StepCall = pdf_renderer_handler.lambda_handler

HARMFUL = """# T

<script>alert(1)</script>

Text <img src=x onerror=alert(2)> and [a link](javascript:alert(3)) and [another](https://example.org).

![stolen](http://example.org/pixel.png) ![local](/etc/passwd)

\\input{/etc/passwd} $x$ #eval("1")
"""


@pytest.fixture
def project(store: ArtefactStore, function_environment: None) -> ArtefactStore:
    store.write("p/outline.yaml", OUTLINE.replace("number: null, ", ""), content_type="y", replacing=None)
    png = render_diagram("flowchart LR\n a --> b").png
    store.write("p/images/01-01-0001.png", png, content_type="image/png", replacing=None)
    save_module(store, 1, [LESSON, "# R\n\nRadio.\n"])
    save_module(store, 2, ["# D\n\nNombres.\n"])
    return store


def test_lessons_stand_in_outline_order_under_numbered_chapters(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # When: built with the manifests in any order.
    event = {**EVENT, "manifest_keys": list(reversed(EVENT["manifest_keys"]))}
    result = build_book(event, lambda_context)
    # Then
    markdown = read(project, result["book"]["md"])
    assert re.findall(r"^#{1,2} (.*)$", re.sub(r"```.*?```", "", markdown, flags=re.DOTALL), re.MULTILINE) == [
        "Sobre este curso",
        "Capítulo 1: Fundamentos",
        r"1.1 Cables \*y\* fibra",
        "1.2 Radio",
        "Capítulo 2: Nombres",
        "2.1 DNS",
        "Cómo se hizo este libro",
    ]
    counts = {"modules": 2, "lessons": 3, "visuals": 1, "questions": 0, "terms": 0, "words": 300}
    assert result["counts"] == counts
    assert result["book"]["pdf" if "pdf" in result["book"] else "md"].startswith("p/book/Redes_qué_es")


def test_headings_move_down_and_code_stays(project: ArtefactStore, lambda_context: FakeLambdaContext) -> None:
    markdown = read(project, build_book(EVENT, lambda_context)["book"]["md"])
    assert "### Tema con `código`" in markdown
    assert "### Subrayado" in markdown
    assert "# not a heading\nip addr  # [VISUAL: not a figure]" in markdown
    assert "The writer's own title" not in markdown


def test_figures_stand_in_place_of_tags_with_caption_and_alternative_text(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    book = build_book(EVENT, lambda_context)["book"]
    assert "![Un nodo y otro](../images/01-01-0001.png)" in read(project, book["md"])
    html = read(project, book["html"])
    assert re.search(r'<img\s[^>]*src="data:image/png;base64,', html)
    assert 'alt="Un nodo y otro"' in html
    assert "Figura 1.1: Dos nodos" in html


@pytest.mark.parametrize("tag", ["[VISUAL: 01-01-0009 - unknown]", "[VISUAL: never numbered]"])
def test_a_tag_without_its_figure_fails_the_build(
    project: ArtefactStore, lambda_context: FakeLambdaContext, tag: str
) -> None:
    save_module(project, 1, [LESSON + f"\n{tag}\n", "# R\n"])
    with pytest.raises(BookIncomplete, match=r"01-01-0009|never numbered"):
        build_book(EVENT, lambda_context)
    assert list(project.keys("p/book/")) == []


def test_a_missing_lesson_fails_the_build_by_its_name(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # Given: an outline with a lesson that no manifest has; and, next, a lesson whose object is gone.
    save_module(project, 1, [LESSON])
    with pytest.raises(BookIncomplete, match=r"module 1, lesson 2 \(Radio\) is missing"):
        build_book(EVENT, lambda_context)
    save_module(project, 1, [LESSON, "# R\n"])
    project.delete(lesson_key(1, 2))
    with pytest.raises(BookIncomplete, match="module-1-lesson-2"):
        build_book(EVENT, lambda_context)


def test_a_missing_manifest_fails_the_build(project: ArtefactStore, lambda_context: FakeLambdaContext) -> None:
    with pytest.raises(BookIncomplete, match="module-07"):
        build_book({**EVENT, "manifest_keys": ["p/manifests/module-07.json"]}, lambda_context)


def test_a_failed_module_is_a_visible_gap(project: ArtefactStore, lambda_context: FakeLambdaContext) -> None:
    failed = {"module_number": 2, "error": "TextRejected", "cause": "el texto se cortó"}
    event = {**EVENT, "manifest_keys": EVENT["manifest_keys"][:1], "failed_modules": [failed]}
    markdown = read(project, build_book(event, lambda_context)["book"]["md"])
    assert "# Capítulo 2: Nombres" in markdown
    assert "No se pudo producir el módulo: TextRejected: el texto se cortó" in markdown


def test_lessons_and_figures_may_be_given_directly_in_one_shape_only(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    keys = [lesson_key(1, 1), lesson_key(1, 2), lesson_key(2, 1)]
    event = {key: value for key, value in EVENT.items() if key != "manifest_keys"}
    figures = {"01-01-0001": FIGURE.model_dump(mode="json")}
    result = build_book({**event, "all_lesson_keys": keys, "all_image_mappings": figures}, lambda_context)
    assert result["counts"]["lessons"] == 3
    # An array of objects, as it once came, is refused.
    with pytest.raises(RequestInvalid, match="all_image_mappings"):
        build_book({**event, "all_lesson_keys": keys, "all_image_mappings": [figures]}, lambda_context)
    with pytest.raises(RequestInvalid, match="manifest_keys"):
        build_book(event, lambda_context)


def test_nothing_harmful_of_a_lesson_reaches_the_reader(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # Given: a lesson with scripts, tracking pixels, local files and links that run code.
    save_module(project, 2, [HARMFUL])
    # When
    book = build_book(EVENT, lambda_context)["book"]
    # Then
    html, typst = read(project, book["html"]), read(project, book["typst"])
    for text in (html, typst, read(project, book["md"])):
        for harm in (" <img src=x", "javascript:", "pixel.png", 'image("/etc', "](/etc"):
            assert harm not in text, harm
    # And: what would run is shown as the text that it is, so that nothing of a lesson goes missing.
    assert "<script>alert" not in html
    assert "&lt;img src=x onerror=alert(2)&gt;" in html
    assert "```\n<script>alert(1)</script>\n```" in typst
    assert 'href="https://example.org"' in html
    assert not re.search(r'(?:src|href)="(?!data:|#|https://example\.org)', html)
    # And: what is markup to typst is text in the book.
    assert "\\#eval" in typst


def test_an_offline_draft_says_so_and_a_written_book_does_not(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    written = read(project, build_book(EVENT, lambda_context)["book"]["html"])
    save_module(project, 2, ["# D\n\nOtra.\n"], model_id="coursewright.offline-author-v1")
    drafted = read(project, build_book(EVENT, lambda_context)["book"]["html"])
    assert "Borrador sin conexión" not in written
    assert "Borrador sin conexión" in drafted


def test_an_unchanged_book_is_not_built_again(project: ArtefactStore, lambda_context: FakeLambdaContext) -> None:
    first = build_book(EVENT, lambda_context)["book"]
    stored = {key: project.find(key) for key in first.values()}
    assert build_book({**EVENT, "execution_name": "run-2"}, lambda_context)["book"] == first
    assert {key: project.find(key) for key in first.values()} == stored
    # And: a changed lesson makes a new one.
    save_module(project, 2, ["# D\n\nOtra.\n"])
    build_book(EVENT, lambda_context)
    assert project.find(first["html"]) != stored[first["html"]]


def test_archives_are_whole_and_carry_the_language(
    project: ArtefactStore, lambda_context: FakeLambdaContext, tmp_path: Path
) -> None:
    book = build_book(EVENT, lambda_context)["book"]
    for name in ("epub", "docx"):
        path = tmp_path / name
        path.write_bytes(project.read(book[name]) or b"")
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            if name == "epub":
                package = archive.read("EPUB/content.opf").decode()
                assert "<dc:language>es</dc:language>" in package
                assert "Ana Núñez" in package


def test_the_pdf_has_every_accent_the_figure_and_the_title(
    project: ArtefactStore, lambda_context: FakeLambdaContext, tmp_path: Path
) -> None:
    # Given
    summary = RunSummary(execution_name="run-1", status=RunStatus.RUNNING, request={}, modules=(1, 2), started_at=NOW)
    project.write_model("p/runs/run-1.json", summary, replacing=None)
    built = build_book(EVENT, lambda_context)
    # When
    result = render_pdf({**EVENT, **built}, lambda_context)
    # Then
    assert set(result["book"]) == {"md", "json", "coverage", "html", "site", "epub", "docx", "pdf"}
    document = pypdfium2.PdfDocument(project.read(result["book"]["pdf"]) or b"")
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    for expected in (
        "Redes: ¿qué es?",
        "Ana Núñez",
        "ñ, ¿, ç, ß",
        "Figura 1.1: Dos nodos",
        "Índice",
        "4 de marzo de 2026",
    ):
        assert expected in text
    # And: the run is complete.
    completed = project.read_model("p/runs/run-1.json", RunSummary)
    assert completed is not None
    assert (completed.status, completed.book) == (RunStatus.SUCCEEDED, result["book"])
    # And: it is known when each of its last two steps ran.
    book, pdf = completed.steps["book"], completed.steps["pdf"]
    assert book.started_at < book.ended_at <= pdf.started_at < pdf.ended_at == completed.ended_at


def test_a_pdf_without_its_image_fails_by_the_figures_number(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    built = build_book(EVENT, lambda_context)
    project.delete("p/images/01-01-0001.png")
    with pytest.raises(BookIncomplete, match="01-01-0001"):
        render_pdf({**EVENT, **built}, lambda_context)


def test_a_caption_is_shown_as_it_is_written() -> None:
    figure = FIGURE.model_copy(update={"caption": "a [b](c) *d* <e>"})
    text = section_markdown("[VISUAL: 01-01-0001 - x]", {"01-01-0001": figure}, lambda figure: figure.caption)
    # Emphasis is read, as it is in a lesson; a link and a tag are text.
    assert text.strip() == r"![a &#91;b&#93;(c) *d* \<e\>](images/01-01-0001.png)"


def labels_of(language: str) -> dict[str, str]:
    """Return every label by its place in the catalogue, months and the order of a date aside."""

    def flat(catalogue: Mapping[str, object], place: str) -> Iterator[tuple[str, str]]:
        for name, value in catalogue.items():
            if isinstance(value, Mapping):
                yield from flat(value, f"{place}{name}.")
            else:
                yield f"{place}{name}", str(value)

    return dict(flat(Labels.of(language).model_dump(exclude={"months", "date"}), ""))


@pytest.mark.parametrize("language", [*LANGUAGES, "es-MX", "pt_BR"])
def test_every_language_has_every_label_with_what_is_put_into_it(language: str) -> None:
    assert len(Labels.of(language).months) == 12
    english = labels_of("en")
    for place, label in labels_of(language).items():
        assert label.strip(), place
        assert sorted(re.findall(r"{\w+}", label)) == sorted(re.findall(r"{\w+}", english[place])), place


def test_no_label_of_another_language_is_a_copy_of_the_english_one() -> None:
    english = labels_of("en")
    # Words that the languages really share.
    shared = {("de", "truth.text_by"), *((language, "page") for language in ("pt", "fr", "it", "ja", "zh"))}
    shared |= {("fr", place) for place in ("minutes", "one_minute", "truth.section", "truth.questions", "truth.mode")}
    shared |= {("fr", "truth.illustrations_by")}
    copies = {
        (language, place)
        for language in LANGUAGES[1:]
        for place, label in labels_of(language).items()
        if label == english[place]
    }
    assert copies == shared


def test_a_language_without_a_catalogue_gets_english() -> None:
    assert Labels.of("sw") == Labels.of("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_minute_is_one_and_minutes_are_many(language: str) -> None:
    labels = Labels.of(language)
    assert labels.duration(30) == labels.minutes.format(minutes=30)
    assert "1" in labels.duration(1) and labels.duration(1) == labels.one_minute
    # Where words bend, the word for one is another; else the number stands apart, or nothing bends.
    bends = language not in ("ja", "zh", "ar")
    assert (labels.duration(1) != labels.minutes.format(minutes=1)) == bends
