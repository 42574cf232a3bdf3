"""An account that cannot be asked is one line; finding a deployment in one is tested on local AWS."""

import pytest
from botocore.exceptions import NoCredentialsError

from coursewright.deployment import Deployment, Target, aws_errors
from coursewright.errors import BadInput, CommandFailed


def test_an_account_without_a_region_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    with pytest.raises(BadInput, match="AWS region: found nothing"):
        Deployment.find(Target.AWS, "dev")


def test_missing_credentials_are_one_line() -> None:
    with pytest.raises(CommandFailed, match="check credentials, region and network") as failed, aws_errors():
        raise NoCredentialsError
    assert len(failed.value.lines) == 1
