"""`coursewright costs`: money by project and month, and what of it is not known."""

import json

import pytest

from course_kit.records.run_summary import RunStatus
from coursewright.house.tables import money_cell, size_cell
from tests.support.command_line import CommandLine, assert_one_line
from tests.support.housekeeping import House


@pytest.fixture
def paid(house: House) -> House:
    """Two projects; one has runs of two months, one of them by a model without a price."""
    house.record_run("networks", "run-1", usd=1.5)
    house.record_run("networks", "run-2", days=1, usd=0.5)
    house.record_run("networks", "run-3", days=30, usd=2.0)
    house.record_run("networks", "run-4", days=31, prices=None)
    house.record_run("redes", "run-1", usd=4.0)
    return house


def costs(command_line: CommandLine, *words: str) -> dict[str, object]:
    ended = command_line.run("costs", "--json", *words)
    assert ended.exit_code == 0, ended
    found: dict[str, object] = json.loads(ended.out)
    return found


def test_money_is_added_by_project_and_month_and_the_unknown_is_counted(paid: House, command_line: CommandLine) -> None:
    found = costs(command_line)
    assert found["rows"] == [
        {"project": "networks", "month": "2026-11", "runs": 2, "unknown": 0, "usd": 2.0},
        {"project": "networks", "month": "2026-12", "runs": 2, "unknown": 1, "usd": 2.0},
        {"project": "redes", "month": "2026-11", "runs": 1, "unknown": 0, "usd": 4.0},
    ]
    assert (found["runs"], found["unknown"], found["unreadable"], found["usd"]) == (5, 1, 0, 8.0)


def test_one_month_is_one_month(paid: House, command_line: CommandLine) -> None:
    found = costs(command_line, "--month", "2026-12")
    assert (found["month"], found["runs"], found["unknown"], found["usd"]) == ("2026-12", 2, 1, 2.0)


def test_what_a_run_without_a_book_has_spent_counts(house: House, command_line: CommandLine) -> None:
    # Given
    house.make_project("networks")
    house.deployment.s3.delete_object(Bucket=house.deployment.bucket, Key="networks/runs/run-1.json")
    house.record_run("networks", "run-1", status=RunStatus.RUNNING)
    # When / Then
    assert costs(command_line)["usd"] == pytest.approx(0.6)


def test_the_table_says_what_its_sum_lacks(paid: House, command_line: CommandLine) -> None:
    # Given
    paid.store.write("redes/runs/other.json", b"{}", content_type="j", replacing=None)
    # When
    ended = command_line.run("costs")
    # Then
    assert "1 run without prices or records" in ended.out
    assert "1 run with records of another version" in ended.out
    assert ended.out.rstrip().splitlines()[-3].split() == ["all", "5", "1", "8.00"]


@pytest.mark.parametrize("month", ["2026-13", "2026", "november", "2026-1", "26-11", "2026-11-01"])
def test_what_is_no_month_is_refused(command_line: CommandLine, month: str) -> None:
    assert_one_line(command_line.run("costs", "--month", month), 2, f"--month: found {month!r}, expected YYYY-MM")


def test_a_month_without_runs_is_said(paid: House, command_line: CommandLine) -> None:
    assert "no runs in 2025-01" in command_line.run("costs", "--month", "2025-01").out


def test_amounts_are_short_and_never_rounded_to_nothing() -> None:
    assert [money_cell(usd) for usd in (None, 0.0, 0.004, 1.5, 1234.5)] == [
        "unknown",
        "0.00",
        "0.004",
        "1.50",
        "1,234.50",
    ]
    assert [size_cell(size) for size in (0, 999, 1500, 2_500_000)] == ["0 B", "999 B", "1.5 kB", "2.5 MB"]
