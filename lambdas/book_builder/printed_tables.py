"""Tables on paper: columns as wide as what stands in them, smaller letters for a wide one, records for one too wide.

Screens scroll; a page does not. pandoc gives columns no width, and then typst and Word guess: a long word of one column
runs into the next. So the widths are worked out here, from the lines and words of the cells.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from book_builder import pandoc_nodes as pandoc
from book_builder.document_sections import plain_text
from book_builder.pandoc_nodes import Node

SMALL_TABLE = "small-table"
"""Class of the division around a table in smaller letters."""
RECORDS = "records"
"""Class of the division around a table's rows as lists."""
# Of a table's line in print: 162 mm at 9.3 points, and at 7.5; a letter is about half as wide as high.
_LETTERS_A_LINE, _SMALL_LETTERS_A_LINE = 98, 122
# What a cell's padding takes of it.
_PADDING, _SMALL_PADDING = 3.2, 2.4
# A longer word is broken where it must be (`book.typ`).
_LONGEST_WHOLE_WORD, _SMALL_LONGEST_WHOLE_WORD = 18, 13
# A column of long sentences needs no more than this to be read; what is left goes to all by their text.
_MOST_WANTED = 60
_CODE_WIDER = 1.18
_READERS_FONTS = 1.25


@dataclass(frozen=True)
class _Column:
    """What a column needs: its longest word, and its longest line, in letters."""

    word: float
    line: float


def with_printed_tables(blocks: Sequence[Node], *, is_for_word: bool) -> list[Node]:
    """Return blocks whose tables fit a printed page.

    Parameters
    ----------
    is_for_word
        Word makes columns equal that have no width, and its fonts are the reader's: every table gets widths, wide ones.
    """

    def fitted(node: Node) -> list[Node]:
        return [_fitted(node, is_for_word)] if node["t"] == "Table" else [node]

    return pandoc.changed(blocks, fitted)


def _fitted(table: Node, is_for_word: bool) -> Node:
    rows = list(_rows(table))
    wider = _READERS_FONTS if is_for_word else 1.0
    columns = [_column([row[number] for row in rows], wider) for number in range(len(rows[0]))] if rows else []
    if not columns:
        return table
    for room, padding, longest, is_small in (
        (_LETTERS_A_LINE, _PADDING, _LONGEST_WHOLE_WORD, False),
        (_SMALL_LETTERS_A_LINE, _SMALL_PADDING, _SMALL_LONGEST_WHOLE_WORD, True),
    ):
        free = room - padding * len(columns)
        least = [min(column.word, longest) for column in columns]
        if sum(least) <= free:
            widths = _widths(columns, least, free) or ([column.line for column in columns] if is_for_word else None)
            sized = _with_widths(table, widths, padding, room)
            return pandoc.div([sized], [SMALL_TABLE]) if is_small else sized
    return _records(table)


def _widths(columns: Sequence[_Column], least: Sequence[float], free: float) -> list[float] | None:
    """Return the letters of each column; None where all lines have room as they are."""
    if sum(column.line for column in columns) <= free:
        return None
    wanted = [max(min(column.line, _MOST_WANTED) - width, 0.0) for column, width in zip(columns, least, strict=True)]
    widths, left = list(least), free - sum(least)
    # Those that want little first: numbers and short words stay on one line.
    for position, number in enumerate(sorted(range(len(columns)), key=wanted.__getitem__)):
        share = min(wanted[number], left / (len(columns) - position))
        widths[number] += share
        left -= share
    lines = sum(column.line for column in columns)
    return [width + left * column.line / lines for width, column in zip(widths, columns, strict=True)]


def _with_widths(table: Node, widths: list[float] | None, padding: float, room: float) -> Node:
    if widths is None:
        return table
    match table["c"]:
        case [attributes, caption, list(columns), *rest]:
            shares = [round((width + padding) / room, 4) for width in widths]
            sized: list[JsonValue] = [
                [column[0], {"t": "ColWidth", "c": share}]
                for column, share in zip(columns, shares, strict=True)
                if isinstance(column, list)
            ]
            return {"t": "Table", "c": [attributes, caption, sized, *rest]}
    return table


def _records(table: Node) -> Node:
    """Return a table's rows as lists, each cell behind its column's heading."""
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
    """Yield the cells of each row as inlines, the head's first; a table without a head has an empty one."""
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
