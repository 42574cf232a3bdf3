"""A house with a bucket and a state machine, and its commands run in this process."""

from pathlib import Path

import pytest

from course_kit.store.artefact_store import ArtefactStore
from coursewright.deployment import Deployment
from tests.support.command_line import CommandLine
from tests.support.housekeeping import House


@pytest.fixture
def house(store: ArtefactStore) -> House:
    return House.in_moto(store.client)


@pytest.fixture
def command_line(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: "pytest.CaptureFixture[str]"
) -> CommandLine:
    """A command line that finds the house, whatever its target."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Deployment, "find", lambda target, stage: house.deployment)
    return CommandLine(monkeypatch, capsys)
