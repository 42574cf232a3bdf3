"""A passage of Markdown as pandoc's blocks: what each mark becomes, in which language's typography."""

import json
from pathlib import Path
from typing import Any

import pytest

from book_builder.book_document import read_document
from book_builder.book_parts import Passage
from book_builder.code_languages import language_of
from book_builder.document_sections import plain_text
from book_builder.formula_forms import with_settable_formulas
from book_builder.markdown_escapes import escape_inline, short_text
from book_builder.pandoc_nodes import math, para
from book_builder.pandoc_program import run_pandoc
from book_builder.typography import Typography
from tests.support.document_text import blocks_of, text_of

FILTER = Path(__file__).parents[3] / "lambdas/book_builder/templates/book.lua"


def blocks(markdown: str, language: str = "en") -> list[dict[str, Any]]:
    return blocks_of(read_document([Passage(markdown)], language))


def written(markdown: str, writer: str, folder: Path, language: str = "en") -> str:
    document = json.dumps(read_document([Passage(markdown)], language)).encode()
    arguments = ["--from=json", f"--to={writer}", f"--lua-filter={FILTER}", "--wrap=none"]
    return run_pandoc(arguments, folder, document).decode().strip()


@pytest.mark.parametrize(
    ("info", "language"),
    [
        ("c++", "cpp"),
        ("C#", "cs"),
        ("f#", "fsharp"),
        ("{python}", "python"),
        ("{.python}", "python"),
        ('python title="a.py"', "python"),
        ("yaml+jinja", "yaml"),
        ("python,linenos", "python"),
        ("sh", "bash"),
        ("postgresql", "sql"),
        ("", ""),
        ("名前", ""),
        ('x"y', ""),
    ],
)
def test_a_fences_language_is_the_one_that_highlighters_know(info: str, language: str) -> None:
    assert language_of(info) == language


def test_no_fence_prints_its_language_as_code(tmp_path: Path) -> None:
    for info in ("c++", "c#", "{python}", "yaml+jinja", "名前"):
        assert written(f"```{info}\nint x = 1;\n```", "typst", tmp_path).split("\n")[1] == "int x = 1;"


@pytest.mark.parametrize(
    ("markdown", "title"),
    [
        ("> [!NOTE]\n> Text.", "Note"),
        ("> [!warning] Mind the gap\n> Text.", "Mind the gap"),
        ("> [!TIP] About `ls` and $x$\n> Text.", "About ls and x"),
        ("> [!IMPORTANT]\n>\n> Text.", "Important"),
    ],
)
def test_an_admonition_is_a_box_with_its_own_title(markdown: str, title: str) -> None:
    box = blocks(markdown)[0]
    assert box["c"][0][1][0] == "box"
    assert plain_text(box["c"][1][0]["c"][1]) == title
    assert text_of(box["c"][1][1:]) == "Text."


def test_a_quotation_stays_one() -> None:
    assert [block["t"] for block in blocks("> Said [!NOTE] once.\n\n> [!UNKNOWN] kind")] == ["BlockQuote", "BlockQuote"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "He said “it’s ‘fine’” – see 2019–2021—really."),
        ("de", "He said „it’s ‚fine‘“ – see 2019–2021—really."),
        ("es-MX", "He said «it’s “fine”» – see 2019–2021—really."),
        ("fr", "He said «\u00a0it’s ‹\u00a0fine\u00a0›\u00a0» – see 2019–2021—really."),
    ],
)
def test_quotes_and_dashes_are_the_languages_own(language: str, expected: str) -> None:
    text = "He said \"it's 'fine'\" -- see 2019--2021---really."
    assert text_of(blocks(text, language)).replace("\u00a0", " ") == expected.replace("\u00a0", " ")


def test_code_and_options_keep_their_quotes_and_hyphens() -> None:
    text = 'Run `echo "a" -- b` with --all-namespaces, x - 1 and -o.\n\n```\n"x" -- y\n```\n'
    first, second = blocks(text)
    assert plain_text(first["c"]) == 'Run echo "a" -- b with --all-namespaces, x - 1 and -o.'
    assert second["c"][1] == '"x" -- y'


def test_a_title_is_set_in_the_same_typography() -> None:
    assert Typography("en").line('The "best" *way* -- https://x.y') == "The “best” *way* – https://x.y"


def test_lists_tables_and_notes_are_what_they_are_in_markdown() -> None:
    text = "3. three\n4. four\n\n- [x] done\n- [ ] open\n\n---\n\nNote[^1].\n\n[^1]: Here."
    kinds = [block["t"] for block in blocks(text)]
    assert kinds == ["OrderedList", "BulletList", "HorizontalRule", "Para"]
    assert blocks("3. three")[0]["c"][0][0] == 3
    assert text_of(blocks("- [x] done")) == "☒ done"
    assert "Here." in text_of(blocks("Note[^1].\n\n[^1]: Here."))


def test_lines_of_wide_scripts_join_without_a_space() -> None:
    assert plain_text(blocks("これは\n文です")[0]["c"]) == "これは文です"
    assert plain_text(blocks("one\ntwo")[0]["c"]) == "one two"


def test_characters_that_no_xml_holds_are_left_out() -> None:
    assert text_of(blocks("a\x00b\x1b[0m\ufffe")) == "ab[0m"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**Pods** are the *smallest* unit", "**Pods** are the *smallest* unit"),
        ("1. A pod runs containers", r"1\. A pod runs containers"),
        ("- starts with a dash", r"\- starts with a dash"),
        ("+ plus", r"\+ plus"),
        ("2024. The year", r"2024\. The year"),
        ("`kubectl get` lists; $x^2$", "`kubectl get` lists; $x^2$"),
        ("a → b & c < d", r"a → b \& c \< d"),
        ("``a`b`` code", "``a`b`` code"),
        ("# hash", r"\# hash"),
        ("Use `a|b` or $P(A|B)$", r"Use `a|b` or $P(A\vert B)$"),
        ("How List<String> stores [items](x)", r"How List\<String\> stores &#91;items&#93;(x)"),
        ("$5 to $10", r"\$5 to \$10"),
        ("The <div> element", r"The \<div\> element"),
    ],
)
def test_a_short_text_keeps_what_it_says(text: str, expected: str) -> None:
    assert short_text(text) == expected
    # And: as a paragraph of the book it is one line of text, never a list or a heading.
    assert [block["t"] for block in blocks(short_text(text))] == ["Para"]


def test_plain_text_is_never_read_as_markdown() -> None:
    for text in ("*a* `b` $c$ [d](e)", "1. x", "> quote", "| a |", "~~x~~", "&amp;", "#x"):
        assert plain_text(blocks(escape_inline(text))[0]["c"]) == text


def test_every_format_gets_a_formula_of_its_own_and_words_for_who_cannot_see_it(tmp_path: Path) -> None:
    text = r"Mean $\bar{x}=\frac{1}{n}$ and" + "\n\n$$\n\\sum_i x_i\n$$\n"
    html = written(text, "html5", tmp_path)
    assert html.count("<math alttext=") == 2 and "annotation" not in html and "\\bar" not in html
    assert 'alttext="macron(x) = 1 / n"' in html
    typst = written(text, "typst", tmp_path)
    assert '#math.equation(block: false, alt: "macron(x) = 1 / n", $macron(x) = 1 / n$)' in typst
    assert "#math.equation(block: true" in typst
    assert r"$\bar{x}=\frac{1}{n}$" in written(text, "gfm", tmp_path)


def test_a_formula_that_pandoc_does_not_know_is_set_by_other_words_and_never_lost() -> None:
    # Given: one that only the other parser knows, and one that nobody does.
    blocks = with_settable_formulas(
        [para([math(r"\textbf{bold} x", is_displayed=False)]), para([math(r"\foo", is_displayed=False)])]
    )
    assert "Math" in json.dumps(blocks[0])
    assert blocks[1]["c"] == [{"t": "Code", "c": [["", [], []], r"\foo"]}]


def test_signs_that_typst_has_renamed_are_written_as_today(tmp_path: Path) -> None:
    typst = written(r"$A \cap B \otimes \text{sect}$", "typst", tmp_path)
    assert "$A inter B times.o" in typst
    assert "sect" in typst.split("$")[1]
