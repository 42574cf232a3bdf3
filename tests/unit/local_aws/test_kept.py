"""How much is kept, told from the files alone, and forgotten only as a whole."""

import json
from pathlib import Path

import pytest

from local_aws import kept
from local_aws.connection import ACCOUNT
from local_aws.errors import LocalAwsError

BUCKET = "coursewright-local-coursebucket-1"


@pytest.fixture(autouse=True)
def state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COURSEWRIGHT_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


def store(key: str, body: bytes, *, bucket: str = BUCKET, is_deleted: bool = False) -> None:
    file = kept.objects_folder() / ACCOUNT / bucket / key
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)
    file.with_name(f"{file.name}.meta.json").write_text(json.dumps({"is_delete_marker": is_deleted}), encoding="utf-8")


def test_projects_are_counted_by_their_outlines_and_bytes_by_all_files() -> None:
    # Given: two projects, one that was deleted, what is no project, and another bucket.
    assert (kept.what_is_kept().projects, kept.what_is_kept().size) == (0, 0)
    store("networks/outline.yaml", b"x" * 1_000_000)
    store("databases/outline.yaml", b"x" * 1_500_000)
    store("old/outline.yaml", b"x", is_deleted=True)
    store("inbox/networks.yaml", b"x")
    store("assets/outline.yaml", b"x", bucket="cdk-assets")
    # When
    found = kept.what_is_kept()
    # Then
    assert found.projects == 2
    assert str(found) == f"2 projects (2.5 MB in {kept.kept_folder()})"


def test_what_was_uploaded_only_to_be_deployed_is_not_kept(state_folder: Path) -> None:
    # Given
    store("code.zip", b"x", bucket="cdk-hnb659fds-assets-000000000000-us-east-1")
    store("networks/outline.yaml", b"x")
    # When
    kept.make_kept_folder()
    # Then
    assert [path.name for path in (kept.objects_folder() / ACCOUNT).iterdir()] == [BUCKET]
    assert kept.what_is_kept().projects == 1
    assert kept.kept_folder().stat().st_mode & 0o077 == 0


def test_a_folder_of_what_is_kept_that_leads_elsewhere_is_refused(state_folder: Path, tmp_path: Path) -> None:
    state_folder.mkdir()
    (state_folder / "aws").symlink_to(tmp_path)
    with pytest.raises(LocalAwsError, match="symbolic link"):
        kept.make_kept_folder()


def test_discard_forgets_everything_and_nothing_else(state_folder: Path) -> None:
    # Given
    store("networks/outline.yaml", b"x")
    kept.remember_model("qwen3:8b", "http://localhost:11434")
    (state_folder / "localhost.crt").write_text("a certificate", encoding="utf-8")
    # When
    kept.discard()
    # Then
    assert [path.name for path in state_folder.iterdir()] == ["localhost.crt"]
    assert kept.what_is_kept().projects == 0


def test_every_model_of_ones_own_is_remembered_with_its_last_address(state_folder: Path) -> None:
    # Given
    state_folder.mkdir()
    # When
    for model_id, url in (("a", "http://one"), ("b", "http://two"), ("a", "http://three")):
        kept.remember_model(model_id, url)
    # Then
    assert kept.other_models().address_of == {"a": "http://three", "b": "http://two"}
    assert kept.models_file().stat().st_mode & 0o077 == 0
