"""What the tests of the terminal share: every command of the command line, run in this process, and what it said."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import CommandLine, outline_of
from tests.support.fake_aws import FakeAws
from tests.support.serving import serving


@pytest.fixture
def command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: "pytest.CaptureFixture[str]") -> CommandLine:
    """A command line in an empty folder, without a local AWS, whose SDK asks once."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COURSEWRIGHT_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("HOME", str(tmp_path))
    return CommandLine(monkeypatch, capsys)


@pytest.fixture
def outline(tmp_path: Path) -> Path:
    return outline_of(tmp_path, "Networks")


@pytest.fixture
def closed_port() -> str:
    """The address of a port of this machine at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    """An account that answers the command line."""
    fake = FakeAws()
    with serving(fake.app()) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        yield fake
