"""A model's Markdown for the checks: tokens, paragraphs, and markup that a book cannot print."""

import re
from collections.abc import Iterator

from markdown_it.token import Token

from course_kit.markdown.math import MATH_INLINE
from course_kit.markdown.reader import markdown_reader

LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
"""A line break inside a table cell has no Markdown, so writers use this; the book prints it."""
_SCHEME = re.compile(r"^\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_WEB_SCHEMES = frozenset({"http", "https", "mailto"})
_SHOWN_CHARACTERS = 60


def parse_markdown(markdown: str) -> list[Token]:
    """Return the tokens of a text from `markdown_reader`."""
    return markdown_reader().parse(markdown)


def paragraphs(tokens: list[Token], *, with_headings: bool = True) -> list[str]:
    """Return the prose of a text: paragraphs, items and cells in order, without code and block quotations."""
    texts: list[str] = []
    quoted = 0
    for position, token in enumerate(tokens):
        quoted += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if quoted:
            continue
        if token.type == "inline" and (with_headings or tokens[position - 1].type != "heading_open"):
            texts.append("".join(_visible(child) for child in token.children or []))
        elif token.type == "html_block":
            texts.append(token.content)
    return texts


def markup_faults(tokens: list[Token]) -> Iterator[str]:
    """Yield the faults of a text's markup: HTML, links that run code, pictures from other sites."""
    for token in tokens:
        if token.type == "html_block":
            yield _html_fault(token.content)
        for child in token.children or []:
            if child.type == "html_inline" and not LINE_BREAK.fullmatch(child.content):
                yield _html_fault(child.content)
            elif child.type == "link_open":
                target = str(child.attrGet("href") or "")
                scheme = _SCHEME.match(target)
                if scheme and scheme[1].lower() not in _WEB_SCHEMES:
                    yield f"the link to `{_shown(target)}` is not a link to a web page: leave it out"
            elif child.type == "image":
                source = str(child.attrGet("src") or "")
                yield f"the picture `{_shown(source)}` is not the book's: say in words what it would show"


def is_unclosed_fence(token: Token, markdown: str) -> bool:
    """Whether a token is a code block that ends only with the text."""
    if token.type != "fence" or token.map is None:
        return False
    last_line = markdown.split("\n")[token.map[1] - 1].strip(" >")
    is_end = set(last_line) == {token.markup[0]} and len(last_line) >= len(token.markup)
    return token.map[1] - token.map[0] < 2 or not is_end  # noqa: PLR2004


def _html_fault(html: str) -> str:
    return (
        f"`{_shown(html)}` is HTML, which is not printed: write it as Markdown, or between backticks when it is meant "
        "to be read"
    )


def _visible(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    return "" if token.type in ("code_inline", MATH_INLINE) else token.content


def _shown(text: str) -> str:
    line = " ".join(text.split()).replace("`", "'")
    return line if len(line) <= _SHOWN_CHARACTERS else line[:_SHOWN_CHARACTERS] + "…"
