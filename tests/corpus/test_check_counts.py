"""What the documentation says of the checks is what they do to the corpus."""

import pytest

from tools.count_checks import (
    BEGINNING,
    DOCUMENT,
    END,
    CheckCounts,
    CheckTrials,
    Share,
    table,
    table_in,
    trials,
    with_table,
)


def test_the_counts_in_the_documentation_are_those_of_the_corpus() -> None:
    # Given: checks that are right about every text, which tests/corpus/test_checks_are_fair.py sees text by text.
    written = table_in(DOCUMENT.read_text(encoding="utf-8"))
    if written is None:
        pytest.skip("docs/architecture.md has no markers for the counts")
    # When / Then: the table can be told without another run of them all.
    counts = [row.without_a_mistake() for row in trials()]
    assert written == table(counts), "run `python -m tools.count_checks --write`"


def test_a_text_that_a_check_is_wrong_about_is_counted() -> None:
    trial = CheckTrials("any", good=(lambda: True, lambda: False, lambda: True), bad=(lambda: False,))
    assert trial.counted() == CheckCounts("any", Share(2, 3), Share(0, 1))
    assert trial.without_a_mistake() == CheckCounts("any", Share(3, 3), Share(1, 1))


def test_a_real_lesson_a_lab_guide_and_a_question_are_counted_by_running_the_checks() -> None:
    *_, lessons, labs, questions = trials()
    for row in (lessons, labs, questions):
        assert row.good[0](), row.check


def test_the_table_takes_the_place_of_an_earlier_one_and_of_nothing_else() -> None:
    document = f"# Before\n\n{BEGINNING}\n| old |\n{END}\n\nAfter.\n"
    written = with_table(document, "| new |")
    assert written == document.replace("| old |", "| new |")
    assert table_in(written) == "| new |"


def test_a_document_without_markers_has_no_table() -> None:
    assert table_in("# Before\n\nAfter.\n") is None
