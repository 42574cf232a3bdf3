"""course_editor as the state machine calls it: what does not go together is found, asked about and replaced."""

import pytest

from course_editor import edit_groups
from course_editor import handler as course_editor_handler
from course_kit.errors import RequestInvalid
from course_kit.records.editing import FindingKind, FindingState
from course_kit.store.artefact_store import ArtefactStore
from course_kit.usage import Usage
from offline_author.behaviour import CallKind
from tests.support.book_project import lesson_key
from tests.support.edited_courses import (
    CLUMSY,
    EDITING,
    LESSONS,
    REPEATED,
    SHORT,
    USAGE,
    ScriptedEditor,
    editing_well,
    edits_of,
    findings_in,
    in_place_of_the_repeated,
    manifest_of,
    plain_findings,
    save_course,
    texts_put,
)
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall
from tests.support.writing_server import WritingServer

edit_course: StepCall = course_editor_handler.lambda_handler


@pytest.fixture
def project(store: ArtefactStore, function_environment: None) -> ArtefactStore:
    save_course(store)
    return store


def test_what_does_not_go_together_is_replaced_in_one_call_a_group(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    # When
    result = edit_course(EDITING, lambda_context)
    # Then: one call for the repeated passage, one for the word, and nothing of a lesson in the result.
    assert result == {
        "findings_key": "p/review/findings.json",
        "manifest_key": "p/manifests/editing.json",
        "counts": {"findings": 2, "mended": 2, "open": 0, "calls": 2, "dropped": 0},
    }
    assert len(editor.requests) == 2
    # And: the replacements stand beside the lessons, which stay as they were written.
    repeated, clumsy = edits_of(project, 2, 1), edits_of(project, 1, 2)
    assert repeated and clumsy and edits_of(project, 1, 1) is None
    assert [(one.found, one.put, one.needs) for one in repeated.replacements] == [(REPEATED, SHORT, (REPEATED,))]
    assert [(one.found, one.needs) for one in clumsy.replacements] == [(CLUMSY, ())]
    assert REPEATED in (project.read("p/lessons/module-2-lesson-1-x.md") or b"").decode()
    # And
    assert [finding.state for finding in findings_in(project).findings] == [FindingState.MENDED] * 2
    manifest = manifest_of(project)
    assert (manifest.usage, manifest.found, manifest.mended) == (USAGE + USAGE, 2, 2)


def test_a_fault_of_the_passage_that_stays_is_not_mended_by_the_replacement_of_its_copy(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    # Given: a passage that is said twice has a word to avoid, in both lessons.
    said = f"{REPEATED} {CLUMSY}"
    save_course(project, {(1, 1): f"# Versions\n\n{said}\n", (2, 1): f"# Trees\n\n{said}\n"})
    editor.answer = in_place_of_the_repeated(SHORT)
    # When
    edit_course(EDITING, lambda_context)
    # Then
    assert texts_put(project, 2, 1) == [SHORT]
    states = {finding.passages[0].lesson: finding.state for finding in findings_in(project).findings[1:]}
    assert (states["1.1"], states["2.1"]) == (FindingState.OPEN, FindingState.MENDED)


def test_a_passage_of_more_lessons_than_fit_one_call_is_replaced_in_all_but_one(
    project: ArtefactStore,
    lambda_context: FakeLambdaContext,
    editor: ScriptedEditor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given: two passages are the most that one call may have, and three lessons say the same.
    monkeypatch.setattr(edit_groups, "MOST_PASSAGES", 2)
    save_course(project, {(1, 2): f"# Tables\n\n{REPEATED}\n"})
    # When
    edit_course(EDITING, lambda_context)
    # Then
    assert [finding.state for finding in findings_in(project).findings] == [FindingState.MENDED]
    for place in ((1, 2), (2, 1)):
        edits = edits_of(project, *place)
        assert edits and [(one.put, one.needs) for one in edits.replacements] == [(SHORT, (REPEATED,))]


def test_a_report_asks_no_model_and_lists_the_findings(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    counts = edit_course({**EDITING, "editing": "report"}, lambda_context)["counts"]
    assert counts == {"findings": 2, "mended": 0, "open": 2, "calls": 0, "dropped": 0}
    assert editor.requests == []
    assert list(project.keys("p/edits/")) == []
    assert [finding.state for finding in findings_in(project).findings] == [FindingState.OPEN] * 2


def test_a_course_without_findings_asks_no_model(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    save_course(project, dict.fromkeys(LESSONS, "# A\n\nShort.\n"))
    assert edit_course(EDITING, lambda_context)["counts"]["findings"] == 0
    assert editor.requests == []
    assert findings_in(project).findings == ()


def test_a_second_run_pays_for_nothing_and_finds_the_same(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    # Given
    edit_course(EDITING, lambda_context)
    before = edits_of(project, 2, 1)
    # When
    counts = edit_course({**EDITING, "execution_name": "run-2"}, lambda_context)["counts"]
    # Then
    assert counts == {"findings": 2, "mended": 2, "open": 0, "calls": 0, "dropped": 0}
    assert len(editor.requests) == 2
    assert edits_of(project, 2, 1) == before
    assert manifest_of(project).usage == Usage()


def test_a_refused_answer_is_not_paid_for_again_by_the_same_model(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    # Given
    editor.answer = lambda _: [{"passage": "q", "text": "x", "reason": "x"}]
    edit_course(EDITING, lambda_context)
    assert len(editor.requests) == 2
    # When
    edit_course({**EDITING, "execution_name": "run-2"}, lambda_context)
    # Then: it is still told why.
    assert len(editor.requests) == 2
    assert all("no such passage" in finding.why_open for finding in findings_in(project).findings)
    # And: another model is asked.
    editor.answer = editing_well
    event = {**EDITING, "execution_name": "run-3", "text_model_id": "another"}
    assert edit_course(event, lambda_context)["counts"]["mended"] == 2


def test_the_most_important_findings_come_first_where_not_all_may_be_asked_about(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    # When
    counts = edit_course({**EDITING, "edit_max_calls": 1}, lambda_context)["counts"]
    # Then
    assert (counts["calls"], counts["mended"]) == (1, 1)
    assert [problem.kind for problem in editor.requests[0].problems] == [FindingKind.REPEATED_PASSAGE]
    left = next(finding for finding in findings_in(project).findings if finding.state is FindingState.OPEN)
    assert left.why_open == "the run asks for at most 1 replacements"
    # And: another attempt of the same run may not ask for more; the next run may.
    edit_course({**EDITING, "edit_max_calls": 1}, lambda_context)
    assert len(editor.requests) == 1
    counts = edit_course({**EDITING, "edit_max_calls": 1, "execution_name": "run-2"}, lambda_context)["counts"]
    assert (counts["calls"], counts["mended"]) == (1, 2)


def test_the_model_sees_the_problem_and_both_passages_with_the_numbers_of_readers(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    edit_course(EDITING, lambda_context)
    request = next(one for one in editor.requests if len(one.passages) == 2)
    assert [(one.passage, one.lesson, one.lesson_title) for one in request.passages] == [
        ("a", "1.1", "Versions"),
        ("b", "2.1", "Trees"),
    ]
    assert [one.text for one in request.passages] == [REPEATED, REPEATED]
    assert request.problems[0].passages == ("a", "b")
    # And: not the course, which would cost more than the passages
    assert len(set(editor.systems)) == 1
    assert all("<course>" not in system for system in editor.systems)
    assert all(most < 1500 for most in editor.max_tokens)


def test_what_code_can_mend_costs_no_call(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    # Given: a reference to a lesson that is not there, with words.
    save_course(project, {place: f"# A\n\nSee [[9.9|the ninth module]] on {place}.\n" for place in LESSONS})
    # When
    counts = edit_course(EDITING, lambda_context)["counts"]
    # Then
    assert (counts["findings"], counts["mended"], counts["calls"]) == (3, 3, 0)
    assert texts_put(project, 1, 1)[0] == "See the ninth module on (1, 1)."


def test_a_lesson_that_is_missing_is_named(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    project.delete(lesson_key(2, 1))
    with pytest.raises(RequestInvalid, match=r"lesson 2\.1: found no object"):
        edit_course(EDITING, lambda_context)


def test_a_real_model_is_asked_through_its_provider(
    store: ArtefactStore,
    writing_server: WritingServer,
    lambda_context: FakeLambdaContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given
    monkeypatch.setattr("course_editor.edited_course.findings_of", plain_findings)
    save_course(store)
    event = {**EDITING, "model_provider": "openai"}
    # When
    edit_course(event, lambda_context)
    # Then: its good answers are taken, and no second run pays again.
    calls = len(writing_server.calls(CallKind.EDIT))
    assert calls == 2
    assert edits_of(store, 2, 1) is not None
    edit_course({**event, "execution_name": "run-2"}, lambda_context)
    assert len(writing_server.calls(CallKind.EDIT)) == calls
