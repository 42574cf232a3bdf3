"""The keys of local AWS's root user, and the two files by which the AWS CLI finds it."""

import os
import shlex
from pathlib import Path

import boto3
import pytest

from local_aws.errors import LocalAwsError
from local_aws.root_key import CREDENTIALS_FILE, RootKey, save_profile, sdk_settings


def test_no_two_are_alike_and_none_is_well_known() -> None:
    # When
    made = [RootKey.make() for _ in range(50)]
    # Then
    assert len({key.access_key for key in made}) == len({key.secret_key for key in made}) == 50
    assert all(len(key.access_key) == 20 and len(key.secret_key) >= 40 for key in made)


def test_what_is_kept_is_what_was_made_and_its_owners_alone(tmp_path: Path) -> None:
    # Given: whatever the user's own habits are, and a file that lies there open.
    key = RootKey.make()
    (tmp_path / CREDENTIALS_FILE).write_text("older", encoding="utf-8")
    (tmp_path / CREDENTIALS_FILE).chmod(0o666)
    before = os.umask(0)
    # When
    try:
        key.save(tmp_path)
    finally:
        os.umask(before)
    # Then
    assert RootKey.load(tmp_path) == key
    assert (tmp_path / CREDENTIALS_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [CREDENTIALS_FILE]


def test_a_secret_with_a_percent_sign_is_kept_as_it_is(tmp_path: Path) -> None:
    key = RootKey("AKIAKEY", "50%(and)s=50%%/+#;")
    key.save(tmp_path)
    assert RootKey.load(tmp_path) == key


def test_sdks_find_local_aws_by_the_two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    key = RootKey.make()
    key.save(tmp_path)
    save_profile(tmp_path, "https://127.0.0.1:4566", "us-east-1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    # As on a machine behind a company's proxy.
    monkeypatch.setenv("AWS_CA_BUNDLE", "/etc/the-companys.pem")
    for word in shlex.split(sdk_settings(tmp_path, tmp_path / "localhost.crt")):
        monkeypatch.setenv(*word.split("=", 1))
    # When
    session = boto3.Session()
    found = session.get_credentials()
    profile = session._session.get_scoped_config()
    # Then
    assert found is not None
    assert (found.access_key, found.secret_key) == (key.access_key, key.secret_key)
    assert (profile["endpoint_url"], profile["region"]) == ("https://127.0.0.1:4566", "us-east-1")
    assert session._session.get_config_variable("ca_bundle") == str(tmp_path / "localhost.crt")


def test_the_secret_is_in_no_text_of_it() -> None:
    key = RootKey.make()
    assert key.secret_key not in f"{key} {key!r}"


@pytest.mark.parametrize(
    "text", ["", "[default]\naws_access_key_id = AKIA\n", "no ini file", "[other]\nx = y\n", "\x00"]
)
def test_a_file_without_keys_is_told_with_what_mends_it(tmp_path: Path, text: str) -> None:
    (tmp_path / CREDENTIALS_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(LocalAwsError, match=r"aws-credentials holds no keys.*`coursewright local down`"):
        RootKey.load(tmp_path)


def test_an_earlier_version_kept_none(tmp_path: Path) -> None:
    assert RootKey.load(tmp_path) is None
    assert sdk_settings(tmp_path, tmp_path / "localhost.crt") == ""
