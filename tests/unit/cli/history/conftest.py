"""A project with a run's artefacts in a versioned bucket, and the commands of its versions."""

from pathlib import Path

import pytest

from course_kit.store.artefact_store import ArtefactStore
from coursewright.deployment import Deployment
from tests.support.command_line import CommandLine
from tests.support.housekeeping import House
from tests.support.kept_versions import Kept


@pytest.fixture
def kept(store: ArtefactStore, monkeypatch: pytest.MonkeyPatch) -> Kept:
    house = House.in_moto(store.client)
    house.make_project("networks")
    return Kept(house, monkeypatch)


@pytest.fixture
def command_line(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: "pytest.CaptureFixture[str]"
) -> CommandLine:
    """A command line that finds the project, of a person called Ada."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Deployment, "find", lambda target, stage: kept.house.deployment)
    monkeypatch.setattr("coursewright.person.person_name", lambda: "Ada Lovelace")
    monkeypatch.setenv("COLUMNS", "200")
    return CommandLine(monkeypatch, capsys)
