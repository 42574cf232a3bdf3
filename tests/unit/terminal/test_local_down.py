"""`coursewright local down` keeps; only `--discard` forgets, and asks first."""

import json
from pathlib import Path

import pytest
import typer

import local_aws
from local_aws import kept
from local_aws.connection import ACCOUNT
from tests.support.command_line import CommandLine, assert_one_line


@pytest.fixture(autouse=True)
def outlines(command_line: CommandLine) -> list[Path]:
    """Two projects that are kept; local AWS does not run."""
    files = []
    for project in ("networks", "databases"):
        folder = kept.objects_folder() / ACCOUNT / "coursewright-local-bucket" / project
        folder.mkdir(parents=True)
        (folder / "outline.yaml").write_bytes(b"x" * 500_000)
        (folder / "outline.yaml.meta.json").write_text(json.dumps({"size": 1}), encoding="utf-8")
        files.append(folder / "outline.yaml")
    (kept.kept_folder().parent).chmod(0o700)
    return files


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Somebody at the terminal who says no to each question; the questions."""
    asked: list[str] = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr(typer, "confirm", lambda question, **_: asked.append(question))
    return asked


def test_down_keeps_and_says_what(command_line: CommandLine, outlines: list[Path]) -> None:
    ended = command_line.run("local", "down")
    assert ended.exit_code == 0
    assert "local AWS was not running; it keeps 2 projects (1.0 MB in " in ended.out
    assert all(outline.exists() for outline in outlines)
    assert "lost" not in ended.out


def test_a_run_in_progress_is_told_to_go_on_later(command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_aws, "runs_in_progress", lambda: 1)
    assert "`coursewright resume PROJECT` goes on with it" in command_line.run("local", "down").out


def test_discard_asks_with_numbers_and_a_no_keeps_everything(
    command_line: CommandLine, outlines: list[Path], at_a_terminal: list[str]
) -> None:
    assert_one_line(command_line.run("local", "down", "--discard"), 2, "keeps 2 projects")
    assert at_a_terminal == [f"Forget 2 projects (1.0 MB in {kept.kept_folder()})? It cannot be brought back"]
    assert all(outline.exists() for outline in outlines)


def test_discard_at_no_terminal_needs_a_yes(command_line: CommandLine, outlines: list[Path]) -> None:
    assert_one_line(command_line.run("local", "down", "--discard"), 2, "expected --yes", "2 projects")
    assert all(outline.exists() for outline in outlines)
    # When
    ended = command_line.run("local", "down", "--discard", "--yes")
    # Then
    assert ended.exit_code == 0
    assert "has forgotten 2 projects (1.0 MB in " in ended.out
    assert not kept.kept_folder().exists()


def test_discard_waits_for_a_run_in_progress_unless_told_otherwise(
    command_line: CommandLine, outlines: list[Path], at_a_terminal: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setattr(local_aws, "runs_in_progress", lambda: 1)
    # When / Then
    assert_one_line(command_line.run("local", "down", "--discard"), 2, "found a run in progress")
    assert (at_a_terminal, all(outline.exists() for outline in outlines)) == ([], True)
    assert command_line.run("local", "down", "--discard", "--yes").exit_code == 0
    assert not kept.kept_folder().exists()


def test_a_yes_without_discard_is_refused(command_line: CommandLine) -> None:
    assert_one_line(command_line.run("local", "down", "--yes"), 2, "found without --discard")


def test_status_says_how_much_is_kept_although_nothing_runs(command_line: CommandLine) -> None:
    assert_one_line(command_line.run("local", "status"), 1, "nothing is lost; it keeps 2 projects (1.0 MB in ")
