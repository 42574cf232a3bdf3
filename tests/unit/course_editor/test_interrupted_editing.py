"""A step that is killed, throttled or out of time goes on where it was; nothing is paid for twice, nothing is lost."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from course_editor import edited_course
from course_editor import handler as course_editor_handler
from course_editor.course_editing import CourseEditing
from course_editor.edit_answer import EditRequest
from course_editor.editing_records import EditingRecords
from course_editor.stored_edits import StoredEdits
from course_kit.errors import ArtefactConflict, BudgetExceeded, ModelThrottled, ModelUnavailable, WorkRemaining
from course_kit.records.editing import Finding, FindingState, LessonEdits, Replacement
from course_kit.records.project_lease import LeaseRecord
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.provenance import provenance, usage_of
from course_kit.usage import Usage
from tests.support.book_project import NOW, lesson_key
from tests.support.edited_courses import (
    ALSO_CLUMSY,
    CLUMSY,
    EDITING,
    LESSONS,
    REPEATED,
    SHORT,
    USAGE,
    Answer,
    Killed,
    ScriptedEditor,
    author_writes,
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

edit_course: StepCall = course_editor_handler.lambda_handler


@pytest.mark.parametrize(
    "place", [(CourseEditing, "_settle"), (EditingRecords, "enter"), (CourseEditing, "_mend_by_model")]
)
def test_who_is_killed_after_a_step_goes_on_from_there(
    place: tuple[type, str],
    project: ArtefactStore,
    lambda_context: FakeLambdaContext,
    editor: ScriptedEditor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given: the function is killed when it comes to this.
    def killed(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(*place, killed)
        with pytest.raises(Killed):
            edit_course(EDITING, lambda_context)
    # Then: what was found stands there already.
    assert len(findings_in(project).findings) == 2
    # When
    counts = edit_course(EDITING, lambda_context)["counts"]
    # Then: each group was paid for once, and is counted once.
    assert counts["mended"] == 2
    assert len(editor.requests) == 2
    assert manifest_of(project).usage == USAGE + USAGE


def test_who_is_killed_right_after_a_replacement_is_stored_has_paid_for_it(
    project: ArtefactStore,
    lambda_context: FakeLambdaContext,
    editor: ScriptedEditor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given
    write = StoredEdits.write

    def killed_after(self: StoredEdits, *given: Any) -> None:
        write(self, *given)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(StoredEdits, "write", killed_after)
        with pytest.raises(Killed):
            edit_course(EDITING, lambda_context)
    stored = len(list(project.keys("p/edits/")))
    assert stored >= 1
    asked = len(editor.requests)
    # When
    edit_course(EDITING, lambda_context)
    # Then
    assert len(editor.requests) == asked + 2 - stored
    assert manifest_of(project).mended == 2
    # And: its usage is counted with the replacement alone.
    assert list(project.keys("p/drafts/")) == []
    assert manifest_of(project).usage.model_calls == len(editor.requests)


@pytest.mark.parametrize("error", [ModelThrottled, ModelUnavailable])
def test_a_providers_failure_is_raised_once_the_others_are_saved(
    error: type[Exception], project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    # Given: the first call fails.
    def failing(request: EditRequest) -> Answer:
        return error("busy") if len(editor.requests) == 1 else editing_well(request)

    editor.answer = failing
    # When
    with pytest.raises(error):
        edit_course(EDITING, lambda_context)
    # Then
    assert len(list(project.keys("p/edits/"))) == 1
    assert edit_course(EDITING, lambda_context)["counts"]["mended"] == 2
    assert len(editor.requests) == 3


def test_a_budget_that_is_used_up_leaves_findings_open_and_fails_nothing(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    editor.answer = lambda _: BudgetExceeded("the budget has 0.00 left")
    counts = edit_course(EDITING, lambda_context)["counts"]
    assert (counts["mended"], counts["open"]) == (0, 2)
    assert {finding.why_open for finding in findings_in(project).findings} == {
        "the run's budget has no room for the call"
    }
    # And: the next run may ask.
    editor.answer = editing_well
    assert edit_course({**EDITING, "execution_name": "run-2"}, lambda_context)["counts"]["mended"] == 2


def test_editing_goes_on_where_time_ran_out(
    project: ArtefactStore, editor: ScriptedEditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: time for one call.
    times = iter([True, False, True, True])
    monkeypatch.setattr("course_kit.deadline.Deadline.has_time_for_another", lambda _: next(times))
    with pytest.raises(WorkRemaining):
        edit_course(EDITING, FakeLambdaContext())
    assert len(editor.requests) == 1
    # When / Then
    assert edit_course(EDITING, FakeLambdaContext())["counts"]["mended"] == 2
    assert len(editor.requests) == 2


def test_a_run_that_lost_its_project_asks_for_nothing(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    other = LeaseRecord(execution_name="run-9", execution_arn="arn", taken_at=NOW)
    project.write_model("p/lease.json", other, replacing=None, metadata=provenance("run-9", Usage()))
    with pytest.raises(ArtefactConflict, match="taken it over"):
        edit_course(EDITING, lambda_context)
    assert editor.requests == []


def test_attempts_of_one_step_that_overlap_keep_the_replacements_of_both(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    # Given: two passages of one lesson do not fit, and a second attempt is at work while the first one is answered.
    save_course(project, {(2, 1): f"# Trees\n\n{REPEATED}\n\n{ALSO_CLUMSY}\n\nThe end.\n"})
    is_first = True

    def meanwhile(request: EditRequest) -> Answer:
        nonlocal is_first
        if is_first:
            is_first = False
            editor.answer = editing_well
            StepThread(lambda: edit_course(EDITING, lambda_context)).run_to_the_end()
        return editing_well(request)

    editor.answer = meanwhile
    # When
    counts = edit_course(EDITING, lambda_context)["counts"]
    # Then
    assert counts["open"] == 0
    edits = edits_of(project, 2, 1)
    assert edits is not None
    assert {one.found for one in edits.replacements} == {REPEATED, ALSO_CLUMSY}
    assert all(finding.state is FindingState.MENDED for finding in findings_in(project).findings)
    # And: all that was paid for is counted.
    assert manifest_of(project).usage.model_calls == len(editor.requests)


class StepThread:
    """A step in a thread of its own, since it runs an event loop."""

    def __init__(self, call: Callable[[], object]) -> None:
        self._call = call

    def run_to_the_end(self) -> None:
        from threading import Thread

        thread = Thread(target=self._call)
        thread.start()
        thread.join()


def test_the_authors_passages_never_change(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    # Given: the later passage is the author's.
    author_writes(project, 2, 1, LESSONS[2, 1])

    def answer(request: EditRequest) -> Answer:
        assert [passage.may_change for passage in request.passages if len(request.passages) == 2] in ([], [True, False])
        edits = [
            {"passage": passage.passage, "text": "Row versions are explained in [[2.1]].", "reason": "It is there"}
            for passage in request.passages
            if len(request.passages) == 2
        ]
        return edits or editing_well(request)

    editor.answer = answer
    # When: the model replaces both.
    edit_course(EDITING, lambda_context)
    # Then: the pipeline's refers to the author's, which stays.
    assert edits_of(project, 2, 1) is None
    assert texts_put(project, 1, 1)[0] == "Row versions are explained in [[2.1]]."


def test_passages_that_are_all_the_authors_are_not_asked_about(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    for (module, lesson), text in LESSONS.items():
        author_writes(project, module, lesson, text)
    assert edit_course(EDITING, lambda_context)["counts"]["calls"] == 0
    assert editor.requests == []
    assert {finding.why_open for finding in findings_in(project).findings} == {"the passage is the author's"}


def test_edits_that_were_changed_by_hand_stay_to_the_letter(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    # Given: the author changes a replacement, with a program that keeps the metadata.
    edit_course(EDITING, lambda_context)
    stored = project.find("p/edits/02-01.json")
    edits = edits_of(project, 2, 1)
    assert stored and edits
    changed = json.dumps(
        {**edits.model_dump(), "replacements": [{**edits.replacements[0].model_dump(), "put": "Mine."}]}
    )
    project.client.put_object(
        Bucket=project.bucket, Key="p/edits/02-01.json", Body=changed.encode(), Metadata=dict(stored.metadata)
    )
    # When: the lesson gets another passage that does not fit.
    save_course(project, {(2, 1): f"{LESSONS[2, 1]}\n{ALSO_CLUMSY}\n"})
    edit_course({**EDITING, "execution_name": "run-2"}, lambda_context)
    # Then
    assert (project.read("p/edits/02-01.json") or b"").decode() == changed
    left = [finding for finding in findings_in(project).findings if finding.state is FindingState.OPEN]
    assert {finding.why_open for finding in left} == {"the lesson's edits were changed by hand"}


def test_replacements_whose_text_is_gone_are_dropped_and_the_others_stay(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    # Given
    edit_course(EDITING, lambda_context)
    # When: the lesson is written anew, without the repeated passage.
    save_course(project, {(2, 1): "# Trees\n\nAnother text.\n"})
    counts = edit_course({**EDITING, "execution_name": "run-2"}, lambda_context)["counts"]
    # Then
    assert counts["dropped"] == 1
    assert edits_of(project, 2, 1) is None
    assert edits_of(project, 1, 2) is not None
    assert len(editor.requests) == 2


def test_a_replacement_goes_when_what_it_refers_to_is_no_longer_there(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    # Given
    edit_course(EDITING, lambda_context)
    # When: the passage that stays is written anew; the other is the only one now.
    save_course(project, {(1, 1): "# Versions\n\nSomething else.\n"})
    counts = edit_course({**EDITING, "execution_name": "run-2"}, lambda_context)["counts"]
    # Then
    assert counts["dropped"] == 1
    assert edits_of(project, 2, 1) is None


def test_a_replacement_that_mends_more_is_asked_for_again_when_what_it_refers_to_is_gone(
    project: ArtefactStore,
    lambda_context: FakeLambdaContext,
    editor: ScriptedEditor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given: a passage that is said twice has a word to avoid in one lesson, and one replacement mends both.
    monkeypatch.setattr(edited_course, "findings_of", lambda *course: [*filter(_is_of_trees, plain_findings(*course))])
    said = f"{REPEATED} {CLUMSY}"
    save_course(project, {(1, 1): f"# Versions\n\n{said}\n", (2, 1): f"# Trees\n\n{said}\n"})
    editor.answer = in_place_of_the_repeated(SHORT)
    edit_course(EDITING, lambda_context)
    assert texts_put(project, 2, 1) == [SHORT]
    # When: the passage that stayed is written anew.
    save_course(project, {(1, 1): "# Versions\n\nSomething else.\n", (2, 1): f"# Trees\n\n{said}\n"})
    editor.answer = editing_well
    edit_course({**EDITING, "execution_name": "run-2"}, lambda_context)
    # Then
    assert texts_put(project, 2, 1) == [said.replace("widget", "node")]


def _is_of_trees(finding: Finding) -> bool:
    return "2.1" in {passage.lesson for passage in finding.passages}


def test_a_run_of_some_modules_drops_nothing_that_belongs_to_the_others(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    # Given
    edit_course(EDITING, lambda_context)
    # When: a run of the second module alone, which does not see the passage in the first.
    event = {**EDITING, "execution_name": "run-2", "manifest_keys": ["p/manifests/module-02.json"]}
    counts = edit_course(event, lambda_context)["counts"]
    # Then
    assert counts == {"findings": 0, "mended": 0, "open": 0, "calls": 0, "dropped": 0}
    assert edits_of(project, 2, 1) is not None
    assert edits_of(project, 1, 2) is not None


def test_edits_of_a_lesson_that_left_the_course_go_unless_they_are_the_authors(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    # Given
    gone = Replacement(found="a", put="b", reason="r", findings=("f",))
    edits = LessonEdits(lesson="7.1", replacements=(gone,))
    project.write_model("p/edits/07-01.json", edits, replacing=None)
    body = edits.model_copy(update={"lesson": "8.1"}).model_dump_json().encode()
    project.client.put_object(Bucket=project.bucket, Key="p/edits/08-01.json", Body=body)
    # When
    edit_course(EDITING, lambda_context)
    # Then
    assert project.find("p/edits/07-01.json") is None
    assert project.find("p/edits/08-01.json") is not None


def test_usage_stands_with_the_replacement_and_refused_answers_in_their_draft(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    # Given: one answer is taken, one is refused.
    def answer(request: EditRequest) -> Answer:
        if len(request.passages) == 2:
            return editing_well(request)
        return [{"passage": "q", "text": SHORT, "reason": "x"}]

    editor.answer = answer
    # When
    edit_course(EDITING, lambda_context)
    # Then
    stored = project.find("p/edits/02-01.json")
    assert stored is not None
    assert usage_of(stored) == USAGE
    assert manifest_of(project).usage == USAGE
    assert len(list(project.keys("p/drafts/edits/"))) == 1
    assert project.find(lesson_key(1, 2)) is not None
