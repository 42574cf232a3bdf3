"""`coursewright delete`: all of one project goes, and nothing of another."""

import json
import sys
from datetime import UTC, datetime, timedelta

import pytest

from coursewright.house import deletion
from coursewright.house.executions import KnownExecution
from tests.support.buckets import BUCKET
from tests.support.command_line import CommandLine, assert_one_line
from tests.support.housekeeping import House


def versions(house: House, prefix: str) -> list[str]:
    pages = list(house.deployment.s3.get_paginator("list_object_versions").paginate(Bucket=BUCKET, Prefix=prefix))
    return [
        *(each["Key"] for page in pages for each in page.get("Versions", [])),
        *(each["Key"] for page in pages for each in page.get("DeleteMarkers", [])),
    ]


@pytest.fixture
def two_projects(house: House) -> House:
    """A project with versions and a delete marker, one whose name begins the same, and an answer of the inbox."""
    house.make_project("networks")
    house.make_project("networks-2")
    house.store.write("inbox/networks.errors.txt", "x", content_type="t", replacing=None)
    outline = house.store.find("networks/outline.yaml")
    house.store.write("networks/outline.yaml", "newer", content_type="y", replacing=outline)
    house.deployment.s3.delete_object(Bucket=BUCKET, Key="networks/images/01-01-0001.png")
    return house


def answered(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: answer)


def test_every_version_and_delete_marker_goes_and_nothing_of_others(
    two_projects: House, command_line: CommandLine
) -> None:
    # Given
    others = two_projects.contents("networks-2/")
    # When
    ended = command_line.run("delete", "networks", "--yes", "--json")
    # Then
    assert ended.exit_code == 0, ended
    counted = json.loads(ended.out)
    assert (counted["objects"], counted["versions"], counted["delete_markers"]) == (5, 6, 1)
    assert counted["bytes"] > 0
    assert versions(two_projects, "networks/") == []
    assert two_projects.contents("networks-2/") == others
    assert two_projects.store.read("inbox/networks.errors.txt") == b"x"


def test_more_versions_than_one_request_deletes_go_page_by_page(
    house: House, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setattr(deletion, "_BATCH", 3)
    house.make_project("networks")
    for number in range(5):
        house.store.write(f"networks/drafts/{number}.json", "{}", content_type="j", replacing=None)
    # When
    ended = command_line.run("delete", "networks", "--yes")
    # Then
    assert ended.exit_code == 0
    assert "project networks is deleted: 10 objects, 10 versions" in ended.out
    assert versions(house, "networks/") == []


def test_the_name_is_asked_for_and_typed(
    two_projects: House, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(monkeypatch, "networks")
    assert command_line.run("delete", "networks").exit_code == 0
    assert versions(two_projects, "networks/") == []


@pytest.mark.parametrize("answer", ["y", "yes", "", "networks-2", "Networks"])
def test_any_other_answer_deletes_nothing(
    two_projects: House, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    # Given
    before = versions(two_projects, "")
    answered(monkeypatch, answer)
    # When / Then
    assert_one_line(command_line.run("delete", "networks"), 2, "nothing was deleted")
    assert versions(two_projects, "") == before


def test_without_a_terminal_nothing_is_deleted_unless_yes_is_said(
    two_projects: House, command_line: CommandLine
) -> None:
    # Given
    before = versions(two_projects, "")
    # When / Then
    assert_one_line(command_line.run("delete", "networks"), 2, "expected --yes", "5 objects")
    assert versions(two_projects, "") == before


def test_a_project_that_a_run_works_on_is_kept(two_projects: House, command_line: CommandLine) -> None:
    # Given
    two_projects.start("networks", "run-2")
    before = versions(two_projects, "")
    # When / Then
    assert_one_line(command_line.run("delete", "networks", "--yes"), 1, "run run-2 works on it")
    assert versions(two_projects, "") == before


def test_a_run_that_began_while_the_question_was_open_is_noticed(
    two_projects: House, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    def typed(*_: object, **__: object) -> str:
        two_projects.start("networks", "run-2")
        return "networks"

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.prompt", typed)
    # When / Then
    assert_one_line(command_line.run("delete", "networks"), 1, "run run-2 works on it")
    assert versions(two_projects, "networks/") != []


@pytest.mark.parametrize(("minutes", "is_refused"), [(3, True), (20, False)])
def test_functions_of_a_stopped_run_find_its_lease_as_long_as_they_run(
    two_projects: House,
    command_line: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
    minutes: int,
    is_refused: bool,
) -> None:
    # Given: without a lease they would go on to ask for paid texts.
    two_projects.start("networks", "run-2")
    two_projects.stop("run-2")
    ended_at = datetime.now(UTC) - timedelta(minutes=minutes)
    monkeypatch.setattr(deletion, "known_execution", lambda *_: KnownExecution("stopped", ended_at))
    # When
    ended = command_line.run("delete", "networks", "--yes")
    # Then
    assert ended.exit_code == (1 if is_refused else 0)
    assert ("its functions may write until" in ended.err) is is_refused
    assert bool(versions(two_projects, "networks/")) is is_refused


def test_what_s3_refuses_to_delete_is_told(
    two_projects: House, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    error = {"Key": "networks/outline.yaml", "Code": "AccessDenied", "Message": "no right"}
    monkeypatch.setattr(two_projects.deployment.s3, "delete_objects", lambda **_: {"Errors": [error]})
    # When / Then
    assert_one_line(
        command_line.run("delete", "networks", "--yes"),
        1,
        "S3 refused to delete 1 of 7 versions, the first 'networks/outline.yaml': AccessDenied",
    )
