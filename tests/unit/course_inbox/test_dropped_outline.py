"""An outline dropped into the bucket: one run a version, and a word to whoever dropped a wrong one."""

import boto3
import pytest
from botocore.stub import Stubber

from course_kit.errors import RequestInvalid
from prepare_modules.execution_request import ExecutionRequest
from tests.support.watched_inbox import OUTLINE, WITH_LAB, WatchedInbox


def test_an_outline_starts_a_run_that_prepare_modules_accepts(inbox: WatchedInbox) -> None:
    # When
    result = inbox.take(inbox.drop(OUTLINE, "inbox/Redes 2026: ¿qué?.yaml"))
    # Then
    assert result.status == "started"
    request = ExecutionRequest.model_validate(inbox.started[result.execution_name])
    assert (request.project_folder, request.content_type) == ("redes-2026-que", "theory")
    assert inbox.store.read(request.outline_s3_key) == OUTLINE.encode()
    assert len(result.execution_name) <= 80


def test_an_outline_with_labs_makes_both(inbox: WatchedInbox) -> None:
    result = inbox.take(inbox.drop(WITH_LAB))
    assert inbox.started[result.execution_name]["content_type"] == "both"


def test_an_event_that_comes_twice_starts_one_run_and_a_new_version_another(inbox: WatchedInbox) -> None:
    # Given
    event = inbox.drop(OUTLINE)
    # When
    first, again, changed = inbox.take(event), inbox.take(event), inbox.take(inbox.drop(WITH_LAB))
    # Then
    assert (first.status, again.status, changed.status) == ("started", "known", "started")
    assert first.execution_name == again.execution_name != changed.execution_name
    assert len(inbox.started) == 2
    # And: the first run's outline is still what was dropped then.
    assert inbox.store.read(inbox.started[first.execution_name]["outline_s3_key"]) == OUTLINE.encode()


def test_a_wrong_outline_starts_nothing_and_says_what_is_wrong_beside_it(inbox: WatchedInbox) -> None:
    # When
    result = inbox.take(inbox.drop("modules: []", "inbox/x.yml"))
    # Then
    assert (result.status, inbox.started) == ("refused", {})
    errors = inbox.said("inbox/x.errors.txt") or ""
    assert errors.startswith("inbox/x.yml:\n")
    assert "modules" in errors
    assert "expected" in errors
    # When: it is mended.
    inbox.take(inbox.drop(OUTLINE, "inbox/x.yml"))
    # Then
    assert inbox.said("inbox/x.errors.txt") is None


def test_what_is_said_is_about_the_file_that_lies_there_now(inbox: WatchedInbox) -> None:
    # Given: a wrong outline was mended at once, and the event of the wrong one comes last.
    wrong, right = inbox.drop("modules: []"), inbox.drop(OUTLINE)
    # When
    inbox.take(right)
    inbox.take(wrong)
    # Then
    assert inbox.said() is None
    # Given: the right one was replaced by a wrong one, and the event of the right one comes last.
    right, wrong = inbox.drop(OUTLINE), inbox.drop("modules: []")
    # When
    inbox.take(wrong)
    inbox.take(right)
    # Then
    assert inbox.said() is not None


def test_a_file_that_is_no_outline_by_its_size_is_not_read(inbox: WatchedInbox) -> None:
    # Given
    event = inbox.drop(OUTLINE, "inbox/film.yaml")
    event["detail"]["object"]["size"] = 5_000_000_000  # type: ignore[index]
    # When / Then
    assert inbox.take(event).status == "refused"
    assert "5,000,000,000 bytes" in (inbox.said("inbox/film.errors.txt") or "")


def test_a_file_that_s3_does_not_give_out_is_answered(inbox: WatchedInbox, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given: somebody has put it into an archive, or encrypted it with a key of theirs.
    event, refusing = inbox.drop(OUTLINE), boto3.client("s3")
    stubber = Stubber(refusing)
    stubber.add_client_error("get_object", "InvalidObjectState", http_status_code=403)
    monkeypatch.setattr(inbox.store.client, "get_object", refusing.get_object)
    # When
    with stubber:
        result = inbox.take(event)
    # Then
    monkeypatch.undo()
    assert (result.status, inbox.started) == ("refused", {})
    assert "S3 does not give it out (InvalidObjectState)" in (inbox.said() or "")


def test_an_object_beside_the_inbox_is_refused(inbox: WatchedInbox) -> None:
    with pytest.raises(RequestInvalid, match="key"):
        inbox.take(inbox.drop(OUTLINE, "other/x.yaml"))
