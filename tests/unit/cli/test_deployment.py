"""An account that cannot be asked is one line; finding a deployment in one is tested on local AWS."""

import pytest
from botocore.exceptions import NoCredentialsError

from coursewright.deployment import Deployment, Target
from coursewright.errors import BadInput
from coursewright.failures import failure_of


def test_an_account_without_a_region_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    with pytest.raises(BadInput, match="AWS region: found nothing"):
        Deployment.find(Target.AWS, "dev")


def test_missing_credentials_are_one_line() -> None:
    failure = failure_of(NoCredentialsError())
    assert failure is not None
    assert len(failure.lines) == 1
    assert "not logged in" in str(failure)
