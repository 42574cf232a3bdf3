"""A book that cannot be brought home is told in one line that says where it is."""

from pathlib import Path

import boto3
import pytest

from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from coursewright.book import download
from coursewright.book.out_folder import OutFolder
from coursewright.deployment import Deployment, Target
from coursewright.errors import CommandFailed
from tests.support.buckets import BUCKET

KEY = "p/book/網.md"
KEYS = ProjectKeys("p")


@pytest.fixture
def deployment(store: ArtefactStore) -> Deployment:
    store.write(KEY, "# 網\n", content_type="text/markdown", replacing=None)
    session = boto3.Session()
    return Deployment(
        target=Target.AWS,
        bucket=BUCKET,
        state_machine_arn="arn:aws:states:us-east-1:123456789012:stateMachine:Course",
        alias_arn=None,
        models=None,
        s3=session.client("s3"),
        step_functions=session.client("stepfunctions"),
    )


def test_a_book_whose_title_is_in_any_script_comes_home_under_it(deployment: Deployment, tmp_path: Path) -> None:
    paths = download.download_book(deployment, KEYS, {"md": KEY}, OutFolder(tmp_path), images=None)
    assert paths == {"md": tmp_path / "p" / "book" / "網.md"}
    assert paths["md"].read_text(encoding="utf-8") == "# 網\n"


def test_a_name_that_the_machines_locale_has_no_letter_for_is_refused_with_the_fix(
    deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: a machine whose file names are Latin-1.
    monkeypatch.setattr(download, "_download", lambda *_: KEY.encode("latin-1"))
    # When / Then
    with pytest.raises(CommandFailed, match=r"locale \(latin-1\) cannot write U\+7DB2 .*LC_ALL=") as e:
        download.download_book(deployment, KEYS, {"md": KEY}, OutFolder(tmp_path), images=None)
    assert f"the book is in bucket {BUCKET}" in str(e.value)
