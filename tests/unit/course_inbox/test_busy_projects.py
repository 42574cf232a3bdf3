"""An outline dropped while its project runs, or that a run was refused for later: it is answered, and paid once."""

import json

import pytest
from botocore.exceptions import ClientError

from course_inbox import handler
from course_kit.store.artefact_store import ArtefactStore
from tests.support.lambda_context import FakeLambdaContext
from tests.support.watched_inbox import OUTLINE, WITH_LAB, WatchedInbox

CONFLICT = "project networks: run run-1 works on it since 2026-11-26 10:00 UTC; let it end"


def test_while_another_run_works_on_the_project_the_file_says_which_and_nothing_is_started(
    inbox: WatchedInbox,
) -> None:
    # Given
    inbox.works("run-1")
    # When
    result = inbox.take(inbox.drop(OUTLINE))
    # Then
    assert (result.status, inbox.started) == ("busy", {})
    assert "project networks: run run-1 works on it since" in (inbox.said() or "")
    assert "then put this file here again" in (inbox.said() or "")
    # When: it has ended, and the file is put there again.
    inbox.going_on.clear()
    again = inbox.take(inbox.drop(OUTLINE))
    # Then
    assert (again.status, list(inbox.started)) == ("started", [again.execution_name])
    assert inbox.said() is None


def test_a_run_on_another_project_or_one_that_has_ended_keeps_no_file_waiting(inbox: WatchedInbox) -> None:
    # Given
    inbox.works("run-1", "databases")
    inbox.works("run-2")
    inbox.going_on.remove("run-2")
    # When / Then
    assert inbox.take(inbox.drop(OUTLINE)).status == "started"
    assert inbox.said() is None


def test_an_event_that_comes_again_while_its_own_run_or_a_later_one_works_says_nothing(inbox: WatchedInbox) -> None:
    # Given
    event = inbox.drop(OUTLINE)
    name = inbox.take(event).execution_name
    inbox.works(name)
    # When / Then
    assert inbox.take(event).status == "known"
    # Given: that run is over, and another has the project.
    inbox.going_on.clear()
    inbox.works("run-2")
    # When / Then
    assert inbox.take(event).status == "known"
    assert (inbox.said(), len(inbox.started)) == (None, 1)


def test_a_version_that_found_the_project_taken_has_its_one_run_when_its_event_comes_again(
    inbox: WatchedInbox,
) -> None:
    # Given
    inbox.works("run-1")
    event = inbox.drop(OUTLINE)
    inbox.take(event)
    inbox.going_on.clear()
    # When / Then
    assert [inbox.take(event).status, inbox.take(event).status] == ["started", "known"]
    assert (inbox.said(), len(inbox.started)) == (None, 1)


CAUSES = {
    "of a function": (json.dumps({"errorMessage": CONFLICT, "errorType": "ArtefactConflict", "stackTrace": ["x"]})),
    "in plain text": CONFLICT,
}


@pytest.mark.parametrize("cause", CAUSES.values(), ids=CAUSES)
def test_a_run_that_the_first_state_refuses_is_told_beside_the_file(cause: str, inbox: WatchedInbox) -> None:
    # Given: two versions at once; neither run had the project yet when they were started.
    inbox.take(inbox.drop(OUTLINE))
    second = inbox.take(inbox.drop(WITH_LAB)).execution_name
    # When
    inbox.end(second, "FAILED", error="ArtefactConflict", cause=cause)
    # Then
    assert inbox.said() == (
        f"inbox/networks.yaml:\nrun {second} ended as FAILED: ArtefactConflict: {CONFLICT}\n"
        "Put this file here again when that is mended; what was made is kept, and not paid for again.\n"
    )
    # And: an event that comes again neither starts a run nor takes the word away.
    assert len(inbox.started) == 2
    # When
    inbox.take(inbox.drop(OUTLINE))
    # Then
    assert inbox.said() is None


@pytest.mark.parametrize("status", ["ABORTED", "TIMED_OUT"])
def test_a_run_that_ends_without_a_cause_is_told_too(status: str, inbox: WatchedInbox) -> None:
    # Given
    event = inbox.drop(OUTLINE, f"inbox/{'日' * 300}.yaml")
    name = inbox.take(event).execution_name
    # When
    inbox.end(name, status, error=None, cause=None)
    # Then
    said = f"inbox/{'日' * 300}.errors.txt"
    assert f"run {name} ended as {status}\n" in (inbox.said(said) or "")
    # When: the event of the drop comes again.
    assert inbox.take(event).status == "known"
    # Then
    assert inbox.said(said) is not None


def test_a_run_that_succeeds_after_all_takes_the_word_away_and_an_earlier_ones_end_says_nothing(
    inbox: WatchedInbox,
) -> None:
    # Given
    first = inbox.take(inbox.drop(OUTLINE)).execution_name
    second = inbox.take(inbox.drop(WITH_LAB)).execution_name
    # When: the earlier version's run ends.
    inbox.end(first, "FAILED", error="ArtefactConflict", cause=CONFLICT)
    # Then
    assert inbox.said() is None
    # When: the newer one's fails, and is redriven.
    inbox.end(second, "FAILED", error="ModulesFailed", cause="module 1: ModelThrottled")
    inbox.end(first, "SUCCEEDED")
    assert "module 1: ModelThrottled" in (inbox.said() or "")
    inbox.end(second, "SUCCEEDED")
    # Then
    assert inbox.said() is None


def test_a_run_that_step_functions_does_not_start_is_told_until_it_has_its_book(inbox: WatchedInbox) -> None:
    # Given
    event = inbox.drop(OUTLINE)
    inbox.step_functions.refuses = "ExecutionLimitExceeded"
    # When
    with pytest.raises(ClientError):
        inbox.take(event)
    # Then
    assert "could not be started (ExecutionLimitExceeded)" in (inbox.said() or "")
    # When: Lambda tries the event again.
    inbox.step_functions.refuses = ""
    name = inbox.take(event).execution_name
    inbox.end(name, "SUCCEEDED")
    # Then
    assert (list(inbox.started), inbox.said()) == ([name], None)


def test_a_book_of_one_file_takes_no_word_about_another_away(inbox: WatchedInbox) -> None:
    # Given: two files of one project, and of one name but for its ending.
    name = inbox.take(inbox.drop(OUTLINE, "inbox/networks.yaml")).execution_name
    inbox.works(name)
    inbox.take(inbox.drop(WITH_LAB, "inbox/networks.yml"))
    # When
    inbox.end(name, "SUCCEEDED")
    # Then
    assert (inbox.said() or "").startswith("inbox/networks.yml:\nproject networks: run inbox-networks-")
    # When: the other is put there again.
    inbox.going_on.clear()
    inbox.take(inbox.drop(WITH_LAB, "inbox/networks.yml"))
    # Then
    assert inbox.said() is None


def test_a_file_under_a_better_name_takes_the_word_about_its_name_away(inbox: WatchedInbox) -> None:
    # Given
    inbox.take(inbox.drop(OUTLINE, "inbox/networks.yaml.txt"))
    inbox.take(inbox.drop(OUTLINE, "inbox/networks.Yaml"))
    assert inbox.said() is not None
    # When
    inbox.take(inbox.drop(OUTLINE, "inbox/networks.yaml"))
    # Then
    assert inbox.said() is None


@pytest.mark.parametrize(
    "request_of_it",
    [None, "", "no JSON", "{}", json.dumps({"project_folder": "../x"}), json.dumps({"project_folder": "networks"})],
)
def test_an_execution_of_somebody_elses_is_none_of_the_inboxs(request_of_it: str | None, inbox: WatchedInbox) -> None:
    # Given: a name like one of the inbox's, and an outline that was not dropped.
    inbox.store.write("networks/outlines/inbox-mine.yaml", OUTLINE, content_type="application/yaml", replacing=None)
    # When / Then
    assert inbox.end("inbox-mine", "FAILED", input=request_of_it).status == "ignored"
    assert list(inbox.store.keys("inbox/")) == []


@pytest.mark.usefixtures("function_environment")
def test_the_handler_tells_drops_and_ends_apart(store: ArtefactStore, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    inbox = WatchedInbox(store)
    name = inbox.take(inbox.drop(OUTLINE)).execution_name
    detail = {"name": name, "status": "FAILED", "input": json.dumps(inbox.started[name]), "error": "BookFailed"}
    # When
    result = handler.lambda_handler({"source": "aws.states", "detail": detail}, FakeLambdaContext())
    # Then
    assert result == {"status": "ended", "execution_name": name}
    assert "ended as FAILED: BookFailed" in (inbox.said() or "")
