"""What an outline says is plain text in paragraphs: every format prints it as it is written, whatever marks it has."""

from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from book_builder.typography import Typography
from course_kit.outline import Outline, read_outline
from tests.support.outline_scalars import scalars
from tests.support.printed_outlines import FORMATS, printed_html, printed_lines

# What Markdown, typst, HTML or pandoc reads at the beginning of a line, or anywhere.
MARKS = (
    *("+ X", "- X", "= X", "== X", "* X", "/ Term: a", "1986. A year", "1) one", "// comment", "/* c */", "# H", "> q"),
    *(
        "#strong[x]",
        "#include",
        "@ref",
        "<label>",
        "<b>x</b>",
        "The <div> element",
        "$x$",
        "{x}",
        "^a^",
        "~~t~~",
        "[^1]",
    ),
    *("**b**", "__i__", "_x_", "*x*", "`c`", "---", "===", "***", "| a | b |", "[a](b)", "![a](b)", "[VISUAL: x]"),
    *("&amp;", "&lt;b&gt;", "\\", "\\n", "%x", "!x", "+", "=", ":::", "1.0", "010", "12:30", "~"),
)


TITLE = '= C# and "C:\\new"'


def outline_of(texts: tuple[str, ...], **course: object) -> Outline:
    """Return an outline with each text in every place for one."""
    lessons = [{"title": text, "objectives": [text]} for text in texts]
    source = {
        "course": {"title": "Course", **course, "audience": list(texts), "prerequisites": list(texts)},
        "modules": [{"title": "Module", "lessons": lessons}],
    }
    return read_outline(yaml.safe_dump(source, allow_unicode=True, sort_keys=False, default_style='"'))


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    description = "\n\n".join(MARKS)
    outline = outline_of(MARKS, title=TITLE, author="+ Ana", description=description, level="- L")
    first = outline.modules[0].model_copy(update={"title": "= Chapter", "summary": "+ Summary\n\n1. Second"})
    return printed_lines(outline.model_copy(update={"modules": (first,)}), tmp_path_factory.mktemp("printed"))


@pytest.mark.parametrize("name", FORMATS)
def test_every_text_of_an_outline_is_printed_as_it_is_written(printed: dict[str, list[str]], name: str) -> None:
    # Given: each stands in the description, the audience, the prerequisites and the objectives of a lesson.
    lines = Counter(printed[name])
    marks = Typography("en")
    # Then
    assert {text for text in MARKS if sum(lines[line] for line in {text, marks.line(text)}) < 4} == set()


@pytest.mark.parametrize("name", FORMATS)
def test_titles_are_printed_as_they_are_written(printed: dict[str, list[str]], name: str) -> None:
    headings = "\n".join(printed[name])
    marks = Typography("en")
    missing = {
        text
        for number, text in enumerate(MARKS, start=1)
        if f"1.{number} {marks.line(text)}" not in headings and f"1.{number}: {marks.line(text)}" not in headings
    }
    assert missing == set()
    assert "= Chapter" in headings
    assert {"+ Summary", "1. Second"} <= set(printed[name])
    assert any(line.endswith(": - L") for line in printed[name])


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "md"])
def test_the_title_page_has_title_and_author_as_written(printed: dict[str, list[str]], name: str) -> None:
    # The Markdown book has no title page.
    assert "+ Ana" in printed[name]
    assert TITLE in printed[name]


def test_the_pdf_says_what_it_is_to_programs_as_written(printed: dict[str, list[str]]) -> None:
    assert printed["pdf metadata"] == [TITLE, "+ Ana", " ".join(MARKS)]


def test_contents_name_the_titles_as_written(printed: dict[str, list[str]]) -> None:
    # Given: formats whose contents are text in the file.
    for name in ("html", "epub", "docx", "pdf"):
        named = [line for line in printed[name] if "The <div> element" in line]
        assert len([line for line in named if "." in line]) >= 2, name


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(scalars, min_size=30, max_size=30))
def test_the_text_of_a_scalar_is_what_the_html_book_prints(tmp_path: Path, texts: list[str]) -> None:
    # Given: each as a title, as it stands in the file.
    lessons = "".join(f"  - title: {text}\n" for text in texts)
    outline = read_outline(f"course: {{title: C}}\nmodules:\n- title: M\n  lessons:\n{lessons}")
    # When
    lines = set(printed_html(outline, tmp_path))
    # Then
    marks = Typography("en")
    printed = [f"1.{number} {marks.line(text)}" for number, text in enumerate(texts, start=1)]
    assert [line for line in printed if " ".join(line.split()) not in lines] == []


def test_paragraphs_stay_paragraphs(tmp_path: Path) -> None:
    # Given: text that is wrapped, with a list in it.
    description = "For people who have\nnever done this:\n- plan\n- do\n\nAnd a second paragraph,\nwrapped."
    lines = printed_html(outline_of(("a",), description=description), tmp_path)
    # Then: on the title page and in the front matter.
    for paragraph in ("For people who have never done this:", "- plan", "- do", "And a second paragraph, wrapped."):
        assert lines.count(paragraph) == 2, paragraph


def test_several_authors_stand_side_by_side(tmp_path: Path) -> None:
    source = "course: {title: C, author: [Ana, = Bo]}\nmodules: [{title: M, lessons: [{title: L}]}]"
    lines = printed_html(read_outline(source), tmp_path)
    assert lines.count("Ana") == lines.count("= Bo") == 1
