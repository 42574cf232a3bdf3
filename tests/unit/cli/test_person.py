"""The person at the command line: by git, else by the login name, and never more than S3's metadata hold."""

import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest

from course_kit.store.artefact import Artefact
from course_kit.store.provenance import is_marked_as_authors, maker_of, note_of
from coursewright.errors import BadInput
from coursewright.person import authors_metadata, checked_note, person_name


@pytest.fixture(autouse=True)
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home without git's settings, and a login name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("LOGNAME", "jdoe")


def name_in_git(name: str) -> None:
    subprocess.run(["git", "config", "--global", "user.name", name], check=True)


def test_git_knows_the_person(tmp_path: Path) -> None:
    name_in_git("Zoë  Ortega")
    assert person_name() == "Zoë Ortega"


def test_without_git_the_login_name_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert person_name() == "jdoe"
    monkeypatch.setenv("PATH", "/nowhere")
    assert person_name() == "jdoe"


def test_a_user_without_a_name_is_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_name() -> str:
        raise KeyError("getpwuid(): uid not found: 12345")

    monkeypatch.setattr("getpass.getuser", no_name)
    assert person_name() == "somebody"


def test_name_and_note_come_back_from_metadata_whatever_their_letters() -> None:
    # Given
    name_in_git("名" * 200)
    # When
    metadata = authors_metadata(" wrong\nport ✎ ")
    # Then: S3 takes two kilobytes of ASCII.
    stored = Artefact(key="k", etag="", fingerprint="", metadata=metadata)
    assert is_marked_as_authors(stored)
    assert note_of(stored) == "wrong port ✎"
    assert maker_of(stored).startswith("名名名")
    assert all(value.isascii() for value in metadata.values())
    assert sum(len(name) + len(value) for name, value in metadata.items()) < 2000


@pytest.mark.parametrize("note", ["x" * 901, "名" * 101])
def test_a_note_that_metadata_cannot_hold_is_refused(note: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked_note(note)
    assert "--note: found" in refused.value.lines[0]
    assert checked_note("x" * 900) == "x" * 900
    assert len(quote(checked_note("名" * 100))) == 900
