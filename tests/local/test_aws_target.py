"""``--target aws``: boto3's own credentials and endpoint, the stack looked up; here they lead to local AWS."""

from pathlib import Path

import pytest

import local_aws
from tests.support.account_command import run
from tests.support.samples import SAMPLES


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
