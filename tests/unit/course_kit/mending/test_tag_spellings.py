"""Visual tags in whatever spelling become tags, and so do diagrams that a writer drew; code, links and prose do not."""

import pytest

from course_kit.mending.mended_text import mended
from course_kit.text.visual_tags import find_visual_tags


def described(text: str) -> list[str]:
    markdown = mended(f"# T\n\n{text}\n\nThe end.\n")
    assert mended(markdown) == markdown
    return [tag.description for tag in find_visual_tags(markdown)]


@pytest.mark.parametrize(
    "text",
    [
        "[VISUAL] a flow",
        "[VISUAL]: a flow",
        "***[VISUAL: a flow]***",
        "**VISUAL:** a flow",
        "**VISUAL: a flow**",
        "> VISUAL: a flow",
        "- VISUAL: a flow",
        "### VISUAL: a flow",
        "![Visual: a flow](https://x.org/a.png)",
        "[VISUAL: a flow](#)",
        "[[VISUAL: a flow]]",
        "<VISUAL: a flow>",
        "{VISUAL: a flow}",
        "(VISUAL: a flow)",
        "【VISUAL: a flow】",
        "\\[VISUAL: a flow\\]",
        "[VISUAL 1: a flow]",
        "[VISUAL #2: a flow]",
        "[Visual description: a flow]",
        "[Insert visual: a flow]",
        "[VISUEL : a flow]",
        "[VISUAL: a flow].",
        "[Figure 1: a flow]",
        "[Imagen: a flow]",
        "[Abbildung 2: a flow]",
        "[図: a flow]",
        "[图1：a flow]",
        "[صورة: a flow]",
    ],
)
def test_a_tag_in_any_spelling_is_one(text: str) -> None:
    assert described(text) == ["a flow"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[Visual: a] [Visual: b]", ["a", "b"]),
        ("[VISUAL: a] and [VISUAL: b]", ["a", "b"]),
        ("[Visual: arr[0] first]", ["arr[0] first"]),
        ("[VISUAL: an open [ bracket]", ["an open ( bracket"]),
        ("[Visual: the file `a.txt`]", ["the file `a.txt`"]),
        ("[Visual: two\nlines]", ["two lines"]),
    ],
)
def test_what_a_tag_says_stays(text: str, expected: list[str]) -> None:
    assert described(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "`[Visual: a flow]`",
        "    [Visual: a flow]",
        "```text\nVISUAL: a flow\n```",
        "[Visual - Basic](https://x.org) is old.",
        "[Visual: the sense](https://x.org) is a page.",
        "The kinds [visual - aural] differ.",
        "Visual: the sense of sight matters here.",
        "VISUAL: ",
        "The [Figure 1: x] stands in the text.",
        "[Image credits: NASA]",
        "(Figure 1: a flow)",
        "(Visual: that is what the eye gets.)",
        "[Diagram](https://x.org)",
    ],
)
def test_what_is_no_tag_stays(text: str) -> None:
    assert described(text) == []
    assert text.strip() in mended(f"# T\n\n{text}\n\nThe end.\n")


def test_what_a_writer_drew_is_a_tag_with_its_source_without_what_says_nothing() -> None:
    source = "---\ntitle: X\n---\n%% a comment\ngraph LR\n  A[one] --> B\n"
    assert described(f"```{{mermaid}}\n{source}```") == ["the diagram of this Mermaid source: graph LR; A[one] --> B"]
    # And: where depth is what it says, it stays.
    mindmap = "```mermaid\nmindmap\n  root\n    a\n      b\n    c\n```"
    assert described(mindmap) == ["the diagram of this Mermaid source: mindmap; - root; - - a; - - - b; - - c"]
    # And: a lesson on the language keeps its source, as an empty block stays one.
    assert described(f"## Mermaid\n\n```mermaid\n{source}```") == []
    assert described("```mermaid\n```") == []


def test_a_long_source_is_a_tag_however_long() -> None:
    source = "\n".join(f"A{number}[a label of number {number}] --> B{number}" for number in range(60))
    [description] = described(f"```mermaid\ngraph LR\n{source}\n```")
    assert description.endswith("A59[a label of number 59] --> B59")
