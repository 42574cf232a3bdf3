"""One execution a project; and which execution a function still works for."""

import boto3
import pytest
from botocore.stub import Stubber

from course_kit.errors import ArtefactConflict
from course_kit.execution_status import is_running
from course_kit.records.project_lease import ProjectLease
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore

ARN = "arn:aws:states:us-east-1:123456789012:execution:Coursewright-dev-Course:run-1"


def lease(store: ArtefactStore, execution_name: str) -> ProjectLease:
    return ProjectLease(store, ProjectKeys("p"), execution_name)


def goes_on(_: str) -> bool:
    return True


def has_ended(_: str) -> bool:
    return False


def test_an_ended_run_is_followed_and_its_functions_make_nothing_more(store: ArtefactStore) -> None:
    # Given
    lease(store, "run-1").take(ARN, goes_on)
    lease(store, "run-1").require()
    # When: its execution was stopped, and another one begins.
    lease(store, "run-2").take(ARN, has_ended)
    # Then
    lease(store, "run-2").require()
    with pytest.raises(ArtefactConflict, match="another run has taken it over, so run run-1 makes nothing more"):
        lease(store, "run-1").require()


def test_two_that_follow_an_ended_run_at_once_do_not_both_get_the_project(store: ArtefactStore) -> None:
    # Given: both have seen that run-1 has ended before either has written.
    lease(store, "run-1").take(ARN, goes_on)

    def has_ended_and_run_3_was_quicker(_: str) -> bool:
        lease(store, "run-3").take(ARN, has_ended)
        return False

    # When / Then
    with pytest.raises(ArtefactConflict):
        lease(store, "run-2").take(ARN, has_ended_and_run_3_was_quicker)
    lease(store, "run-3").require()


def test_a_step_called_outside_any_execution_needs_no_lease(store: ArtefactStore) -> None:
    lease(store, "run-1").take(ARN, goes_on)
    lease(store, "manual").require()


def test_names_of_any_script_are_kept_in_metadata(store: ArtefactStore) -> None:
    lease(store, "läuft-日本").take(ARN, goes_on)
    lease(store, "läuft-日本").require()


@pytest.mark.parametrize(
    ("status", "expected"), [("RUNNING", True), ("SUCCEEDED", False), ("ABORTED", False), ("TIMED_OUT", False)]
)
def test_an_execution_goes_on_or_has_ended(monkeypatch: pytest.MonkeyPatch, status: str, expected: bool) -> None:
    client = boto3.client("stepfunctions")
    stubber = Stubber(client)
    answer = {"executionArn": ARN, "stateMachineArn": ARN, "status": status, "startDate": 0}
    stubber.add_response("describe_execution", answer, {"executionArn": ARN})
    monkeypatch.setattr(boto3, "client", lambda _: client)
    with stubber:
        assert is_running(ARN) is expected


def test_an_execution_that_nobody_remembers_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    client = boto3.client("stepfunctions")
    stubber = Stubber(client)
    stubber.add_client_error("describe_execution", "ExecutionDoesNotExist")
    monkeypatch.setattr(boto3, "client", lambda _: client)
    with stubber:
        assert not is_running(ARN)
