"""An outline dropped into the bucket: one run a version, and a word to whoever dropped a wrong one."""

import json
from dataclasses import dataclass, field

import pytest

from course_inbox.dropped_outline import DropEvent, Inbox
from course_kit.artefact_store import ArtefactStore
from course_kit.errors import RequestInvalid
from course_kit.events import parse_event
from prepare_modules.run_preparation import ExecutionRequest
from tests.unit.conftest import BUCKET

OUTLINE = "course: {title: T, language: en}\nmodules:\n- {title: M, lessons: [{title: L, duration_minutes: 15}]}\n"
WITH_LAB = OUTLINE.replace("{title: L,", "{title: L, lab_activities: [Try it],")


@dataclass
class StepFunctions:
    """Knows which executions have been started."""

    started: dict[str, dict[str, object]] = field(default_factory=dict)

    class exceptions:  # noqa: N801 - as boto3 names it
        class ExecutionAlreadyExists(Exception):
            pass

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> None:  # noqa: N803
        if name in self.started:
            raise self.exceptions.ExecutionAlreadyExists
        self.started[name] = json.loads(input)


@pytest.fixture
def inbox(store: ArtefactStore) -> Inbox:
    return Inbox(store=store, step_functions=StepFunctions(), state_machine_arn="arn:machine")  # type: ignore[arg-type]


def drop(inbox: Inbox, text: str, key: str = "inbox/Redes 2026: ¿qué?.yaml") -> dict[str, object]:
    """Put an object, and the event that S3 sends of it."""
    put = inbox.store.client.put_object(Bucket=BUCKET, Key=key, Body=text.encode())
    found = {"key": key, "size": len(text.encode()), "version-id": put["VersionId"], "etag": "e"}
    return {"source": "aws.s3", "detail": {"bucket": {"name": BUCKET}, "object": found}}


def take(inbox: Inbox, event: dict[str, object]) -> tuple[str, str]:
    result = inbox.take(parse_event(event, DropEvent).dropped)
    return result.status, result.execution_name


def executions(inbox: Inbox) -> dict[str, dict[str, object]]:
    return inbox.step_functions.started  # type: ignore[attr-defined,no-any-return]


def test_an_outline_starts_a_run_that_prepare_modules_accepts(inbox: Inbox) -> None:
    # When
    status, name = take(inbox, drop(inbox, OUTLINE))
    # Then
    assert status == "started"
    request = ExecutionRequest.model_validate(executions(inbox)[name])
    assert (request.project_folder, request.content_type) == ("redes-2026-que", "theory")
    assert inbox.store.read(request.outline_s3_key) == OUTLINE.encode()
    assert len(name) <= 80


def test_an_outline_with_labs_makes_both(inbox: Inbox) -> None:
    _, name = take(inbox, drop(inbox, WITH_LAB))
    assert executions(inbox)[name]["content_type"] == "both"


def test_an_event_that_comes_twice_starts_one_run_and_a_new_version_another(inbox: Inbox) -> None:
    # Given
    event = drop(inbox, OUTLINE)
    # When
    first, again, changed = take(inbox, event), take(inbox, event), take(inbox, drop(inbox, WITH_LAB))
    # Then
    assert (first[0], again[0], changed[0]) == ("started", "known", "started")
    assert first[1] == again[1] != changed[1]
    assert len(executions(inbox)) == 2
    # And: the first run's outline is still what was dropped then.
    assert inbox.store.read(str(executions(inbox)[first[1]]["outline_s3_key"])) == OUTLINE.encode()


def test_a_wrong_outline_starts_nothing_and_says_what_is_wrong_beside_it(inbox: Inbox) -> None:
    # When
    status, _ = take(inbox, drop(inbox, "modules: []", "inbox/x.yml"))
    # Then
    assert (status, executions(inbox)) == ("refused", {})
    errors = (inbox.store.read("inbox/x.errors.txt") or b"").decode()
    assert "modules" in errors
    assert "expected" in errors
    # When: it is mended.
    take(inbox, drop(inbox, OUTLINE, "inbox/x.yml"))
    # Then
    assert inbox.store.read("inbox/x.errors.txt") is None


def test_a_file_that_is_no_outline_by_its_size_is_not_read(inbox: Inbox) -> None:
    # Given
    event = drop(inbox, OUTLINE, "inbox/film.yaml")
    event["detail"]["object"]["size"] = 5_000_000_000  # type: ignore[index]
    # When / Then
    assert take(inbox, event)[0] == "refused"
    assert b"5,000,000,000 bytes" in (inbox.store.read("inbox/film.errors.txt") or b"")


@pytest.mark.parametrize("key", ["other/x.yaml", "inbox/x.txt", "inbox/deeper/x.yaml"])
def test_other_objects_are_refused(inbox: Inbox, key: str) -> None:
    with pytest.raises(RequestInvalid, match="key"):
        take(inbox, drop(inbox, OUTLINE, key))
