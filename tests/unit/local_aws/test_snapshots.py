"""What ministack knows is saved as a whole, soon after a change, and never in the middle of a deployment."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from ministack.core.responses import AccountScopedDict

from local_aws.snapshots import Keeper, Snapshot
from tests.support.waiting import wait_until

Services = Mapping[str, Callable[[], object]]


def roles(*names: str) -> AccountScopedDict:
    found = AccountScopedDict()
    for name in names:
        found[name] = {"code": name.encode()}
    return found


def test_what_was_saved_is_loaded_in_ministacks_own_types(tmp_path: Path) -> None:
    # Given
    file = tmp_path / "snapshot.json"
    Snapshot(file).save({"iam": lambda: {"roles": roles("writer")}, "sts": lambda: None})
    # When
    loaded = Snapshot(file).load("iam")
    # Then
    assert isinstance(loaded, dict)
    assert loaded["roles"]["writer"] == {"code": b"writer"}
    assert Snapshot(file).load("sts") is None
    assert file.stat().st_mode & 0o077 == 0


def test_a_service_that_has_nothing_to_say_keeps_what_it_had(tmp_path: Path) -> None:
    file = tmp_path / "snapshot.json"
    Snapshot(file).save({"iam": lambda: {"roles": "all"}})
    Snapshot(file).save({"iam": lambda: None, "ssm": lambda: {"parameters": "one"}})
    assert Snapshot(file).load("iam") == {"roles": "all"}


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", json.dumps({"versions": {"iam": 999}, "services": {"iam": {}}})],
    ids=["empty", "cut off", "a list", "without fields", "of a later version"],
)
def test_what_cannot_be_read_is_set_aside_as_a_whole(tmp_path: Path, content: str) -> None:
    # Given
    file = tmp_path / "snapshot.json"
    file.write_text(content, encoding="utf-8")
    # When
    snapshot = Snapshot(file)
    snapshot.save({"ssm": lambda: {}})
    # Then
    assert snapshot.load("iam") is None
    assert file.with_suffix(".unreadable").read_text(encoding="utf-8") == content


class Emulator:
    """Services with a counter of their changes, and stacks that are being deployed or not."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.changes = 0
        self.runs: dict[str, str] = {}
        self.is_deploying = False
        self.faults: list[Exception] = []
        self.keeper = Keeper(Snapshot(file), self.services, lambda: not self.is_deploying, lambda: None)

    def services(self) -> Services:
        return {"s3": self.state}

    def state(self) -> object:
        if self.faults:
            raise self.faults.pop()
        return {"changes": self.changes}

    def states(self) -> dict[str, str]:
        return dict(self.runs)

    @property
    def saved(self) -> object:
        return Snapshot(self.file).load("s3") if self.file.exists() else None


@pytest.fixture
def emulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    for name in ("_LOOK_SECONDS", "_QUIET_SECONDS", "_TRY_AGAIN_SECONDS"):
        monkeypatch.setattr(f"local_aws.snapshots.{name}", 0.01)
    return Emulator(tmp_path / "snapshot.json")


def test_a_change_is_saved_and_so_is_a_run_that_begins_or_ends(emulator: Emulator) -> None:
    # Given: nothing to save.
    seen = emulator.keeper.look({}, emulator.states)
    assert emulator.saved is None
    # When
    emulator.changes = 1
    emulator.keeper.note_change()
    emulator.keeper.look(seen, emulator.states)
    # Then
    assert emulator.saved == {"changes": 1}
    # And: without a call, by the state of a run.
    emulator.changes = 2
    emulator.runs["run-1"] = "SUCCEEDED"
    emulator.keeper.look(seen, emulator.states)
    assert emulator.saved == {"changes": 2}


def test_a_deployment_is_saved_when_it_has_ended(emulator: Emulator) -> None:
    # Given
    emulator.is_deploying, emulator.changes = True, 1
    assert not emulator.keeper.save()
    emulator.keeper.note_change()
    seen = emulator.keeper.look({}, emulator.states)
    assert emulator.saved is None
    # When
    emulator.is_deploying = False
    emulator.keeper.look(seen, emulator.states)
    # Then
    assert emulator.saved == {"changes": 1}


@pytest.mark.parametrize("fault", [RuntimeError("dictionary changed size during iteration"), OSError(28, "no space")])
def test_what_could_not_be_saved_is_tried_again(emulator: Emulator, fault: Exception) -> None:
    # Given
    emulator.changes, emulator.faults = 1, [fault]
    emulator.keeper.note_change()
    # When
    seen = emulator.keeper.look({}, emulator.states)
    assert emulator.saved is None
    emulator.keeper.look(seen, emulator.states)
    # Then
    assert emulator.saved == {"changes": 1}


def test_a_thread_looks_all_the_time(emulator: Emulator) -> None:
    emulator.keeper.start(emulator.states)
    emulator.keeper.note_change()
    wait_until(lambda: emulator.saved == {"changes": 0}, "the change on disk")
