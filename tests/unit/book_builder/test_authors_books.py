"""What the book does with lessons and pictures that an author has changed: shown, told, and never a failed book."""

import io
import re
import zipfile

import pypdfium2
import pytest

from book_builder import handler as book_builder_handler
from book_builder.learning.coverage import Coverage
from course_kit.errors import BookIncomplete
from course_kit.records.run_summary import RunStatus, RunSummary
from course_kit.records.visuals import Figure
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.provenance import authors_provenance
from pdf_renderer import handler as pdf_renderer_handler
from tests.support.book_project import EVENT, FIGURE, NOW, lesson_key, read, save_module
from tests.support.lambda_context import FakeLambdaContext
from tests.support.own_pictures import SVG, picture
from tests.support.step_calls import StepCall

build_book: StepCall = book_builder_handler.lambda_handler
render_pdf: StepCall = pdf_renderer_handler.lambda_handler

OUTLINE = """
course: {title: Networks, language: LANGUAGE, learning_outcomes: [Explain a name]}
book: {coverage: yes}
modules:
- title: Basics
  lessons:
  - {title: Cables, topics: [Copper, {title: Fibre, outcomes: [1]}]}
  - {title: Radio}
- {title: Names, lessons: [{title: DNS}]}
"""
CABLES = "# Cables\n\n## Copper\n\nCopper.\n\n## Fibre\n\nFibre.\n\n[VISUAL: 01-01-0001 - two nodes]\n"
PICTURES = """# Cables

## Copper

A plug is small.

![The plug of a cable](plug.png "An RJ45 plug, `8P8C`")

Press ![the key](My key.gif) twice, and see two more.

![A photo](figures/photo.jpg)
![A señal "drawn"](señal.svg)

## Fibre

[VISUAL: 01-01-0001 - two nodes]

![lost](lost.png)

![a bad one](bad.svg) and ![lost](lost.png) in a line; ![elsewhere](https://example.org/pixel.png).
"""


def author_saves(store: ArtefactStore, text: str | bytes, module: int = 1, lesson: int = 1) -> None:
    """Save a lesson by hand, as `checkin` does."""
    key = lesson_key(module, lesson)
    metadata = authors_provenance("Ana Núñez")
    store.write(key, text, content_type="text/markdown", replacing=store.find(key), metadata=metadata)


def add(store: ArtefactStore, file: str, body: bytes) -> None:
    key = f"p/figures/{file}"
    store.write(key, body, content_type="image/x", replacing=store.find(key))


@pytest.fixture
def project(store: ArtefactStore, function_environment: None) -> ArtefactStore:
    set_language(store, "en")
    store.write("p/images/01-01-0001.png", picture("PNG", 600, 300), content_type="image/png", replacing=None)
    save_module(store, 1, [CABLES, "# Radio\n\nWaves.\n"])
    save_module(store, 2, ["# DNS\n\nNames.\n"], figures={})
    return store


def set_language(store: ArtefactStore, language: str) -> None:
    outline = OUTLINE.replace("LANGUAGE", language)
    store.write("p/outline.yaml", outline, content_type="y", replacing=store.find("p/outline.yaml"))


def markdown_of(store: ArtefactStore, context: FakeLambdaContext) -> str:
    return read(store, build_book(EVENT, context)["book"]["md"])


def last_page(markdown: str) -> str:
    return markdown.split("# How this book was made")[1]


def test_a_heading_that_an_author_renamed_leaves_its_topic_uncovered_and_the_book_is_made(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # Given: a model's lesson without the heading of a topic, which fails the book.
    save_module(project, 1, [CABLES.replace("## Fibre", "## Glass"), "# Radio\n\nWaves.\n"])
    with pytest.raises(BookIncomplete, match="no section covers module 1, lesson 1: Fibre"):
        build_book(EVENT, lambda_context)
    # When: the same, saved by the author.
    author_saves(project, CABLES.replace("## Fibre", "## Glass"))
    book = build_book(EVENT, lambda_context)["book"]
    # Then: the book has the author's heading, and names the topic as not covered.
    markdown = read(project, book["md"])
    assert "### Glass" in markdown
    assert re.search(r"\| 1\.1 \(no section\) +\| Fibre +\|", markdown)
    assert "- **Topics without a section of their own:** Fibre (1.1)" in last_page(markdown)
    assert "Topics of the outline with a section of their own: 1" in last_page(markdown)
    coverage = project.read_model(book["coverage"], Coverage)
    assert coverage is not None
    assert [(t.topic, t.covered, t.anchor) for t in coverage.topics] == [
        ("Copper", True, "topic-1-1-1"),
        ("Fibre", False, ""),
    ]
    # And: it serves no outcome, and its link leads to the lesson.
    assert [outcome.sections for outcome in coverage.outcomes] == [()]
    assert 'href="#section-1-1">1.1</a> (no section)' in " ".join(read(project, book["html"]).split())


def test_the_last_page_says_what_is_the_authors_and_nothing_where_nothing_is(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    assert "author" not in last_page(markdown_of(project, lambda_context))
    # When: a lesson saved by the author, with a tag of hers, and one changed in the bucket by another program.
    author_saves(project, CABLES + "\n[VISUAL: a third node]\n")
    project.client.put_object(Bucket=project.bucket, Key=lesson_key(1, 2), Body="# Waves\n\nWaves.\n".encode("utf-16"))
    save_module(project, 2, ["# DNS\n\nNames.\n"], figures={})
    page = last_page(markdown_of(project, lambda_context))
    # Then
    for said in (
        "- **Written or changed by the author:** lessons 1.1, 1.2",
        "- **Sections with figures that are not made yet:** 1.1",
        "- **Lines of the author’s text that this book shows otherwise:** 1.2 (1)",
    ):
        assert said in page, said


@pytest.mark.parametrize(
    "body",
    [
        "No title at all.\n\n## Copper\n",
        "# One\n\n# Two\n\n## Copper\n\n<div><script>alert(1)</script>\n",
        "---\ntitle: x\n---\n# Cables\n\n[VISUAL: new] [VISUAL: 09-09-0009 - far] " + "[VISUAL: 01-01-0001 - a] " * 2,
        "# Cables\n\n| a | b\n|--\n| 1 | 2 | 3 |\n\n```python\nnever closed",
        b"\xef\xbb\xbf# Cables\r\n\r\n\tTabs\r\n\r\ncaf\xe9 \x96 Windows-1252\r\n",
        b"\xff\xfe" + "# Cables\n\nUTF-16\n".encode("utf-16-le"),
        b"",
        b"\x00\x01\x02",
        "[VISUAL: never closed\n\n![](x.png)![](y.png) [^1] $\\nope$ \u202e\ufffe",
        "> " * 60 + "deep\n\n" + "- " * 60 + "deep",
    ],
)
def test_no_text_of_an_author_fails_the_book(
    project: ArtefactStore, lambda_context: FakeLambdaContext, body: str | bytes
) -> None:
    author_saves(project, body)
    markdown = markdown_of(project, lambda_context)
    assert "lessons 1.1" in last_page(markdown)
    # And: what a model may not write is not there for the author either.
    assert "<script>alert" not in read(project, "p/book/Networks.html")


def test_words_of_an_author_that_a_models_text_would_lose_are_printed(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    author_saves(project, "Sure, here is why cables matter.\n\n# Cables\n\n## Copper\n\ncaf\xe9\n".encode("cp1252"))
    author_saves(project, "# Radio\n\n# A second title\n\nWaves.\n", lesson=2)
    markdown = markdown_of(project, lambda_context)
    for words in ("Sure, here is why cables matter.", "### Cables", "### A second title", "café"):
        assert words in markdown
    assert "### Radio" not in markdown


def with_pictures(store: ArtefactStore) -> None:
    add(store, "plug.png", picture("PNG"))
    add(store, "My key.gif", picture("GIF", 20, 20))
    add(store, "photo.jpg", picture("JPEG", 300, 200))
    add(store, "señal.svg", SVG.encode())
    add(store, "bad.svg", SVG.replace("<text", "<script>alert(1)</script><text").encode())
    author_saves(store, PICTURES)


def test_pictures_of_ones_own_are_figures_in_the_order_of_the_text(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    with_pictures(project)
    markdown = markdown_of(project, lambda_context)
    # Then: each has its number, its caption and its place; a drawn figure is numbered among them.
    assert re.findall(r"^\*(Figure .*)\*$", markdown, re.MULTILINE) == [
        "Figure 1.1: An RJ45 plug, `8P8C`",
        "Figure 1.2: A photo",
        "Figure 1.3: A señal “drawn”",
        "Figure 1.4: Dos nodos",
    ]
    assert "A plug is small (Figure 1.1)." in markdown
    assert "see two more (Figure 1.2) (Figure 1.3)." in markdown
    for shown in (
        "![The plug of a cable](../figures/plug.png)",
        "![A photo](../figures/photo.jpg)",
        "(../figures/My%20key.gif)",
        "![Un nodo y otro](../images/01-01-0001.png)",
    ):
        assert shown in markdown, shown
    # And: what is missing or refused is a line in its place, on its own and within a line; nothing is loaded.
    assert "**Picture lost.png is missing**" in markdown
    assert r"**\[Picture bad.svg cannot be shown\]** and **\[Picture lost.png is missing\]** in a line" in markdown
    assert "pixel.png" not in markdown and "elsewhere" in markdown
    page = last_page(markdown)
    assert "- **Pictures that are missing or cannot be shown:** lost.png (1.1); bad.svg (1.1)" in page
    assert "figures 1.1, 1.2, 1.3" in page


@pytest.mark.parametrize("language", ["en", "ja", "ar"])
def test_every_format_holds_every_picture(
    project: ArtefactStore, lambda_context: FakeLambdaContext, language: str
) -> None:
    set_language(project, language)
    with_pictures(project)
    summary = RunSummary(execution_name="run-1", status=RunStatus.RUNNING, request={}, modules=(1, 2), started_at=NOW)
    project.write_model("p/runs/run-1.json", summary, replacing=None)
    # When
    built = build_book(EVENT, lambda_context)
    book = built["book"]
    # Then: the page has them within itself, with words for who does not see them.
    html = read(project, book["html"])
    for kind in ("image/png", "image/gif", "image/jpeg", "image/svg+xml"):
        assert f'src="data:{kind};base64,' in html, kind
    for words in ('alt="The plug of a cable"', 'alt="the key"', "lost.png", "bad.svg"):
        assert words in html, words
    assert not re.search(r'src="(?!data:|#)', html)
    # And: the archives have the files, and only what every reader shows.
    for name, endings in (
        ("site", {"png", "gif", "jpg", "svg"}),
        ("epub", {"png", "gif", "jpg", "svg"}),
        ("docx", {"png", "gif", "jpg"}),
    ):
        with zipfile.ZipFile(io.BytesIO(project.read(book[name]) or b"")) as archive:
            files = [file for file in archive.namelist() if re.search(r"\.(png|gif|jpe?g|svg)$", file)]
            assert {file.rpartition(".")[2] for file in files} == endings, (name, files)
            assert len(files) == 5, (name, files)
            assert not any(b"alert(1)" in archive.read(file) for file in files)
    # And: so has the PDF, with every figure on its page.
    result = render_pdf({**EVENT, **built}, lambda_context)
    document = pypdfium2.PdfDocument(project.read(result["book"]["pdf"]) or b"")
    images = sum(1 for page in document for found in page.get_objects(filter=[3], max_depth=9) if found)
    assert images >= 4
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    # Letters from left to right in a line from right to left come in pieces.
    assert ("RJ45" in text and "lost.png" in text) or language == "ar"


def test_a_changed_picture_makes_a_new_book_and_an_unchanged_one_none(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    with_pictures(project)
    first = build_book(EVENT, lambda_context)["book"]
    stored = project.find(first["html"])
    build_book(EVENT, lambda_context)
    assert project.find(first["html"]) == stored
    add(project, "plug.png", picture("PNG") + b"\0")
    build_book(EVENT, lambda_context)
    assert project.find(first["html"]) != stored


def test_a_picture_that_only_the_typesetter_cannot_read_stands_as_its_words_in_the_pdf(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # Given: a JPEG whose frame is fine, and whose pixels are not.
    body = picture("JPEG", 300, 200)
    scan = body.index(b"\xff\xda")
    add(project, "plug.png", picture("PNG"))
    add(project, "photo.jpg", body[: scan + 2] + b"\x00\x03\x00" + b"\xff\xd9")
    author_saves(project, "# Cables\n\n## Copper\n\n![A broken photo](photo.jpg)\n\n![A plug](plug.png)\n")
    built = build_book(EVENT, lambda_context)
    document = pypdfium2.PdfDocument(project.read(render_pdf({**EVENT, **built}, lambda_context)["book"]["pdf"]) or b"")
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    assert text.count("A broken photo") == 2
    assert "Figure 1.2: A plug" in text


def test_a_figure_whose_file_is_refused_leaves_a_line_and_no_number(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    refused = FIGURE.model_copy(
        update={"is_authors": True, "refusal": "found `<script>`", "refused_file": "01-01-0001.svg"}
    )
    save_module(project, 1, [CABLES, "# Radio\n\n[VISUAL: 01-02-0001 - x]\n"], figures=figures(refused, own()))
    markdown = markdown_of(project, lambda_context)
    assert "**Picture 01-01-0001.svg cannot be shown**" in markdown
    assert "Figure 1.1: Own" in markdown and "Figure 1.2" not in markdown
    page = last_page(markdown)
    assert "Written or changed by the author:** figures 1.1" in page
    assert "cannot be shown:** 01-01-0001.svg (1.1)" in page
    assert "Diagrams" not in page


def own() -> Figure:
    update = {"visual_id": "01-02-0001", "is_authors": True, "caption": "Own", "png_key": "p/images/01-01-0001.png"}
    return FIGURE.model_copy(update=update)


def figures(*all_of_them: Figure) -> dict[str, Figure]:
    return {figure.visual_id: figure for figure in all_of_them}
