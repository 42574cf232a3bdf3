"""With what the servers are started: keys of their own, paths that nobody guesses, and none of it on a command line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import local_aws
from local_aws import servers
from local_aws.processes import BackgroundProcess
from local_aws.root_key import RootKey
from local_aws.settings import LocalSettings
from local_aws.state import LocalState, only_one_command, state_dir


@dataclass
class Started:
    """What would have been started: command and environment by the server's name."""

    commands: dict[str, tuple[str, ...]] = field(default_factory=dict)
    environments: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def start(self) -> LocalState:
        with only_one_command():
            return servers.start_servers(LocalSettings.from_environment())


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Started:
    """Servers that are not run; all else is as with ones that are."""
    record = Started()

    def note(process: BackgroundProcess, module: Sequence[str], environment: Mapping[str, str]) -> None:
        record.commands[process.name] = tuple(module)
        record.environments[process.name] = environment

    monkeypatch.setattr(BackgroundProcess, "start", note)
    monkeypatch.setattr(BackgroundProcess, "wait_until", lambda *_: None)
    monkeypatch.setenv("COURSEWRIGHT_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("COURSEWRIGHT_FAULT_PROXY", "bedrock,s3")
    for name in ("COURSEWRIGHT_LOCAL_PORT", "COURSEWRIGHT_MODEL_URL", "COURSEWRIGHT_MODEL_NAME"):
        monkeypatch.delenv(name, raising=False)
    return record


def secrets_of(state: LocalState) -> set[str]:
    key = RootKey.load(state_dir())
    assert key is not None
    paths = (urlsplit(url).path.rsplit("/", 1)[1] for url in (state.model_url, state.fault_proxy_control_url))
    return {key.access_key, key.secret_key, *paths}


def test_every_start_makes_secrets_of_its_own(started: Started) -> None:
    # When
    first, second = secrets_of(started.start()), secrets_of(started.start())
    # Then
    assert len(first | second) == 8
    assert all(len(secret) >= 20 for secret in first | second)


def test_servers_get_them_by_their_environment_and_no_command_line_shows_them(started: Started) -> None:
    # When
    state = started.start()
    # Then
    connection = servers.connection_of(state)
    assert connection == servers.connection_of(LocalState.load() or state)
    assert started.environments["aws"]["AWS_ACCESS_KEY_ID"] == connection.access_key
    assert started.environments["aws"]["AWS_SECRET_ACCESS_KEY"] == connection.secret_key
    assert started.environments["aws"]["MINISTACK_BEDROCK_PROXY_URL"] == state.model_url
    assert started.environments["author"]["COURSEWRIGHT_AUTHOR_PATH"] == urlsplit(state.model_url).path
    control = started.environments["fault-proxy"]["COURSEWRIGHT_FAULT_PROXY_CONTROL"]
    assert f"{state.fault_proxy_url}{control}" == state.fault_proxy_control_url
    shown = " ".join(word for command in started.commands.values() for word in command)
    assert started.commands.keys() == {"aws", "author", "fault-proxy"}
    assert not [secret for secret in secrets_of(state) if secret in shown]


def test_ministack_keeps_its_files_where_nobody_else_can_prepare_them(started: Started) -> None:
    # When
    started.start()
    # Then: its own defaults are below /tmp, under names that everybody knows.
    for name in ("TMPDIR", "STATE_DIR", "S3_DATA_DIR"):
        assert state_dir() in Path(started.environments["aws"][name]).parents


def test_what_is_kept_is_apart_from_what_a_start_removes(started: Started) -> None:
    # Given: something that is kept, and something unpacked for the servers of an earlier start.
    started.start()
    environment = started.environments["aws"]
    object_file = Path(environment["S3_DATA_DIR"]) / "000000000000" / "coursewright-local" / "p" / "lesson.md"
    unpacked = Path(environment["TMPDIR"]) / "ministack-lambda-1"
    object_file.parent.mkdir(parents=True)
    object_file.write_text("a lesson", encoding="utf-8")
    (Path(environment["STATE_DIR"]) / "snapshot.json").write_text("{}", encoding="utf-8")
    unpacked.mkdir()
    # When
    servers.stop_servers()
    started.start()
    # Then: ministack is told to keep, and is given the same folders.
    again = started.environments["aws"]
    assert (again["S3_PERSIST"], again["PERSIST_STATE"]) == ("1", "1")
    assert [again[name] for name in ("S3_DATA_DIR", "STATE_DIR")] == [
        environment[name] for name in ("S3_DATA_DIR", "STATE_DIR")
    ]
    assert object_file.read_text(encoding="utf-8") == "a lesson"
    assert (Path(again["STATE_DIR"]) / "snapshot.json").exists()
    assert not unpacked.exists()


def test_a_model_of_ones_own_is_asked_through_the_offline_author(
    started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setenv("COURSEWRIGHT_MODEL_URL", "http://localhost:11434")
    monkeypatch.setenv("COURSEWRIGHT_MODEL_NAME", "qwen3:8b")
    # When
    state = started.start()
    # Then: the addresses of models are in a file, since another run may name another one.
    assert started.environments["aws"]["MINISTACK_BEDROCK_PROXY_URL"] == state.model_url
    assert Path(started.environments["author"]["COURSEWRIGHT_AUTHOR_MODELS"]).parent == state_dir()
    assert (state.shown_model_url, state.is_offline) == ("http://localhost:11434", False)


def test_status_shows_how_to_use_it_and_no_secret(started: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    state = started.start()
    monkeypatch.setattr(local_aws, "_is_healthy", lambda _: True)
    # When
    found = local_aws.status()
    # Then
    names = [word.partition("=")[0] for word in found.sdk_settings.split()]
    assert names == ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CA_BUNDLE"]
    assert found.model_url.startswith("http://127.0.0.1:")
    assert not [secret for secret in secrets_of(state) if secret in str(found)]


def test_what_an_earlier_version_left_running_is_asked_with_its_own_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: a state folder without keys: its servers know `test` alone, and are asked whether a run is in progress.
    monkeypatch.setenv("COURSEWRIGHT_STATE_DIR", str(tmp_path))
    state = LocalState(
        emulator_port=4566,
        certificate=tmp_path / "localhost.crt",
        server_version="earlier",
        model_url="http://127.0.0.1:1",
        text_model_id="m",
    )
    # When
    connection = servers.connection_of(state)
    # Then
    assert (connection.access_key, connection.secret_key) == ("test", "test")
    assert state.shown_model_url == state.model_url


def test_what_an_earlier_version_noted_of_a_model_of_ones_own_is_read() -> None:
    found = {
        **{"gateway_port": 4566, "certificate": "localhost.crt", "server_version": "earlier"},
        **{"model_url": "http://localhost:11434", "text_model_id": "qwen3:8b", "is_offline": False},
    }
    state = LocalState.model_validate(found)
    assert (state.emulator_port, state.own_model_url, state.is_offline) == (4566, "http://localhost:11434", False)


def test_servers_are_started_anew_for_another_course_kit_and_not_for_another_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    for name in ("requirements.txt", "lambdas/course_kit/outline.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("first", encoding="utf-8")
    monkeypatch.setattr(servers, "PROJECT_ROOT", tmp_path)
    first = servers.server_version(LocalSettings.from_environment())
    # When / Then
    monkeypatch.setenv("COURSEWRIGHT_MODEL_URL", "http://localhost:11434")
    monkeypatch.setenv("COURSEWRIGHT_MODEL_NAME", "qwen3:8b")
    assert servers.server_version(LocalSettings.from_environment()) == first
    (tmp_path / "lambdas/course_kit/outline.py").write_text("second", encoding="utf-8")
    assert servers.server_version(LocalSettings.from_environment()) != first
