"""One reading of Markdown: formulas and money, emphasis beside every script, tables with pipes."""

import pytest

from course_kit.markdown.reader import short_text_reader
from course_kit.markdown.tables import tidy_tables
from course_kit.markdown.text import paragraphs, parse_markdown


def formulas(text: str) -> list[str]:
    return [
        token.content
        for block in parse_markdown(text)
        for token in [block, *(block.children or [])]
        if token.type in ("math_inline", "math_block")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"The mean is $\bar{x} = \frac{1}{n}\sum x_i$.", [r"\bar{x} = \frac{1}{n}\sum x_i"]),
        ("$a_1 * b_1 + a_2 * b_2$ has no emphasis", ["a_1 * b_1 + a_2 * b_2"]),
        (r"See \( L(\theta) \) and \[ x^2 \] here.", [r"L(\theta)", "x^2"]),
        ("$$E = mc^2$$ in a line", ["E = mc^2"]),
        ("$$\n- a\n+ b\n= c\n$$", ["- a\n+ b\n= c"]),
        ("Text right before:\n$$\nx\n$$\nand after", ["x"]),
        ("\\[\nx = 1\n\n+ 2\n\\]", ["x = 1\n+ 2"]),
        ("\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}", ["\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}"]),
        ("1. First $a$\n\n   $$\n   b\n   $$\n", ["a", "b"]),
        ("> $$\n> q\n> $$", ["q"]),
        ("the $n$th, $k$-means, $x^2$s", ["n", "k", "x^2"]),
        ("GitHub's $`x_1`$", ["x_1"]),
        ("| a | b |\n|---|---|\n| $x$ | $$y$$ |", ["x", "y"]),
        ("# Heading with $x$", ["x"]),
        ("参数$\\theta$的梯度", [r"\theta"]),
        ("$5$ and $0.5$ and $10\\%$", ["5", "0.5", r"10\%"]),
    ],
)
def test_formulas_are_read_in_all_their_marks(text: str, expected: list[str]) -> None:
    assert formulas(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 to $10 a month.",
        "Between $1,000–$2,000, or US$5 and A$7.",
        "5$/month against 10$.",
        "$5 (about 4€, or 600¥ in $)",
        "The parameters $1 and $2; in a row $1,$2,$3.",
        "$HOME and $PATH:$HOME and $MY_VAR:$OTHER",
        r"escaped \$5 and \$6",
        r"usage: tool \[OPTIONS\] FILE",
        "`$x$` and `\\(y\\)`",
        "```\n$$\nx\n$$\n```",
        "$$ never closed\n\nnext paragraph",
        "$ x $ with spaces",
        "**$5** to **$10**",
    ],
)
def test_money_variables_and_code_are_no_formulas(text: str) -> None:
    assert formulas(text) == []


@pytest.mark.parametrize(
    ("text", "bold"),
    [
        ("これは**「重要なこと」**です。", "「重要なこと」"),
        ("**注意：**本文。", "注意："),
        ("设置**「自动」**模式，**历经10年发展，**年。", "「自动」历经10年发展，"),
        ("**마크다운(Markdown)**을 쓴다.", "마크다운(Markdown)"),
        ('**Note:**text and **"quoted"**text', 'Note:"quoted"'),
        ("**A（B）**は", "A（B）"),
        ("snake_case_name, A* and B*, 2 * 3 * 4", ""),
        ("5 ** 2", ""),
    ],
)
def test_bold_is_bold_beside_any_punctuation(text: str, bold: str) -> None:
    found, is_open = "", False
    for token in parse_markdown(text)[1].children or []:
        is_open = {"strong_open": True, "strong_close": False}.get(token.type, is_open)
        found += token.content if is_open else ""
    assert found == bold


def test_formulas_are_no_prose() -> None:
    assert paragraphs(parse_markdown(r"The sum $\sum_i x_i$ grows.")) == ["The sum  grows."]


def rows(markdown: str) -> list[list[str]]:
    table: list[list[str]] = []
    for number, token in enumerate(tokens := parse_markdown(tidy_tables(markdown))):
        if token.type == "tr_open":
            table.append([])
        elif token.type == "inline" and tokens[number - 1].type in ("th_open", "td_open"):
            table[-1].append("".join(child.content for child in token.children or []))
    return table


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("| F | E |\n|---|---|\n| pipe | `cat a | grep b` |", [["F", "E"], ["pipe", "cat a | grep b"]]),
        ("| a | b | c |\n|--|--|--|\n| `||` | or | `x || y` |", [["a", "b", "c"], ["||", "or", "x || y"]]),
        ("| a | b |\n|--|--|\n| `x \\| y` | z \\| w |", [["a", "b"], ["x | y", "z | w"]]),
        ("| a | b |\n|--|--|\n| one | two | three |", [["a", "b"], ["one", "two | three"]]),
        ("| a | b |\n|--|--|\n| $P(A|B)$ | x |", [["a", "b"], ["P(A|B)", "x"]]),
        ("|---|---|\n| no | head |", [["", ""], ["no", "head"]]),
        ("| a | b | c |\n|---|---|\n| 1 | 2 | 3 |", [["a", "b", "c"], ["1", "2", "3"]]),
        ("Right under a sentence:\n| a | b |\n|---|---|\n| 1 | 2 |", [["a", "b"], ["1", "2"]]),
        ("> | a | b |\n> |---|---|\n> | `x|y` | z |", [["a", "b"], ["x|y", "z"]]),
        ("a | b\n--|--\n1 | 2", [["a", "b"], ["1", "2"]]),
    ],
)
def test_a_table_keeps_the_text_of_every_cell(text: str, expected: list[list[str]]) -> None:
    assert rows(text) == expected
    # And: what is tidy stays as it is.
    assert tidy_tables(tidy_tables(text)) == tidy_tables(text)


@pytest.mark.parametrize(
    "text",
    ["```\n| a |\n|---|---|\n| `b|c` |\n```\n", "a | b\n\n---\n\nnext", "Setext | heading\n---\ntext", "no table"],
)
def test_what_is_no_table_stays_as_it_is(text: str) -> None:
    assert tidy_tables(text) == text


def test_in_a_short_text_code_emphasis_and_formulas_are_read_and_nothing_else() -> None:
    kinds = [
        token.type
        for token in short_text_reader()
        .parseInline("`a` **b** $c$ [d](e) <f> [VISUAL: g] ![h](i) https://j.k")[0]
        .children
        or []
        if token.type != "text"
    ]
    assert kinds == ["code_inline", "strong_open", "strong_close", "math_inline"]
