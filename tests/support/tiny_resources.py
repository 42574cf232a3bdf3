"""Functions of a few lines and the state machines around them, to ask local AWS how it behaves."""

import io
import json
import time
import uuid
import zipfile
from dataclasses import dataclass
from typing import Any

from local_aws import LocalConnection
from tests.support.local_client import client_of
from tests.support.waiting import wait_until

ACCOUNT = "000000000000"


@dataclass(frozen=True)
class Ended:
    """How an execution ended."""

    status: str
    output: Any
    error: str
    cause: str
    seconds: float
    event_types: list[str]


class TinyResources:
    """Makes them through the plain API, each with a name of its own."""

    def __init__(self, connection: LocalConnection) -> None:
        self.connection = connection
        self._functions: list[str] = []
        self._machines: list[str] = []

    def client(self, service: str) -> Any:
        return client_of(self.connection, service)

    def function(self, body: str, *, allowed: dict[str, str] | None = None, layers: tuple[str, ...] = ()) -> str:
        """Return the ARN of a function of one module; ``allowed`` maps actions to the resource they are allowed on."""
        name = f"tiny-{uuid.uuid4().hex[:8]}"
        policy = [{"Effect": "Allow", "Action": action, "Resource": to} for action, to in (allowed or {}).items()]
        arn: str = self.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Handler="tiny.handler",
            Role=self._role(name, "lambda.amazonaws.com", policy),
            Code={"ZipFile": zipped({"tiny.py": body})},
            Timeout=300,
            Layers=list(layers),
        )["FunctionArn"]
        self._functions.append(name)
        return arn

    def layer(self, module: str, body: str) -> str:
        content = {"ZipFile": zipped({f"python/{module}.py": body})}
        arn: str = self.client("lambda").publish_layer_version(
            LayerName=f"tiny-{uuid.uuid4().hex[:8]}", Content=content
        )["LayerVersionArn"]
        return arn

    def invoke(self, function_arn: str, event: object) -> Any:
        answer = self.client("lambda").invoke(FunctionName=function_arn, Payload=json.dumps(event))
        return json.loads(answer["Payload"].read())

    def machine(self, states: dict[str, Any]) -> str:
        """Return the ARN of a JSONata state machine that starts at the first state."""
        name = f"tiny-{uuid.uuid4().hex[:8]}"
        role = self._role(
            name, "states.amazonaws.com", [{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}]
        )
        arn: str = self.client("stepfunctions").create_state_machine(
            name=name, definition=json.dumps(jsonata(states)), roleArn=role
        )["stateMachineArn"]
        self._machines.append(arn)
        return arn

    def run(self, states: dict[str, Any], execution_input: object = None) -> Ended:
        """Run a state machine of these states to its end."""
        client = self.client("stepfunctions")
        started = time.monotonic()
        execution = client.start_execution(
            stateMachineArn=self.machine(states), input=json.dumps(execution_input if execution_input else {})
        )["executionArn"]
        state = self.end_of(execution)
        pages = client.get_paginator("get_execution_history").paginate(executionArn=execution)
        return Ended(
            status=state["status"],
            output=json.loads(state.get("output") or "null"),
            error=state.get("error", ""),
            cause=state.get("cause", ""),
            seconds=time.monotonic() - started,
            event_types=[event["type"] for page in pages for event in page["events"]],
        )

    def end_of(self, execution_arn: str) -> Any:
        """Wait for an execution's end and return its description."""
        client = self.client("stepfunctions")
        states: list[Any] = []

        def has_ended() -> bool:
            states.append(client.describe_execution(executionArn=execution_arn))
            return bool(states[-1]["status"] != "RUNNING")

        wait_until(has_ended, f"the end of {execution_arn}")
        return states[-1]

    def delete(self) -> None:
        for name in self._functions:
            self.client("lambda").delete_function(FunctionName=name)
        for machine in self._machines:
            self.client("stepfunctions").delete_state_machine(stateMachineArn=machine)

    def _role(self, name: str, service: str, statements: list[dict[str, Any]]) -> str:
        iam = self.client("iam")
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
        arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document([trust]))["Role"]["Arn"]
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="tiny", PolicyDocument=document(statements))
        return arn


def call(function_arn: str, **fields: object) -> dict[str, Any]:
    """Return a Task state that calls a function with the state's input."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": function_arn, "Payload": "{% $states.input %}"},
        "Output": "{% $states.result.Payload %}",
        **({} if "Next" in fields else {"End": True}),
        **fields,
    }


def jsonata(states: dict[str, Any]) -> dict[str, Any]:
    return {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}


def document(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def zipped(files: dict[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()
