"""What comes of every answer on the wire, as docs/wire.md tells it."""

import pytest

from tests.support.wire.cases import CASES, Case
from tests.support.wire.outcomes import outcome_of
from tools.wire_table import PAGE

ROWS = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(("| OpenAI", "| Bedrock"))]
_NAMES = [f"{case.server}: {case.asked}: {case.words}" for case in CASES]
_NOT_COUNTED = {"usage null", "usage `{}`", "usage with null counts"}


@pytest.mark.parametrize(("case", "row"), list(zip(CASES, ROWS, strict=True)), ids=_NAMES)
def test_an_answer_comes_to_what_the_page_says(case: Case, row: str) -> None:
    assert outcome_of(case).row(case) == row


def test_every_error_that_leaves_is_one_that_the_state_machine_knows() -> None:
    errors = {row.split(" | ")[-1].strip(" |`") for row in ROWS} - {""}
    assert errors == {"TextRejected", "ModelUnavailable", "RequestInvalid"}


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.words.startswith("usage ")], ids=lambda case: case.words
)
def test_what_a_call_used_is_read_in_the_servers_words_and_costs_no_text(case: Case) -> None:
    counts = (0, 0) if case.words in _NOT_COUNTED else (100, 200)
    usage = outcome_of(case).usage
    assert (usage.model_calls, usage.input_tokens, usage.output_tokens) == (1, *counts)
