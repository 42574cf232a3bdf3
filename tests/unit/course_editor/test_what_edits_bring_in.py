"""What a replacement brings in: addresses, numbers and code that were there, and no others."""

import pytest

from course_editor import handler as course_editor_handler
from course_kit.records.editing import FindingKind
from course_kit.store.artefact_store import ArtefactStore
from tests.support.edited_courses import (
    EDITING,
    ScriptedEditor,
    edits_of,
    in_place_of_the_clumsy,
    save_course,
    texts_put,
    why_open,
)
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall

edit_course: StepCall = course_editor_handler.lambda_handler


_ADDRESSES = "Each widget is told of at https://example.com/docs and at [the site](https://example.org/a)."


@pytest.mark.parametrize("foreign", ["https://example.co", "https://example.com", "https://example.com/doc"])
def test_a_part_of_a_known_address_is_another_address(
    foreign: str, project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    save_course(project, {(1, 2): f"# Tables\n\n{_ADDRESSES}\n"})
    editor.answer = in_place_of_the_clumsy(
        f"Each node is told of at {foreign} and at [the site](https://example.org/a)."
    )
    edit_course(EDITING, lambda_context)
    assert f"the address {foreign!r}" in why_open(project, FindingKind.AVOIDED_WORD)


@pytest.mark.parametrize(
    "text",
    [
        _ADDRESSES.replace("widget", "node"),
        "At <https://example.org/a> and [here](https://example.com/docs), each node is told of.",
        "Each node is told of at **https://example.com/docs**, and at [the site](https://example.org/a)!",
    ],
)
def test_known_addresses_may_stand_wherever_they_fit(
    text: str, project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    save_course(project, {(1, 2): f"# Tables\n\n{_ADDRESSES}\n"})
    editor.answer = in_place_of_the_clumsy(text)
    edit_course(EDITING, lambda_context)
    assert texts_put(project, 1, 2) == [text]


_NUMBERS = "Each widget has 1,200 rows of 1.2 million, in three tables, since version 16.2 of May 2024."


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Each node has 1,300 rows of 1.2 million, in three tables, since version 16.2 of May 2024.", "1,300"),
        ("Each node has 1,200 rows of 1.2 billion, in three tables, since version 16.2 of May 2024.", "1.2"),
        ("Each node has 1,200 rows of 1.2 million, in three tables, since version 17 of May 2024.", "17"),
        ("Each node has 1,200 rows of 1.2 million, in three tables, since version 16.2, as [[1.1|7]] says.", "7"),
    ],
)
def test_a_number_that_nobody_gave_is_refused(
    text: str, number: str, project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    save_course(project, {(1, 2): f"# Tables\n\n{_NUMBERS}\n"})
    editor.answer = in_place_of_the_clumsy(text)
    edit_course(EDITING, lambda_context)
    assert f"the number {number!r}" in why_open(project, FindingKind.AVOIDED_WORD)


@pytest.mark.parametrize(
    "text",
    [
        "In May 2024, with version 16.2, each node has three tables with 1.2 million rows, and 1,200 of its own.",
        "Each node has 1200 rows of 1,200,000, in 3 tables, since version 16.2 of May 2024.",
        "Each node has 1,200 rows of 1.2 million, in three tables, since version 16.2 ([[2.1|May 2024]]).",
    ],
)
def test_known_numbers_may_stand_in_another_order_and_spelling(
    text: str, project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    save_course(project, {(1, 2): f"# Tables\n\n{_NUMBERS}\n"})
    editor.answer = in_place_of_the_clumsy(text)
    edit_course(EDITING, lambda_context)
    assert texts_put(project, 1, 2) == [text]


_CODE = "- Each widget counts its own rows:\n\n  ```sql\n  SELECT count(*)\n  FROM widget\n  WHERE rows;\n  ```"


@pytest.mark.parametrize(
    ("change", "is_taken"),
    [
        (("FROM widget", "FROM node"), True),
        (("FROM widget", "FROM node -- a node"), True),
        (("count(*)\n  FROM widget", "count(rows)\n  FROM node"), False),
        (("WHERE rows;", "WHERE rows; DROP TABLE rows;"), False),
        (("FROM widget", "FROM node;\n  DROP TABLE node;"), False),
        (("FROM widget\n  WHERE rows;", "FROM node;"), False),
    ],
)
def test_of_a_code_block_with_the_problem_only_its_lines_change(
    change: tuple[str, str],
    is_taken: bool,
    project: ArtefactStore,
    lambda_context: FakeLambdaContext,
    editor: ScriptedEditor,
) -> None:
    save_course(project, {(1, 2): f"# Tables\n\n{_CODE}\n"})
    text = _CODE.replace(*change).replace("widget", "node")
    editor.answer = in_place_of_the_clumsy(text)
    edit_course(EDITING, lambda_context)
    edits = edits_of(project, 1, 2)
    assert (edits is not None) is is_taken
    assert is_taken or "a code block that was not there" in why_open(project, FindingKind.AVOIDED_WORD)
