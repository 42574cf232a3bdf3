"""``--target aws``: boto3's own credentials and endpoint, the stack looked up; here they lead to local AWS."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import local_aws
from tests.local.conftest import SAMPLES


def run(connection: local_aws.LocalConnection, *arguments: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    """Run the command line as in an account: nothing of it knows of local AWS but boto3's environment."""
    environment = {**connection.environment(), "COURSEWRIGHT_STATE_DIR": os.devnull, **changes}
    command = str(Path(sys.executable).with_name("coursewright"))
    return subprocess.run(
        [command, *arguments], env=environment, capture_output=True, text=True, check=False, encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("stage", "changes", "named"),
    [
        ("prod", {}, "stack Coursewright-prod: not found; deploy it with `cdk deploy`"),
        ("local", {"AWS_ACCESS_KEY_ID": "AKIAUNKNOWN"}, "AWS refused DescribeStacks"),
    ],
)
def test_what_an_account_refuses_is_one_line(
    local_connection: local_aws.LocalConnection, tmp_path: Path, stage: str, changes: dict[str, str], named: str
) -> None:
    outline = str(SAMPLES / "kubernetes-foundations.yaml")
    ended = run(
        local_connection, "generate", outline, "--target", "aws", "--stage", stage, "--out", str(tmp_path), **changes
    )
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert named in ended.stderr
    assert list(tmp_path.iterdir()) == []
