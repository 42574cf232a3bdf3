"""Tables on paper: widths by content, small letters, records."""

import json

from book_builder.book_document import read_document
from book_builder.book_parts import Passage
from book_builder.format_choice import document_for

SMALL = "| A | B |\n|---|---|\n| 1 | 2 |\n"
LONG = f"| Name | Description |\n|---|---|\n| `ls` | {'it lists what is in a folder ' * 8} |\n"


def wide(columns: int, head: str, cell: str) -> str:
    """Return a table of one row."""
    heads = "".join(f"| {head}{n} " for n in range(columns))
    return f"{heads}|\n{'|---' * columns}|\n{f'| {cell} ' * columns}|\n"


NINE = wide(9, "Criterion ", "some more words")
SIX = wide(6, "Head ", "some words")
TWENTY = wide(20, "Criterion", "configuration")


def shown(markdown: str, format_name: str) -> str:
    return json.dumps(document_for(read_document([Passage(markdown)], "en"), format_name)["blocks"])


def widths(markdown: str, format_name: str) -> list[float]:
    blocks = document_for(read_document([Passage(markdown)], "en"), format_name)["blocks"]
    assert isinstance(blocks, list)
    table = blocks[0]
    assert isinstance(table, dict) and isinstance(table["c"], list)
    columns = table["c"][2]
    assert isinstance(columns, list)
    return [column[1]["c"] for column in columns]  # type: ignore[index,call-overload,misc]


def test_a_page_gets_tables_that_fit_and_a_screen_gets_them_as_they_are() -> None:
    # A table whose lines have room has no widths on a typst page; Word's columns would be equal without.
    assert "ColWidthDefault" in shown(SMALL, "typst")
    assert sum(widths(SMALL, "docx")) < 0.4
    # A long description gets the room, a command keeps its line.
    command, description = widths(LONG, "typst")
    assert command < 0.2
    assert 0.7 < description <= 1.0
    assert "small-table" in shown(NINE, "typst") and "small-table" not in shown(LONG, "typst")
    # What fits in no letters becomes a list a row, each cell behind its heading.
    records = shown(TWENTY, "typst")
    assert '"Table"' not in records and "records" in records and records.count("configuration") == 20
    # And: an e-book's page is narrower, and does not scroll either.
    assert widths(SIX, "epub")[0] > 0.1 and "ColWidthDefault" in shown(SMALL, "epub")
    assert "records" in shown(NINE, "epub")
    # And: a screen scrolls.
    for table in (SMALL, LONG, NINE, TWENTY):
        assert "ColWidthDefault" in shown(table, "html") and '"Table"' in shown(table, "site")
