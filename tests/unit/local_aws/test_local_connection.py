"""What of a user's environment reaches local AWS: what Lambda has, whatever the machine's own settings are."""

from pathlib import Path

import pytest

from local_aws import LocalConnection

CONNECTION = LocalConnection(4566, Path("localhost.crt"), access_key="AKIAKEY", secret_key="a-secret")


def test_the_locale_and_the_time_zone_are_those_of_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    for name, value in {
        "LC_ALL": "de_DE.ISO-8859-1",
        "LANG": "tr_TR",
        "TZ": "Asia/Kathmandu",
        "PYTHONUTF8": "0",
    }.items():
        monkeypatch.setenv(name, value)
    # When
    environment = CONNECTION.environment()
    # Then
    assert {name: environment[name] for name in ("LC_ALL", "LANG", "TZ", "PYTHONUTF8")} == {
        "LC_ALL": "C.UTF-8",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONUTF8": "1",
    }


@pytest.mark.parametrize("home", ["", None])
def test_a_home_that_there_is_not_is_not_passed_on(home: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME", raising=False) if home is None else monkeypatch.setenv("HOME", home)
    assert "HOME" not in CONNECTION.environment()


def test_a_home_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    assert CONNECTION.environment()["HOME"] == "/home/somebody"
