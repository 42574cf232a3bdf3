"""`coursewright runs`: what a project's runs were, newest first."""

import json
from datetime import UTC, datetime

import pytest

from course_kit.records.brief_manifest import BriefManifest
from course_kit.records.editing_manifest import EditingManifest
from course_kit.records.run_summary import RunStatus
from course_kit.records.spending import SpendingRecord
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.usage import Usage
from coursewright.house.run_work import RunWork, work_by_run
from coursewright.house.runs import ranges_of
from tests.support.command_line import CommandLine, assert_one_line
from tests.support.housekeeping import House


def runs_of(command_line: CommandLine, project: str = "networks") -> dict[str, dict[str, object]]:
    ended = command_line.run("runs", project, "--json")
    assert ended.exit_code == 0, ended
    return {row["name"]: row for row in json.loads(ended.out)["runs"]}


def test_runs_come_newest_first_with_work_and_money(house: House, command_line: CommandLine) -> None:
    # Given: a run with a book; a later one, stopped, with a budget; one that goes on and has made nothing.
    house.make_project("networks")
    for days, name in ((1, "a-stopped"), (2, "b-running")):
        house.start("networks", name)
        house.record_run("networks", name, days=days, status=RunStatus.RUNNING, modules=(days + 1,))
    house.stop("a-stopped")
    spent = SpendingRecord(limit_usd=5, spent_usd=1.25)
    house.store.write_model(ProjectKeys("networks").spending("a-stopped"), spent, replacing=None)
    # When
    rows = runs_of(command_line)
    # Then
    assert list(rows) == ["b-running", "a-stopped", "run-1"]
    assert [row["status"] for row in rows.values()] == ["running", "stopped", "succeeded"]
    assert [row["usd"] for row in rows.values()] == [0.0, 1.25, 0.6]
    first = rows["run-1"]
    assert (first["made"], first["reused"], first["modules"]) == (1, 1, [1])
    assert first["ended_at"] == "2026-11-05T12:09:00Z"
    assert rows["a-stopped"]["ended_at"] is not None
    assert rows["b-running"]["ended_at"] is None


def test_a_failed_run_costs_what_its_records_tell(house: House, command_line: CommandLine) -> None:
    # Given: no book and no budget; the lesson took 100,000 tokens in and 50,000 out, at $1 and $10 a million.
    house.make_project("networks", run="run-0")
    house.deployment.s3.delete_object(Bucket=house.deployment.bucket, Key="networks/runs/run-0.json")
    house.record_run("networks", "run-0", status=RunStatus.RUNNING)
    # When / Then
    row = runs_of(command_line)["run-0"]
    assert row["usd"] == pytest.approx(0.6)
    assert row["status"] == "unknown"


def test_what_later_runs_have_written_over_is_unknown_and_not_nothing(house: House, command_line: CommandLine) -> None:
    # Given: a run without a book, and a later one of the same module.
    house.make_project("networks", run="later")
    house.record_run("networks", "earlier", days=-1, status=RunStatus.RUNNING)
    # When / Then
    row = runs_of(command_line)["earlier"]
    assert (row["made"], row["reused"], row["usd"]) == (None, None, None)


def test_a_run_of_a_model_without_a_price_is_unknown(house: House, command_line: CommandLine) -> None:
    house.record_run("networks", "run-1", prices=None)
    assert runs_of(command_line)["run-1"]["usd"] is None


def test_records_of_another_version_are_counted(house: House, command_line: CommandLine) -> None:
    # Given
    house.record_run("networks", "run-1")
    house.store.write("networks/runs/other.json", b'{"of": "another"}', content_type="j", replacing=None)
    house.store.write("networks/manifests/module-01.json", b"{}", content_type="j", replacing=None)
    # When
    ended = command_line.run("runs", "networks")
    # Then
    assert ended.exit_code == 0
    assert "1 run has a record of another version" in ended.out
    assert "run-1" in ended.out


def test_a_running_run_says_how_to_stop_it(house: House, command_line: CommandLine) -> None:
    # Given
    house.start("networks", "run-1")
    house.record_run("networks", "run-1", status=RunStatus.RUNNING)
    # When
    ended = command_line.run("runs", "networks")
    # Then
    assert "run-1 goes on; stop it with `coursewright stop run-1 --target aws`" in ended.out


@pytest.mark.parametrize("command", ["runs", "export", "delete"])
def test_a_project_that_there_is_not_is_one_line(house: House, command_line: CommandLine, command: str) -> None:
    # Given: a project whose name begins the same.
    house.make_project("networks-2")
    # When / Then
    assert_one_line(command_line.run(command, "networks"), 2, "PROJECT: found 'networks'", "coursewright projects")


@pytest.mark.parametrize("command", ["runs", "export", "delete"])
@pytest.mark.parametrize("name", ["../x", "inbox", "a/b", ""])
def test_a_name_that_no_project_has_is_refused(command_line: CommandLine, command: str, name: str) -> None:
    assert_one_line(command_line.run(command, name), 2, f"PROJECT: found {name!r}")


def test_modules_are_written_as_they_are_asked_for() -> None:
    assert ranges_of((1, 2, 3, 12)) == "1-3,12"
    assert ranges_of((4,)) == "4"
    assert ranges_of(()) == ""


def test_a_brief_and_edits_are_work_of_their_run(house: House) -> None:
    # Given
    keys, now = ProjectKeys("networks"), datetime(2026, 11, 5, 12, tzinfo=UTC)
    usage = Usage(model_calls=1, input_tokens=100, output_tokens=10)
    entry = {"execution_name": "run-9", "started_at": now, "ended_at": now, "usage": usage}
    house.store.write_model(keys.brief_manifest(), BriefManifest(**entry), replacing=None)
    house.store.write_model(keys.editing_manifest(), EditingManifest(**entry), replacing=None)
    # When / Then
    assert work_by_run(house.store, keys) == {"run-9": RunWork(made=1, usage=usage + usage)}
