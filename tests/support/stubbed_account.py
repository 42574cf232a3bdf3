"""An account whose every answer is given by a test; botocore's Stubber checks each against its service model."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.client import BaseClient
from botocore.stub import Stubber

from coursewright.doctor.account import Account, Consent
from coursewright.doctor.finding import Outcome
from coursewright.outline_file import OutlineFile

MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:Coursewright-dev-Course"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:Coursewright-dev-Topic"
SETTINGS: dict[str, object] = {
    "module_max_concurrency": 3,
    "lesson_max_concurrency": 5,
    "image_max_concurrency": 4,
    "tokens_per_minute": 0,
    "functions_at_once": 0,
    "openai_secret_name": "",
}


@dataclass(frozen=True)
class Refused:
    """An error in place of an answer."""

    code: str
    message: str = ""
    status: int = 400


@dataclass(frozen=True)
class Call:
    """One call that a check makes, and what comes back."""

    service: str
    operation: str
    answer: dict[str, Any] | Refused
    asked: dict[str, Any] = field(default_factory=dict)


# One for all: each session reads the services' models anew.
_MAKER = boto3.Session(aws_access_key_id="AKIATEST", aws_secret_access_key="test", region_name="eu-west-1")


class StubbedSession(boto3.Session):
    """A session whose clients answer what they were told to, in that order, and nothing else."""

    def __init__(self, *calls: Call, region: str | None = "eu-west-1") -> None:
        super().__init__(aws_access_key_id="AKIATEST", aws_secret_access_key="test", region_name=region)
        self._stubs: dict[str, Stubber] = {}
        for call in calls:
            self._expect(call)

    def client(self, service_name: str, *_: object, **__: object) -> BaseClient:  # type: ignore[override]
        return self._stub(service_name).client

    def require_all_asked(self) -> None:
        for stub in self._stubs.values():
            stub.assert_no_pending_responses()

    def _stub(self, service: str) -> Stubber:
        if service not in self._stubs:
            stub = Stubber(_MAKER.client(service))  # type: ignore[call-overload]
            stub.activate()
            self._stubs[service] = stub
        return self._stubs[service]

    def _expect(self, call: Call) -> None:
        stub = self._stub(call.service)
        if isinstance(call.answer, Refused):
            refused = call.answer
            stub.add_client_error(call.operation, refused.code, refused.message, http_status_code=refused.status)
        else:
            stub.add_response(call.operation, call.answer, call.asked or None)


def described(status: str = "UPDATE_COMPLETE", *, model: str = "", without: str = "", **settings: object) -> Call:
    """The stack, as CloudFormation describes it."""
    models = {
        "text_model_id": model or "eu.anthropic.claude-sonnet-4-6",
        "image_model_id": "",
        "openai_text_model_id": "",
        "openai_image_model_id": "",
    }
    outputs = {
        "CourseBucketName": "coursewright-dev",
        "StateMachineArn": MACHINE,
        "StateMachineAliasArn": f"{MACHINE}:live",
        "NotificationTopicArn": TOPIC,
        "Models": json.dumps(models),
        "Settings": json.dumps({**SETTINGS, **settings}),
    }
    stack = {
        "StackName": "Coursewright-dev",
        "CreationTime": "2026-11-26T00:00:00Z",
        "StackStatus": status,
        "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items() if key != without],
    }
    return Call("cloudformation", "describe_stacks", {"Stacks": [stack]}, {"StackName": "Coursewright-dev"})


NOT_DEPLOYED = Call(
    "cloudformation",
    "describe_stacks",
    Refused("ValidationError", "Stack with id Coursewright-dev does not exist"),
)


def nobody(_: str) -> Consent:
    return Consent.NOBODY_TO_ASK


def outcome(
    look: Callable[[Account], Outcome],
    *calls: Call,
    may_spend: Callable[[str], Consent] = nobody,
    outline: OutlineFile | None = None,
    region: str | None = "eu-west-1",
) -> Outcome:
    """What a check says of an account that answers so; every answer must have been asked for."""
    session = StubbedSession(*calls, region=region)
    found = look(Account(stage="dev", connect=lambda: session, may_spend=may_spend, outline=outline))
    session.require_all_asked()
    return found


IDENTITY = Call(
    "sts",
    "get_caller_identity",
    {"UserId": "A", "Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/ada"},
)


def functions(free: int, limit: int) -> Call:
    limits = {"ConcurrentExecutions": limit, "UnreservedConcurrentExecutions": free}
    return Call("lambda", "get_account_settings", {"AccountLimit": limits})
