"""What the documentation says of the checks is what they do to the corpus."""

import pytest

from tools.count_checks import BEGINNING, DOCUMENT, END, counts, table, table_in, with_table


def test_the_counts_in_the_documentation_are_those_of_the_corpus() -> None:
    written = table_in(DOCUMENT.read_text(encoding="utf-8"))
    if written is None:
        pytest.skip("docs/architecture.md has no markers for the counts")
    assert written == table(), "run `python -m tools.count_checks --write`"


def test_every_good_text_is_let_through_and_every_bad_one_caught() -> None:
    assert [row for row in counts() if row.let_through.count < row.let_through.of] == []
    assert [row for row in counts() if row.caught.count < row.caught.of] == []


def test_the_table_takes_the_place_of_an_earlier_one_and_of_nothing_else() -> None:
    document = f"# Before\n\n{BEGINNING}\n| old |\n{END}\n\nAfter.\n"
    written = with_table(document, "| new |")
    assert written == document.replace("| old |", "| new |")
    assert table_in(written) == "| new |"


def test_a_document_without_markers_has_no_table() -> None:
    assert table_in("# Before\n\nAfter.\n") is None
