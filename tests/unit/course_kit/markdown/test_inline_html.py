"""HTML of a model becomes the Markdown that it means; a text that speaks of an element keeps its words."""

import pytest

from course_kit.markdown.text import markup_faults, parse_markdown
from course_kit.mending.mended_text import mended


def body(text: str) -> str:
    markdown = mended(f"# T\n\n{text}\n")
    assert mended(markdown) == markdown
    return markdown.removeprefix("# T\n\n").removesuffix("\n")


@pytest.mark.parametrize(
    "text",
    [
        "The <div> element and the <p> element are blocks.",
        "The <b> and </b> tags make text bold, <u> and </u> underline it.",
        "A <section> holds an <article>; </section> ends it.",
        "Use <span> where no other element fits.",
        "The <summary> element gives <details> its heading.",
        "The <sub> element lowers, the <sup> element raises.",
        "The <code> element is for code.",
        "- <div>\n- <p>\n- <span>",
        "Type `<b>`, then text, then `</b>`.",
    ],
)
def test_a_text_that_speaks_of_an_element_keeps_its_words(text: str) -> None:
    shown = body(text).replace("\\<", "<")
    assert shown == text
    assert not list(markup_faults(parse_markdown(body(text))))


def test_a_heading_that_names_an_element_keeps_its_name() -> None:
    assert body("## The <div> element\n\nText.") == "## The \\<div> element\n\nText."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<kbd><kbd>Ctrl</kbd>+<kbd>C</kbd></kbd>.", "`Ctrl`+`C`."),
        ("<kbd>`</kbd> is a key.", "`` ` `` is a key."),
        ("<code>List&lt;T&gt;</code> and <code>a`b</code>.", "`List<T>` and ``a`b``."),
        ("<code>Map<String, Integer></code>.", "`Map<String, Integer>`."),
        ("The 1<sup>st</sup> and the 2<sup>nd</sup>.", "The 1st and the 2nd."),
        ("10<sup>−6</sup>, x<sub>i,j</sub>, e<sup>iπ</sup>.", "10⁻⁶, x_(i,j), e^iπ."),
        ("<sub>Source: the authors.</sub>", "Source: the authors."),
        ('<span style="color:red">Never</span> do it.', "Never do it."),
        ("<b>**bold**</b> and **<b>bold</b>**.", "**bold** and **bold**."),
        ("<b>bold `code` bold</b>.", "**bold `code` bold**."),
        ('<a href="https://x.org/a_(b)" target="_blank">x</a>.', "[x](https://x.org/a_%28b%29)."),
        ('<a id="top"></a>Text.', "Text."),
        ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>字。", "漢（かん）字。"),
        ("<div class='note'>\nText.\n</div>", "Text."),
        ("Text.\n\n<!-- a note -->\n\nMore.", "Text.\n\n\nMore."),
        ("Text.\n<hr>\nMore.", "Text.\n\n***\n\nMore."),
        ("| a | b |\n|---|---|\n| <ul><li>x</li><li>y</li></ul> | z |", "| a | b |\n|---|---|\n| • x<br>• y | z |"),
    ],
)
def test_html_within_a_line_becomes_markdown(text: str, expected: str) -> None:
    assert body(text).strip() == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<ul>\n<li>one</li>\n<li>two <b>bold</b></li>\n</ul>", "- one\n- two **bold**"),
        ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "1. a\n   - b\n2. c"),
        ("<h3>Title</h3>\n\nText.", "### Title\n\n\nText."),
        (
            '<pre><code class="language-java">List&lt;T&gt; x;\n  y();</code></pre>',
            "```java\nList<T> x;\n  y();\n```",
        ),
        (
            "<table>\n<tr><th>a</th><th>b|c</th></tr>\n<tr><td>1</td><td><code>x</code></td></tr>\n</table>",
            "| a | b\\|c |\n|---|---|\n| 1 | `x` |",
        ),
        ("<blockquote><p>Said so.</p></blockquote>", ">\n> Said so.\n>"),
    ],
)
def test_a_block_of_html_becomes_markdown(text: str, expected: str) -> None:
    assert body(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "<ul><li onclick=alert(1)>x</li></ul>",
        '<table><tr><td colspan="2">x</td></tr><tr><td>1</td><td>2</td></tr></table>',
        "<ul><li><script>alert(1)</script></li></ul>",
        '<span style="background:url(https://x.org)">x</span>',
        '<b style="width:expression(alert(1))">x</b>',
        '<p onmouseover="x()">Text.</p>',
        "<div>\n<iframe src='x'></iframe>\n</div>",
        '<a href="https://x.org" onclick="x()">x</a>',
    ],
)
def test_html_that_acts_or_has_no_markdown_is_refused_by_name(text: str) -> None:
    assert list(markup_faults(parse_markdown(body(text))))


def test_code_keeps_its_html() -> None:
    text = "```html\n<div>\n<!-- c -->\n<ul><li>x</li></ul>\n</div>\n```\n\nUse `<b>x</b>` so.\n\n    <p>y</p>\n\nEnd."
    assert body(text) == text
