"""Web addresses in plain and short texts arrive as they were written, in print and behind the link."""

from collections.abc import Iterator

import pytest

from book_builder.book_document import read_document
from book_builder.book_parts import Heading, Passage
from book_builder.document_sections import plain_text
from book_builder.markdown_escapes import escape_inline, link_to, short_text
from tests.support.document_text import blocks_of


def read(markdown: str) -> tuple[str, list[str]]:
    """Return what a passage shows, and where its links lead."""
    blocks = blocks_of(read_document([Passage(markdown)], "en"))
    return plain_text(blocks), list(targets_in(blocks))


def targets_in(node: object) -> Iterator[str]:
    match node:
        case {"t": "Link", "c": [_, _, [str(target), _]]}:
            yield target
        case dict():
            yield from targets_in(list(node.values()))
        case list():
            for inner in node:
                yield from targets_in(inner)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("See https://example.org/a_b?x=1&y=2 now", "https://example.org/a_b?x=1&y=2"),
        ("https://example.org/C_(language).", "https://example.org/C_(language)"),
        ("(https://example.org/~user/__init__.py#a)", "https://example.org/~user/__init__.py#a"),
        ("On www.example.org/a_b, too", "http://www.example.org/a_b"),
        ("https://example.org/{id}/*", "https://example.org/%7Bid%7D/"),
        ("http://localhost:8080/_cat/indices?v", "http://localhost:8080/_cat/indices?v"),
        ("https://example.org/a|b", "https://example.org/a%7Cb"),
    ],
)
def test_an_address_is_shown_and_followed_as_it_was_written(text: str, target: str) -> None:
    shown, targets = read(escape_inline(text))
    assert shown == text
    assert [found.replace("{", "%7B").replace("}", "%7D") for found in targets] == [target]


@pytest.mark.parametrize(
    "text",
    [
        "www. alone",
        "http://",
        "a_b@example.org and _c@example.org",
        "xhttps://a_b_c",
        '"https://a_b_c"',
        "a@b",
    ],
)
def test_what_is_no_address_is_shown_as_it_was_written(text: str) -> None:
    assert read(escape_inline(text)) == (text.replace('"', "“", 1).replace('"', "”"), [])


def test_a_mail_address_without_escapes_is_a_link_as_before() -> None:
    assert read(escape_inline("Ask ana.nunez@example.org")) == (
        "Ask ana.nunez@example.org",
        ["mailto:ana.nunez@example.org"],
    )


def test_an_option_of_a_quiz_shows_its_address_whole() -> None:
    text = "`GET` https://api.example.org/v1/users?sort_by=name&page=2"
    shown, targets = read(short_text(text))
    assert shown == text.replace("`", "")
    assert targets == ["https://api.example.org/v1/users?sort_by=name&page=2"]


def test_an_address_in_a_title_is_shown_as_it_was_written() -> None:
    title = "What https://example.org/a_b serves"
    document = read_document([Heading(2, title, "section-1-1", "1.1")], "en")
    assert plain_text(blocks_of(document)) == f"1.1 {title}"


def test_a_link_whose_text_is_an_address_is_one_link() -> None:
    text = "1.1 See https://example.org/a_b"
    blocks = blocks_of(read_document([Heading(2, "T", "section-1-1"), Passage(link_to("#section-1-1", text))], "en"))
    assert plain_text(blocks[1:]) == text
    assert list(targets_in(blocks)) == ["#section-1-1"]
