"""Every check of an account, right and wrong: what it finds, and the fix that a newcomer is told."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from botocore.exceptions import (
    EndpointConnectionError,
    NoCredentialsError,
    ProfileNotFound,
    UnauthorizedSSOTokenError,
)

from coursewright.doctor.account import Account
from coursewright.doctor.account_checks import ACCOUNT_CHECKS
from coursewright.doctor.alarms import check_alarms, check_subscription_of_alarms
from coursewright.doctor.bootstrap import check_bootstrap
from coursewright.doctor.credentials import check_credentials, check_region
from coursewright.doctor.examination import Check, examine
from coursewright.doctor.finding import Outcome, Report, Verdict
from coursewright.doctor.functions_quota import check_functions_at_once
from coursewright.doctor.local_checks import LOCAL_CHECKS
from coursewright.doctor.release import check_alias
from coursewright.doctor.stack import check_stack
from coursewright.doctor.storage import check_bucket, check_secret
from tests.support.stubbed_account import (
    IDENTITY,
    MACHINE,
    NOT_DEPLOYED,
    TOPIC,
    Call,
    Refused,
    StubbedSession,
    described,
    functions,
    nobody,
    outcome,
)

Look = Callable[[Account], Outcome]


def bootstrapped(version: str) -> Call:
    asked = {"Name": "/cdk-bootstrap/hnb659fds/version"}
    return Call("ssm", "get_parameter", {"Parameter": {"Name": asked["Name"], "Value": version}}, asked)


def alias(*routes: tuple[int, int]) -> Call:
    leads_to = [{"stateMachineVersionArn": f"{MACHINE}:{version}", "weight": weight} for version, weight in routes]
    asked = {"stateMachineAliasArn": f"{MACHINE}:live"}
    return Call("stepfunctions", "describe_state_machine_alias", {"routingConfiguration": leads_to}, asked)


def versions(*numbers: int) -> Call:
    listed = [
        {"stateMachineVersionArn": f"{MACHINE}:{number}", "creationDate": "2026-11-26T00:00:00Z"} for number in numbers
    ]
    return Call(
        "stepfunctions",
        "list_state_machine_versions",
        {"stateMachineVersions": listed},
        {"stateMachineArn": MACHINE, "maxResults": 1000},
    )


def subscriptions(*arns: str) -> Call:
    listed = [
        {"SubscriptionArn": arn, "Protocol": "email", "Endpoint": "ada@example.com", "TopicArn": TOPIC} for arn in arns
    ]
    return Call("sns", "list_subscriptions_by_topic", {"Subscriptions": listed}, {"TopicArn": TOPIC})


def raised(*names: str) -> Call:
    asked = {"AlarmNamePrefix": "Coursewright-dev-", "AlarmTypes": ["MetricAlarm"], "StateValue": "ALARM"}
    return Call("cloudwatch", "describe_alarms", {"MetricAlarms": [{"AlarmName": name} for name in names]}, asked)


LISTED = Call("s3", "list_objects_v2", {"KeyCount": 0}, {"Bucket": "coursewright-dev", "MaxKeys": 1})
WITH_SECRET = described(openai_secret_name="coursewright/openai")
NAMED_SECRET = {"SecretId": "coursewright/openai"}

RIGHT: list[tuple[Look, list[Call], str]] = [
    (check_credentials, [IDENTITY], "account 123456789012, arn:aws:iam::123456789012:user/ada"),
    (check_region, [], "eu-west-1"),
    (check_bootstrap, [bootstrapped("6")], "version 6"),
    (check_bootstrap, [bootstrapped("29")], "version 29"),
    (check_stack, [described()], "Coursewright-dev, UPDATE_COMPLETE"),
    (check_stack, [described("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")], "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
    (check_bucket, [described(), LISTED], "coursewright-dev may be listed"),
    (check_secret, [WITH_SECRET, Call("secretsmanager", "describe_secret", {"Name": "s"}, NAMED_SECRET)], "is there"),
    (check_alias, [described(), alias((4, 100)), versions(4, 3)], "version 4, the newest"),
    (check_alias, [described(), alias((3, 90), (4, 10)), versions(4, 3)], "90 % to version 3, 10 % to version 4"),
    (check_subscription_of_alarms, [described(), subscriptions("arn:aws:sns:1")], "1 confirmed, the first by email"),
    (
        check_subscription_of_alarms,
        [described(), subscriptions("PendingConfirmation", "arn:aws:sns:1")],
        "1 confirmed",
    ),
    (check_alarms, [raised()], "none is raised"),
    (check_functions_at_once, [functions(1000, 1000), described()], "1000 of the account's 1000"),
    (check_functions_at_once, [functions(10, 10), described(functions_at_once=10)], "keep to functions_at_once, 10"),
    (check_functions_at_once, [functions(21, 21), described()], "a run takes 21 at most"),
]

WRONG: list[tuple[Look, list[Call], str, str]] = [
    (
        check_credentials,
        [Call("sts", "get_caller_identity", Refused("ExpiredToken", "The token has expired"))],
        "ExpiredToken",
        "aws sso login",
    ),
    (
        check_credentials,
        [Call("sts", "get_caller_identity", Refused("InvalidClientTokenId", "The token is invalid"))],
        "InvalidClientTokenId",
        "log in again",
    ),
    (
        check_credentials,
        [Call("sts", "get_caller_identity", Refused("SignatureDoesNotMatch", "Signature expired: 2020 is earlier"))],
        "Signature expired",
        "clock",
    ),
    (
        check_bootstrap,
        [Call("ssm", "get_parameter", Refused("ParameterNotFound"))],
        "eu-west-1 is not bootstrapped",
        "npx cdk bootstrap",
    ),
    (check_bootstrap, [bootstrapped("5")], "version 5, and 6 is the least", "npx cdk bootstrap"),
    (check_stack, [NOT_DEPLOYED], "no stack Coursewright-dev in eu-west-1", "npx cdk deploy"),
    (check_stack, [described("REVIEW_IN_PROGRESS")], "no stack Coursewright-dev", "npx cdk deploy"),
    (check_stack, [described("ROLLBACK_COMPLETE")], "ROLLBACK_COMPLETE", "npx cdk destroy, then npx cdk deploy"),
    (check_stack, [described("UPDATE_ROLLBACK_COMPLETE")], "what was deployed before", "describe-stack-events"),
    (check_stack, [described("UPDATE_ROLLBACK_FAILED")], "UPDATE_ROLLBACK_FAILED", "continue-update-rollback"),
    (check_stack, [described(without="Settings")], "an older version: it has no output Settings", "npx cdk deploy"),
    (
        check_bucket,
        [described(), Call("s3", "list_objects_v2", Refused("NoSuchBucket", status=404))],
        "coursewright-dev does not exist",
        "npx cdk destroy",
    ),
    (
        check_secret,
        [WITH_SECRET, Call("secretsmanager", "describe_secret", Refused("ResourceNotFoundException"))],
        "coursewright/openai is not in eu-west-1",
        "aws secretsmanager create-secret --name coursewright/openai",
    ),
    (
        check_secret,
        [WITH_SECRET, Call("secretsmanager", "describe_secret", {"DeletedDate": "2026-11-26T00:00:00Z"})],
        "is to be deleted",
        "restore-secret --secret-id coursewright/openai",
    ),
    (
        check_alias,
        [described(), alias((3, 100)), versions(4, 3)],
        "live leads to version 3, the newest is 4",
        "coursewright rollback --to 4",
    ),
    (
        check_subscription_of_alarms,
        [described(), subscriptions()],
        "have no subscriber",
        "alarm_email to you@example.com in cdk.json",
    ),
    (
        check_subscription_of_alarms,
        [described(), subscriptions("PendingConfirmation")],
        "ada@example.com has not confirmed",
        "follow the link in the mail",
    ),
    (
        check_alias,
        [described(), Call("stepfunctions", "describe_state_machine_alias", Refused("ResourceNotFound"))],
        "alias live does not exist",
        "npx cdk deploy",
    ),
    (check_alarms, [raised("Coursewright-dev-RunFailed")], "raised: Coursewright-dev-RunFailed", "docs/operations.md"),
    (
        check_functions_at_once,
        [functions(10, 10), described()],
        "10 of the account's 10 functions at once are free, a run takes 21",
        "set functions_at_once to 10 in cdk.json",
    ),
    (
        check_functions_at_once,
        [functions(10, 10), described(functions_at_once=20)],
        "a run takes 21",
        "--quota-code L-B99A9384",
    ),
    (check_functions_at_once, [functions(2, 1000), described()], "a run takes 3 at least", "--quota-code L-B99A9384"),
]


@pytest.mark.parametrize(("look", "calls", "found"), RIGHT)
def test_what_is_right_is_said_with_what_was_found(look: Look, calls: list[Call], found: str) -> None:
    # When
    looked = outcome(look, *calls)
    # Then
    assert looked.verdict is Verdict.OK
    assert found in looked.found
    assert looked.fix == ""


@pytest.mark.parametrize(("look", "calls", "found", "fix"), WRONG)
def test_what_is_wrong_is_said_with_its_fix(look: Look, calls: list[Call], found: str, fix: str) -> None:
    # When: as the command goes through it, whatever is raised.
    session = StubbedSession(*calls)
    account = Account(stage="dev", connect=lambda: session, may_spend=nobody)
    [looked] = examine([Check(name="it", looks_at="it", look=look)], account)
    # Then
    session.require_all_asked()
    assert looked.verdict is Verdict.WRONG
    assert found in looked.found
    assert fix in looked.fix


@pytest.mark.parametrize(
    ("error", "found", "fix"),
    [
        (NoCredentialsError(), "no credentials", "aws configure sso"),
        (UnauthorizedSSOTokenError(), "expired", "aws sso login"),
        (ProfileNotFound(profile="courses"), "courses", "AWS_PROFILE"),
        (EndpointConnectionError(endpoint_url="https://sts.eu-west-1.amazonaws.com/"), "sts.eu-west-1", "network"),
    ],
)
def test_an_account_that_cannot_be_asked_ends_no_check_and_the_others_say_why(
    error: Exception, found: str, fix: str
) -> None:
    # Given
    def connect() -> StubbedSession:
        raise error

    account = Account(stage="dev", connect=connect, may_spend=nobody)
    # When
    findings = list(examine(ACCOUNT_CHECKS, account))
    # Then
    first = findings[0]
    assert (first.name, first.verdict) == ("credentials", Verdict.WRONG)
    assert found in first.found
    assert fix in first.fix
    assert len(findings) == len(ACCOUNT_CHECKS)
    assert {each.found for each in findings[2:]} == {"not looked at: it needs credentials"}
    assert {each.verdict for each in findings[2:]} == {Verdict.UNKNOWN}
    assert not Report.of(tuple(findings)).is_ready


def test_what_the_caller_may_not_see_is_unknown_and_names_the_policy() -> None:
    # Given
    session = StubbedSession(
        Call("lambda", "get_account_settings", Refused("AccessDeniedException", "not authorized", status=403))
    )
    account = Account(stage="dev", connect=lambda: session, may_spend=nobody)
    # When
    [finding] = examine([Check(name="it", looks_at="it", look=check_functions_at_once)], account)
    # Then
    assert finding.verdict is Verdict.UNKNOWN
    assert "AccessDeniedException" in finding.found
    assert "docs/policies/doctor.json" in finding.fix


@pytest.mark.parametrize(("region", "found"), [(None, "no region is set"), ("eu-west-9", "eu-west-9, which has no")])
def test_a_region_without_bedrock_is_wrong(region: str | None, found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    looked = outcome(check_region, region=region)
    assert looked.verdict is Verdict.WRONG
    assert found in looked.found
    assert "eu-west-1" in looked.fix or "us-east-1" in looked.fix


def test_a_deployment_without_a_secret_needs_none() -> None:
    assert outcome(check_secret, described()).verdict is Verdict.SKIPPED


def test_a_deployment_that_goes_on_is_waited_for() -> None:
    looked = outcome(check_stack, described("UPDATE_IN_PROGRESS"))
    assert looked.verdict is Verdict.UNKNOWN
    assert "wait" in looked.fix


def test_every_check_needs_only_what_was_looked_at_before_it() -> None:
    every: tuple[Sequence[Check[Any]], ...] = (ACCOUNT_CHECKS, LOCAL_CHECKS)
    for checks in every:
        names = [check.name for check in checks]
        assert len(set(names)) == len(names)
        for place, check in enumerate(checks):
            assert set(check.needs) <= set(names[:place]), check.name
