"""`usd` in the report of `generate`, `watch` and `resume`."""

import json

import pytest

from course_kit.records.run_summary import RunStatus
from course_kit.records.spending import SpendingRecord
from course_kit.store.artefact_keys import ProjectKeys
from tests.support.command_line import CommandLine
from tests.support.housekeeping import House


def reported(command_line: CommandLine) -> object:
    ended = command_line.run("watch", "run-1", "--json")
    return json.loads(ended.out.splitlines()[-1])["usd"]


@pytest.fixture
def stopped(house: House) -> House:
    """A run that its author stopped after one lesson."""
    house.make_project("networks")
    house.deployment.s3.delete_object(Bucket=house.deployment.bucket, Key="networks/runs/run-1.json")
    house.start("networks", "run-1")
    house.stop("run-1")
    return house


def test_a_run_without_a_book_reports_what_its_records_tell(stopped: House, command_line: CommandLine) -> None:
    # Given: 100,000 tokens in and 50,000 out, at $1 and $10 a million.
    stopped.record_run("networks", "run-1", status=RunStatus.RUNNING)
    # When / Then
    assert reported(command_line) == pytest.approx(0.6)


def test_a_budgets_ledger_is_believed_first(stopped: House, command_line: CommandLine) -> None:
    # Given
    stopped.record_run("networks", "run-1", status=RunStatus.RUNNING)
    spent = SpendingRecord(limit_usd=5, spent_usd=0.75)
    stopped.store.write_model(ProjectKeys("networks").spending("run-1"), spent, replacing=None)
    # When / Then
    assert reported(command_line) == 0.75


def test_a_finished_book_has_its_own_sum(stopped: House, command_line: CommandLine) -> None:
    stopped.record_run("networks", "run-1", usd=0.66)
    assert reported(command_line) == 0.66


def test_a_model_without_a_price_is_unknown(stopped: House, command_line: CommandLine) -> None:
    stopped.record_run("networks", "run-1", status=RunStatus.RUNNING, prices=None)
    assert reported(command_line) is None


def test_a_summary_of_another_version_is_unknown(stopped: House, command_line: CommandLine) -> None:
    stopped.store.write("networks/runs/run-1.json", b'{"of": "another"}', content_type="j", replacing=None)
    assert reported(command_line) is None
