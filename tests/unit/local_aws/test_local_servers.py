"""The servers find each their port, also when several local AWS are started at the same moment."""

import socket
from collections.abc import Iterator

import pytest

from local_aws import servers
from local_aws.errors import LocalAwsError
from local_aws.settings import LocalSettings
from local_aws.state import LocalState
from tests.support.local_state import state


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch, taken_port: int) -> list[int]:
    """The ports on which a start was tried; on the one that is taken it fails, as it was free a moment ago."""
    ports: list[int] = []

    def start_on(port: int, _: LocalSettings) -> LocalState:
        ports.append(port)
        if port == taken_port or len(ports) > 2:
            raise LocalAwsError("aws ended while starting")
        return state(emulator_port=port)

    monkeypatch.setattr(servers, "_start_on", start_on)
    free_port = servers._free_port
    monkeypatch.setattr(servers, "_free_port", lambda preferred: taken_port if preferred else free_port(0))
    return ports


def test_a_port_that_another_one_took_meanwhile_is_changed_for_a_free_one(tried: list[int], taken_port: int) -> None:
    # When
    started = servers.start_servers(LocalSettings.from_environment())
    # Then
    assert [tried[0], started.emulator_port] == [taken_port, tried[1]]
    assert len(tried) == 2


def test_a_server_that_fails_for_another_reason_is_not_started_again(
    tried: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: ports that stay free, and a server that does not start.
    monkeypatch.setattr(servers, "_is_free", lambda port: True)
    # When / Then
    with pytest.raises(LocalAwsError, match="ended while starting"):
        servers.start_servers(LocalSettings.from_environment())
    assert len(tried) == 1


def test_a_port_that_is_asked_for_is_not_changed(
    tried: list[int], taken_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSEWRIGHT_LOCAL_PORT", str(taken_port))
    with pytest.raises(LocalAwsError, match="ended while starting"):
        servers.start_servers(LocalSettings.from_environment())
    assert tried == [taken_port]
