"""What a model may not put in a passage's place: it is refused by name, the finding stays open, and nothing changes."""

import pytest

from course_editor import handler as course_editor_handler
from course_editor.edit_answer import EditRequest
from course_kit.records.editing import FindingKind
from course_kit.store.artefact_store import ArtefactStore
from tests.support.edited_courses import (
    CLUMSY,
    EDITING,
    REPEATED,
    SHORT,
    Answer,
    ScriptedEditor,
    edits_of,
    in_place_of_the_clumsy,
    in_place_of_the_repeated,
    only,
    save_course,
    texts_put,
    why_open,
)
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall

edit_course: StepCall = course_editor_handler.lambda_handler

_OTHER_LANGUAGE = (
    "Las versiones de las filas se explican en [[1.1]], que también cuenta lo que hace la limpieza de las tablas."
)
_LONGER = f"{REPEATED} {REPEATED} Row versions are explained in [[1.1]]."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<script>alert(1)</script>\n\nSee [[1.1]].", "is HTML"),
        ("See [[1.1]] <img src=x onerror=alert(1)> for more.", "HTML"),
        ("See [[1.1]] and [this](javascript:alert%281%29).", "not a link to a web page"),
        ("See [[1.1]] and https://evil.example/x for more.", "https://evil.example/x"),
        ("See [[1.1]] and [more](https://evil.example).", "https://evil.example"),
        ("See [[1.1]].\n\n![A picture](https://evil.example/pixel.png)", "picture"),
        ("# A heading\n\nSee [[1.1]].", "heading"),
        ("See [[1.1]].\n\n## A heading", "heading"),
        ("See [[1.1]].\n\n[VISUAL: a tree with leaves]", "figure"),
        ("See [[1.1]].\n\n| a | b |\n|---|---|\n| 1 | 2 |", "blocks of another kind: table"),
        ("See [[1.1]].\n\n```sql\nDROP TABLE rows;\n```", "code"),
        ("See [[1.1]].\n\n```sql\nSELECT 1;", "code"),
        ("See [[7.7]] for what a row version is.", "a lesson that is not there"),
        ("See [[2.1]] for what a row version is.", "its own lesson"),
        ("Row versions were explained before.", "no reference to the lesson that stays"),
        ("Row versions are explained in [[1.2]].", "no reference to the lesson that stays"),
        ("As an AI, I removed this passage. See [[1.1]].", "the writing itself"),
        (_LONGER, "is not shorter than before"),
        (_OTHER_LANGUAGE, "in the language `es`"),
        ("   \n", "empty"),
        (REPEATED, "changes nothing"),
        ("See [[1.1]] \u202e for more.", "which no reader sees"),
    ],
)
def test_what_acts_or_lies_is_refused_by_name(
    text: str, why: str, project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    # Given
    editor.answer = in_place_of_the_repeated(text)
    # When
    edit_course(EDITING, lambda_context)
    # Then
    assert why in why_open(project, FindingKind.REPEATED_PASSAGE)
    assert edits_of(project, 2, 1) is None


@pytest.mark.parametrize(
    "text",
    [
        SHORT,
        "Row versions ([[1.1|explained in the first lesson]]) are what *this* tree points to.",
        "The tree points to row versions, which [[1.1]] explains: `xmin` < `xmax` & more.",
        "Row versions stand in [[1.1]]; a leaf points to one of them.",
    ],
)
def test_good_replacements_are_taken_to_the_letter(
    text: str, project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    editor.answer = in_place_of_the_repeated(text)
    edit_course(EDITING, lambda_context)
    assert texts_put(project, 2, 1) == [text]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("The node is here.", "leaves out most of the passage"),
        (CLUMSY.replace("widget", "node") + " And so on." * 60, "far more than before"),
        (CLUMSY.replace("each widget", "each node"), "it is still there"),
    ],
)
def test_a_word_is_mended_without_loss_or_it_is_not_mended(
    text: str, why: str, project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    editor.answer = in_place_of_the_clumsy(text)
    edit_course(EDITING, lambda_context)
    assert why in why_open(project, FindingKind.AVOIDED_WORD)
    assert edits_of(project, 1, 2) is None


def test_a_passage_that_nobody_asked_about_is_refused(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    def answer(request: EditRequest) -> Answer:
        return [{"passage": "q", "text": SHORT, "reason": "Another passage"}]

    editor.answer = only(FindingKind.REPEATED_PASSAGE, answer)
    edit_course(EDITING, lambda_context)
    assert "there is no such passage" in why_open(project, FindingKind.REPEATED_PASSAGE)


def test_two_replacements_for_one_passage_are_refused(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    def answer(request: EditRequest) -> Answer:
        edit = {"passage": request.problems[0].passages[1], "text": SHORT, "reason": "It was said before"}
        return [edit, {**edit, "text": "Row versions: see [[1.1]]."}]

    editor.answer = only(FindingKind.REPEATED_PASSAGE, answer)
    edit_course(EDITING, lambda_context)
    assert "more than once" in why_open(project, FindingKind.REPEATED_PASSAGE)
    assert edits_of(project, 2, 1) is None


def test_of_passages_that_say_the_same_one_stays(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    # Given: both refer to each other.
    def answer(request: EditRequest) -> Answer:
        first, second = request.problems[0].passages
        return [
            {"passage": first, "text": "Row versions are explained in [[2.1]].", "reason": "Later"},
            {"passage": second, "text": SHORT, "reason": "Earlier"},
        ]

    editor.answer = only(FindingKind.REPEATED_PASSAGE, answer)
    # When
    edit_course(EDITING, lambda_context)
    # Then
    assert "stays" in why_open(project, FindingKind.REPEATED_PASSAGE)
    assert (edits_of(project, 1, 1), edits_of(project, 2, 1)) == (None, None)


def test_which_passage_stays_is_the_models_choice(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    def answer(request: EditRequest) -> Answer:
        text = "Row versions are explained in [[2.1]]."
        return [{"passage": request.problems[0].passages[0], "text": text, "reason": "It belongs there"}]

    editor.answer = only(FindingKind.REPEATED_PASSAGE, answer)
    assert edit_course(EDITING, lambda_context)["counts"]["mended"] == 1
    assert edits_of(project, 1, 1) is not None
    assert edits_of(project, 2, 1) is None


def test_a_code_block_beside_the_problem_stays_to_the_letter(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    # Given: a list with the word and with code in it.
    listed = "- Each widget counts its own rows, and says so:\n\n  ```sql\n  SELECT count(*) FROM rows;\n  ```"
    save_course(project, {(1, 2): f"# Tables\n\n{listed}\n\nThe end.\n"})
    mended = listed.replace("widget", "node")
    # When / Then
    editor.answer = in_place_of_the_clumsy(mended.replace("count(*)", "count(1)"))
    edit_course(EDITING, lambda_context)
    assert "code" in why_open(project, FindingKind.AVOIDED_WORD)
    # And: with its code as it was, it is taken. Another model is asked again.
    editor.answer = in_place_of_the_clumsy(mended)
    edit_course({**EDITING, "execution_name": "run-2", "text_model_id": "another"}, lambda_context)
    assert texts_put(project, 1, 2) == [mended]
