"""Check of `cdk bootstrap` in an account and region, which every deployment needs."""

from botocore.exceptions import ClientError

from coursewright.doctor.account import Account
from coursewright.doctor.answers import Answer
from coursewright.doctor.finding import Outcome
from coursewright.doctor.refusals import code_of

LEAST_BOOTSTRAP_VERSION = 6
"""``requiresBootstrapStackVersion`` of the synthesised app's manifest; a test compares them."""
_VERSION_PARAMETER = "/cdk-bootstrap/hnb659fds/version"
"""CDK's default qualifier; AWS CDK developer guide, "Customize AWS CDK bootstrapping"."""


class _Parameter(Answer):
    value: str


class _Answer(Answer):
    parameter: _Parameter


def check_bootstrap(account: Account) -> Outcome:
    """Whether the region is bootstrapped with a version that the app supports."""
    bootstrap = "an administrator of the account runs, once for each region: npx cdk bootstrap"
    try:
        answer = account.ask("ssm", "get_parameter", _Answer, Name=_VERSION_PARAMETER)
    except ClientError as error:
        if code_of(error) == "ParameterNotFound":
            return Outcome.wrong(f"{account.region} is not bootstrapped", bootstrap)
        raise
    found = answer.parameter.value
    if not found.isdecimal() or int(found) < LEAST_BOOTSTRAP_VERSION:
        return Outcome.wrong(f"version {found}, and {LEAST_BOOTSTRAP_VERSION} is the least", bootstrap)
    return Outcome.ok(f"version {found}")
