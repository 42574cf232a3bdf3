"""Commands that read start, stop and deploy nothing; local AWS that does not run is one line that says what to do."""

from pathlib import Path

import pytest

import local_aws
from local_aws.processes import BackgroundProcess
from tests.support.command_line import COMMANDS, TO_AWS, CommandLine, arguments_of, assert_one_line

_STARTING = {"generate", "resume", "local up"}
_STOPPING = {"local down"}
# These ask nobody.
_ALONE = {"estimate", "validate", "open", "doctor", "status", "checkin"}
_READING = sorted(set(COMMANDS) - _STARTING - _STOPPING)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was started, stopped or deployed."""
    noted: list[str] = []
    for place, name in (
        (local_aws, "up"),
        (local_aws, "down"),
        (local_aws, "forget"),
        (local_aws, "deploy"),
        (local_aws, "start_servers"),
        (local_aws, "stop_servers"),
        (local_aws, "restart_author"),
        (BackgroundProcess, "start"),
        (BackgroundProcess, "stop"),
    ):
        monkeypatch.setattr(place, name, lambda *_, name=name, **__: noted.append(name))
    return noted


@pytest.mark.parametrize("command", _READING)
def test_a_command_that_reads_starts_stops_and_deploys_nothing(
    command: str, command_line: CommandLine, outline: Path, tmp_path: Path, done: list[str]
) -> None:
    target = ["--target", "local"] if command in TO_AWS else []
    # When
    ended = command_line.run(*command.split(), *arguments_of(command, outline), *target)
    # Then
    assert done == []
    assert not (tmp_path / "state").exists()
    if command not in _ALONE:
        assert_one_line(ended, 1, "local AWS is not running; `coursewright local up` starts it, nothing is lost")


@pytest.mark.parametrize("command", ["estimate", "validate"])
def test_these_need_no_local_aws_at_all(
    command: str, command_line: CommandLine, outline: Path, done: list[str]
) -> None:
    target = ["--target", "local"] if command in TO_AWS else []
    assert command_line.run(command, str(outline), *target).exit_code == 0
    assert done == []
