"""Whoever tells something to the topic is let in, and nobody else."""

from collections.abc import Iterator, Mapping

import pytest
from aws_cdk.assertions import Template

from tests.support.json_values import Json
from tests.support.policy_reader import ACCOUNT, Request, is_allowed

ON_AWS = ("as in cdk.json", "everything on", "a key by name")
CLOUDWATCH, EVENTBRIDGE = "cloudwatch.amazonaws.com", "events.amazonaws.com"
OTHER = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:another"


def properties(template: Template, kind: str) -> dict[str, Json]:
    return {id: resource["Properties"] for id, resource in template.find_resources(kind).items()}


def arn(id: str) -> object:
    return {"Fn::GetAtt": [id, "Arn"]}


def publishing(service: str, topic: object, source: object, account: object = ACCOUNT) -> Request:
    context = {"aws:SourceAccount": account, "aws:SourceArn": source, "aws:SecureTransport": "true"}
    return Request(service=service, action="sns:Publish", resource=topic, context=context)


def policy_of(template: Template, topic: object) -> Json:
    [policy] = [each for each in properties(template, "AWS::SNS::TopicPolicy").values() if topic in each["Topics"]]
    document: Json = policy["PolicyDocument"]
    return document


def messages(template: Template) -> Iterator[tuple[str, str, object]]:
    """Who sends what: the sender's logical id, the service that carries it, and where to."""
    for id, alarm in properties(template, "AWS::CloudWatch::Alarm").items():
        assert alarm["AlarmActions"], id
        for actions in ("AlarmActions", "OKActions", "InsufficientDataActions"):
            for action in alarm.get(actions, []):
                yield id, CLOUDWATCH, action
    topics = [{"Ref": topic} for topic in properties(template, "AWS::SNS::Topic")]
    for id, rule in properties(template, "AWS::Events::Rule").items():
        for target in rule["Targets"]:
            if target["Arn"] in topics:
                yield id, EVENTBRIDGE, target["Arn"]


@pytest.mark.parametrize("variant", ON_AWS)
def test_every_alarm_and_every_rule_may_publish_to_the_topic_that_it_names(
    variant: str, variant_templates: dict[str, Template]
) -> None:
    # Given
    template = variant_templates[variant]
    sent = list(messages(template))
    # When
    refused = [
        (id, service)
        for id, service, topic in sent
        if not is_allowed(policy_of(template, topic), publishing(service, topic, arn(id)))
    ]
    # Then
    assert {service for _, service, _ in sent} == {CLOUDWATCH, EVENTBRIDGE}
    assert refused == []


@pytest.mark.parametrize(
    ("source", "account"),
    [(OTHER, ACCOUNT), (arn("AnotherAlarm"), ACCOUNT), (None, "999999999999"), (None, None)],
    ids=["an alarm of the account", "an alarm of another stack", "another account", "no account is told"],
)
def test_alarms_of_others_may_not_publish(source: object, account: object, template: Template) -> None:
    # Given: one of the stack's own, where only the account is another.
    [own, *_] = properties(template, "AWS::CloudWatch::Alarm")
    [topic] = properties(template, "AWS::SNS::Topic")
    # When / Then
    request = publishing(CLOUDWATCH, {"Ref": topic}, source or arn(own), account)
    assert not is_allowed(policy_of(template, {"Ref": topic}), request)


def test_nothing_is_published_without_tls(template: Template) -> None:
    [own, *_] = properties(template, "AWS::CloudWatch::Alarm")
    [topic] = properties(template, "AWS::SNS::Topic")
    request = publishing(CLOUDWATCH, {"Ref": topic}, arn(own))
    plain = Request(
        service=request.service,
        action=request.action,
        resource=request.resource,
        context={**request.context, "aws:SecureTransport": "false"},
    )
    assert not is_allowed(policy_of(template, {"Ref": topic}), plain)


def test_a_function_that_tells_the_topic_of_its_failures_has_the_right_to(
    variant_templates: dict[str, Template],
) -> None:
    # Given: the inbox's function, whose failures go to the topic.
    template = variant_templates["everything on"]
    [told] = properties(template, "AWS::Lambda::EventInvokeConfig").values()
    topic = told["DestinationConfig"]["OnFailure"]["Destination"]
    function = properties(template, "AWS::Lambda::Function")[told["FunctionName"]["Ref"]]
    [role, _] = function["Role"]["Fn::GetAtt"]
    # When
    granted = [
        statement
        for policy in properties(template, "AWS::IAM::Policy").values()
        if {"Ref": role} in policy["Roles"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    # Then
    assert [each["Resource"] for each in granted if each["Action"] == "sns:Publish"] == [topic]
    [key] = properties(template, "AWS::KMS::Key")
    of_key = {action for each in granted if each["Resource"] == arn(key) for action in each["Action"]}
    assert of_key >= {"kms:Decrypt", "kms:GenerateDataKey*"}


@pytest.mark.parametrize("service", [CLOUDWATCH, EVENTBRIDGE])
def test_the_created_key_lets_them_encrypt_what_they_publish(
    service: str, variant_templates: dict[str, Template]
) -> None:
    # What SNS asks of a publisher (SNS developer guide, "Enable compatibility between event sources from AWS services
    # and encrypted topics").
    [(_, key)] = properties(variant_templates["everything on"], "AWS::KMS::Key").items()
    for action in ("kms:Decrypt", "kms:GenerateDataKey"):
        request = Request(service=service, action=action, resource="*", context={"aws:SourceAccount": ACCOUNT})
        assert is_allowed(key["KeyPolicy"], request), action


ALLOW = {"Effect": "Allow", "Principal": {"Service": CLOUDWATCH}, "Action": "sns:Publish", "Resource": {"Ref": "T"}}


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([ALLOW], True),
        ([{**ALLOW, "Action": ["sns:Subscribe", "sns:Pub*"]}], True),
        ([{**ALLOW, "Principal": {"Service": [EVENTBRIDGE, CLOUDWATCH]}}], True),
        ([{**ALLOW, "Principal": {"Service": EVENTBRIDGE}}], False),
        ([{**ALLOW, "Principal": {"AWS": "*"}}], False),
        ([{**ALLOW, "Action": "sns:Subscribe"}], False),
        ([{**ALLOW, "Resource": {"Ref": "U"}}], False),
        ([{**ALLOW, "Condition": {"ArnEquals": {"aws:SourceArn": [arn("B"), arn("A")]}}}], True),
        ([{**ALLOW, "Condition": {"ArnEquals": {"aws:SourceArn": arn("B")}}}], False),
        ([{**ALLOW, "Condition": {"StringEquals": {"aws:SourceOwner": ACCOUNT}}}], False),
        ([ALLOW, {**ALLOW, "Effect": "Deny", "Principal": "*"}], False),
        ([ALLOW, {**ALLOW, "Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}], True),
        ([], False),
    ],
)
def test_policies_are_read_as_iam_reads_them(statements: list[Mapping[str, object]], expected: bool) -> None:
    request = publishing(CLOUDWATCH, {"Ref": "T"}, arn("A"))
    assert is_allowed({"Statement": statements}, request) is expected
