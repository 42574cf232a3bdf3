"""The top-level blocks of a lesson: paragraphs, lists, tables, quotations and code, each with its exact source text."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property

from markdown_it import MarkdownIt
from markdown_it.token import Token

from course_editor.checks.spoken_text import SpokenText, spoken_text
from course_kit.markdown.prose import CODE_BLOCKS
from course_kit.markdown.reader import VISUAL_TAG, markdown_reader, new_reader

_LINE_END = re.compile(r"\r\n?|\n")


class BlockKind(StrEnum):
    """What a block is."""

    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    QUOTE = "quote"
    """A quotation, or a box such as a note."""
    CODE = "code"


_KINDS = {
    "paragraph_open": BlockKind.PARAGRAPH,
    "bullet_list_open": BlockKind.LIST,
    "ordered_list_open": BlockKind.LIST,
    "table_open": BlockKind.TABLE,
    "blockquote_open": BlockKind.QUOTE,
    "fence": BlockKind.CODE,
    "code_block": BlockKind.CODE,
}


@dataclass(frozen=True)
class CodeSample:
    """One block of code, by itself or in a list."""

    language: str
    """Lower case, empty for none."""
    code: str


@dataclass(frozen=True)
class Block:
    """One block. ``source`` is the lesson's Markdown from ``start`` to ``end``."""

    kind: BlockKind
    start: int
    end: int
    source: str
    heading: str
    """The heading above it, as Markdown; empty before the first heading."""
    texts: tuple[str, ...]
    """The Markdown of its paragraphs, items and cells in order, without code blocks."""
    rows: tuple[tuple[str, ...], ...] = ()
    """The cells of a table, the first row being its head."""
    codes: tuple[CodeSample, ...] = ()

    @cached_property
    def spoken(self) -> tuple[SpokenText, ...]:
        """What its ``texts`` say, in the same order."""
        return tuple(map(spoken_text, self.texts))

    @cached_property
    def folded(self) -> str:
        """Its source without upper case, for a quick search."""
        return unicodedata.normalize("NFC", self.source).casefold()


@cache
def _block_reader() -> MarkdownIt:
    """Return the project's parser without what reads the inside of a line: it takes half of the time."""
    reader = new_reader()
    reader.core.ruler.disable("inline")
    return reader


def blocks_of(markdown: str) -> tuple[Block, ...]:
    """Return the blocks of a lesson in order. Headings, rules, formulas, figures and footnotes are no blocks."""
    return tuple(_blocks(markdown))


def _blocks(markdown: str) -> Iterator[Block]:
    starts = [0, *(end.end() for end in _LINE_END.finditer(markdown)), len(markdown)]
    heading = ""
    for group in _top_level(_block_reader().parse(markdown)):
        first = group[0]
        if first.type == "heading_open":
            heading = group[1].content
        kind = _KINDS.get(first.type)
        if kind is None or first.map is None or _is_figure(group):
            continue
        start, stop = (starts[min(line, len(starts) - 1)] for line in first.map)
        source = markdown[start:stop].rstrip()
        yield Block(
            kind,
            start,
            start + len(source),
            source,
            heading,
            tuple(token.content for token in group if token.type == "inline"),
            tuple(_rows(group)) if kind is BlockKind.TABLE else (),
            tuple(CodeSample(_language(token), token.content) for token in group if token.type in CODE_BLOCKS),
        )


def _top_level(tokens: list[Token]) -> Iterator[list[Token]]:
    group: list[Token] = []
    depth = 0
    for token in tokens:
        group.append(token)
        depth += token.nesting
        if depth == 0:
            yield group
            group = []


def _is_figure(group: list[Token]) -> bool:
    """Whether a paragraph holds nothing but visual tags and pictures."""
    if group[0].type != "paragraph_open" or not group[1].content.startswith(("[VISUAL:", "![")):
        return False
    children = markdown_reader().parseInline(group[1].content)[0].children or []
    return all(child.type in (VISUAL_TAG, "image") or not child.content.strip() for child in children)


def _rows(group: list[Token]) -> Iterator[tuple[str, ...]]:
    row: list[str] = []
    for token in group:
        if token.type == "tr_open":
            row = []
        elif token.type == "inline":
            row.append(token.content)
        elif token.type == "tr_close":
            yield tuple(row)


def _language(token: Token) -> str:
    words = token.info.split()
    return words[0].casefold() if words else ""
