"""Commands that are refused before anything is asked or written."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.command_line import CommandLine

GOOD = "course: {title: Good}\nmodules:\n- {title: One, lessons: [{title: A}]}\n- {title: Two, lessons: [{title: B}]}\n"
COMMAND = Path(sys.executable).with_name("coursewright")


def run(*arguments: str, cwd: Path, **changes: str) -> "subprocess.CompletedProcess[str]":
    """Run the command line where no local AWS is, and none could be started: bad input must not get that far."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(cwd),
        **_without_local_aws(cwd),
        "LANG": "C.UTF-8",
        # `make prove` runs the command line of a copy.
        **{name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ},
        **changes,
    }
    return subprocess.run(
        [str(COMMAND), *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )


def run_here(command_line: CommandLine, *arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    """Run the command line as `run` does, but in this process: a start takes longer than most refusals."""
    command_line.monkeypatch.chdir(cwd)
    for name, value in _without_local_aws(cwd).items():
        command_line.monkeypatch.setenv(name, value)
    ended = command_line.run(*arguments)
    return subprocess.CompletedProcess(arguments, ended.exit_code, ended.out, ended.err)


def _without_local_aws(cwd: Path) -> dict[str, str]:
    return {"COURSEWRIGHT_STATE_DIR": str(cwd / "state"), "COURSEWRIGHT_LOCAL_PORT": "not a port"}


def assert_refused(ended: "subprocess.CompletedProcess[str]", cwd: Path, lines: int, *named: str) -> None:
    assert ended.returncode == 2, ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
    assert len(ended.stderr.strip().splitlines()) == lines, ended.stderr
    for text in named:
        assert text in ended.stderr
    assert not (cwd / "out").exists()
    assert not (cwd / "state").exists()
