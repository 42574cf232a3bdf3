"""Tables for pages: column widths from the content, smaller letters for a wide table, records for one still too wide.

Screens scroll; pages of paper and e-books do not. Without column widths, a long word would run into the next column or
over the edge. So pandoc gets widths that are computed from the cells.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pydantic import JsonValue

from book_builder import pandoc_nodes as pandoc
from book_builder.document_sections import plain_text
from book_builder.pandoc_nodes import Node

SMALL_TABLE = "small-table"
"""Class of the division around a table in smaller letters."""
RECORDS = "records"
"""Class of the division around a table's rows as lists."""
# A column of long sentences needs no more letters than this; the rest is shared by the columns' text.
_MOST_WANTED = 60
_CODE_WIDER = 1.18


@dataclass(frozen=True)
class _Line:
    """The room in a line of a table, in letters; a letter is about half as wide as high."""

    room: float
    padding: float
    """The padding of a cell."""
    longest_word: float
    """The longest word that is not broken (`book.typ` and `epub.css` break longer ones)."""


@dataclass(frozen=True)
class _Page:
    """A format's room for tables, in normal and in small letters."""

    usual: _Line
    small: _Line
    wider: float = 1.0
    """The factor by which a reader's fonts may be wider than ours."""
    are_columns_equal: bool = False
    """Whether columns without a width get equal widths."""


# 162 mm at 9.3 points, and at 7.5.
_PAPER = _Page(usual=_Line(98, 3.2, 18), small=_Line(122, 2.4, 13))
# The width of a small e-reader at its default letter size.
_E_BOOK = _Page(usual=_Line(58, 2.2, 14), small=_Line(74, 2.2, 11))
_PAGES = {
    "typst": _PAPER,
    "docx": replace(_PAPER, wider=1.25, are_columns_equal=True),
    "epub": _E_BOOK,
}
PAGED_FORMATS = frozenset(_PAGES)


@dataclass(frozen=True)
class _Column:
    """The needs of a column in letters: its longest word and its longest line."""

    word: float
    line: float


def with_printed_tables(blocks: Sequence[Node], format_name: str) -> list[Node]:
    """Return blocks whose tables fit a page of one of the ``PAGED_FORMATS``."""
    page = _PAGES[format_name]

    def fitted(node: Node) -> list[Node]:
        return [_fitted(node, page)] if node["t"] == "Table" else [node]

    return pandoc.changed(blocks, fitted)


def _fitted(table: Node, page: _Page) -> Node:
    rows = list(_rows(table))
    columns = [_column([row[number] for row in rows], page.wider) for number in range(len(rows[0]))] if rows else []
    if not columns:
        return table
    for line in (page.usual, page.small):
        free = line.room - line.padding * len(columns)
        least = [min(column.word, line.longest_word) for column in columns]
        if sum(least) <= free:
            widths = _widths(columns, least, free)
            if widths is None and page.are_columns_equal:
                widths = [column.line for column in columns]
            sized = _with_widths(table, widths, line)
            return pandoc.div([sized], [SMALL_TABLE]) if line is page.small else sized
    return _records(table)


def _widths(columns: Sequence[_Column], least: Sequence[float], free: float) -> list[float] | None:
    """Return the width of each column in letters; None when all lines fit without widths."""
    if sum(column.line for column in columns) <= free:
        return None
    wanted = [max(min(column.line, _MOST_WANTED) - width, 0.0) for column, width in zip(columns, least, strict=True)]
    widths, left = list(least), free - sum(least)
    # Narrow columns first: numbers and short words stay on one line.
    for position, number in enumerate(sorted(range(len(columns)), key=wanted.__getitem__)):
        share = min(wanted[number], left / (len(columns) - position))
        widths[number] += share
        left -= share
    lines = sum(column.line for column in columns)
    return [width + left * column.line / lines for width, column in zip(widths, columns, strict=True)]


def _with_widths(table: Node, widths: list[float] | None, line: _Line) -> Node:
    if widths is None:
        return table
    match table["c"]:
        case [attributes, caption, list(columns), *rest]:
            shares = [round((width + line.padding) / line.room, 4) for width in widths]
            sized: list[JsonValue] = [
                [column[0], {"t": "ColWidth", "c": share}]
                for column, share in zip(columns, shares, strict=True)
                if isinstance(column, list)
            ]
            return {"t": "Table", "c": [attributes, caption, sized, *rest]}
    return table


def _records(table: Node) -> Node:
    """Return a table's rows as lists, each cell after its column's heading."""
    rows = list(_rows(table))
    heads = rows[0]
    records: list[Node] = []
    for row in rows[1:]:
        entries = [
            [pandoc.plain([*_behind_heading(head), *cell])] for head, cell in zip(heads, row, strict=True) if cell
        ]
        records.append(pandoc.bullet_list(entries))
    return pandoc.div(records, [RECORDS])


def _behind_heading(head: Sequence[Node]) -> list[Node]:
    return [pandoc.inline("Strong", [*head, {"t": "Str", "c": ":"}]), {"t": "Space"}] if head else []


def _rows(table: Node) -> Iterator[list[list[Node]]]:
    """Yield the cells of each row as inlines, the head first; a table without a head has an empty head."""
    match table["c"]:
        case [_, _, list(columns), [_, list(head)], [[_, _, _, list(body)]], _]:
            yield from (_cells_of(row) for row in (head or [[None, [[None, None, 1, 1, []] for _ in columns]]]))
            yield from (_cells_of(row) for row in body)


def _cells_of(row: JsonValue) -> list[list[Node]]:
    match row:
        case [_, list(cells)]:
            return [_inlines_of(cell) for cell in cells]
    return []


def _inlines_of(cell: JsonValue) -> list[Node]:
    match cell:
        case [_, _, _, _, [{"t": "Plain", "c": list(inlines)}]]:
            return [inline for inline in inlines if isinstance(inline, dict)]
    return []


def _column(cells: Sequence[Sequence[Node]], wider: float) -> _Column:
    words = [_width(word, cell) for cell in cells for word in re.split(r"[\s\u200b]+", plain_text(cell)) if word]
    lines = [_width(plain_text(cell), cell) for cell in cells]
    return _Column(word=wider * max(words, default=1.0), line=wider * max([*lines, 1.0]))


def _width(text: str, cell: Sequence[Node]) -> float:
    letters = sum(2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1 for letter in text)
    return letters * (_CODE_WIDER if any(node["t"] == "Code" for node in cell) else 1.0)
