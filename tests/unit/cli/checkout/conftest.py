"""A project in a bucket in moto, and a person with a folder."""

from pathlib import Path

import pytest

from course_kit.store.artefact_store import ArtefactStore
from coursewright.deployment import Deployment
from tests.support.command_line import CommandLine
from tests.support.housekeeping import House
from tests.support.workshop import Workshop


@pytest.fixture
def workshop(
    store: ArtefactStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: "pytest.CaptureFixture[str]"
) -> Workshop:
    house = House.in_moto(store.client)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Deployment, "find", lambda target, stage: house.deployment)
    monkeypatch.setattr("coursewright.person._git_name", lambda: "Ana Núñez")
    found = Workshop(house, CommandLine(monkeypatch, capsys), tmp_path / "book")
    found.make_project()
    return found
