"""Pages are in plain English: short lines, short sentences, titles that are nouns."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

PROJECT = Path(__file__).resolve().parents[3]
PAGES = sorted([*PROJECT.glob("*.md"), *PROJECT.glob(".github/*.md"), *PROJECT.glob("docs/**/*.md")])
LINE_LENGTH = 120
SENTENCE_WORDS = 25
README_LINES = 120

_MARKDOWN = MarkdownIt("commonmark").enable("table")
# A sentence ends at its full stop, question or exclamation mark where the next word is no lower-case one.
_SENTENCE_END = re.compile(r"""(?<=[.!?…])["”’')]*\s+(?=["“‘'(]*[A-Z0-9])""")
_ASKS = re.compile(r"^(What|How|When|Where|Who|Whom|Whose|Why)\b")
_FINITE_VERB = re.compile(
    r"\b(is|are|was|were|has|have|had|does|do|did|can|cannot|could|will|would|must|should|may|might|goes|gets|takes)\b"
)


def faults_of(text: str) -> Iterator[str]:
    """Everything of a page that is not plain, each with its line."""
    tokens = _MARKDOWN.parse(text)
    yield from _long_lines(text, tokens)
    for before, token in pairwise(tokens):
        if token.type != "inline" or token.map is None:
            continue
        words = _words_of(token)
        if before.type == "heading_open" and (_ASKS.match(words) or _FINITE_VERB.search(words)):
            yield f"line {token.map[0] + 1}: a title that is no noun: {words}"
        elif before.type == "paragraph_open":
            for sentence in _SENTENCE_END.split(words):
                if (count := len(re.findall(r"\S*\w\S*", sentence))) > SENTENCE_WORDS:
                    yield f"line {token.map[0] + 1}: a sentence of {count} words: {sentence}"


def _long_lines(text: str, tokens: list[Token]) -> Iterator[str]:
    """Long lines outside tables and code; where a link leads to does not count."""
    free = {
        line
        for token in tokens
        if token.map and token.type in ("table_open", "fence", "code_block")
        for line in range(*token.map)
    }
    for number, line in enumerate(text.splitlines()):
        shown = re.sub(r"!\[.*\]\([^)]*\)|(?<=\])\([^)]*\)|https?://\S+", "", line)
        if number not in free and len(shown) > LINE_LENGTH:
            yield f"line {number + 1}: {len(shown)} characters"


def _words_of(inline: Token) -> str:
    """What is read aloud: code is one word, a picture none."""
    said = {"code_inline": "Code", "softbreak": " ", "hardbreak": " ", "image": "", "html_inline": ""}
    return "".join(said.get(token.type, token.content) for token in inline.children or [])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_in_plain_english(page: Path) -> None:
    assert list(faults_of(page.read_text(encoding="utf-8"))) == []


def test_the_readme_is_short() -> None:
    assert len((PROJECT / "README.md").read_text(encoding="utf-8").splitlines()) < README_LINES


WORDS = " ".join(["W", *["w"] * (SENTENCE_WORDS - 1)])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"One\n{WORDS}.", "line 1: a sentence of 26 words"),
        (f"Short. One\n{WORDS}.", "line 1: a sentence of 26 words"),
        (f"# Title\n\n- item\n- another\n  {WORDS}", "line 4: a sentence of 26 words"),
        ("x" * 121, "line 1: 121 characters"),
        ("## What of it is live", "line 1: a title that is no noun"),
        ("## Versions that are live", "line 1: a title that is no noun"),
    ],
)
def test_what_is_not_plain_is_found(text: str, fault: str) -> None:
    [found] = faults_of(text)
    assert found.startswith(fault)


@pytest.mark.parametrize(
    "text",
    [
        f"Some of it.\n{WORDS}",
        f"Another\n`{WORDS}`\nword.",
        f"| {WORDS} {WORDS} | {WORDS} |\n|---|---|\n| a | b |",
        f"```sh\n{WORDS} {WORDS}\n```",
        f"- item\n\n  ```sh\n  {WORDS} {WORDS}\n  ```",
        f"See [there](https://example.com/{'x' * 121}).",
        "## Versions and the `live` alias",
    ],
)
def test_what_is_plain_is_let_through(text: str) -> None:
    assert list(faults_of(text)) == []
