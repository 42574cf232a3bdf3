"""One execution: its start, its state, its end."""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from course_kit.data_models import OpenModel
from course_kit.run.events import ContentType
from course_kit.store.artefact_keys import PROJECT_FOLDER_PATTERN
from coursewright.deployment import Deployment
from coursewright.errors import BadInput
from prepare_modules.module_selection import Selector

UNKNOWN_EXECUTION = frozenset({"ExecutionDoesNotExist", "InvalidArn"})
"""Codes of Step Functions' refusals of an execution that it does not know, or no longer."""


def execution_arn(deployment: Deployment, name: str) -> str:
    """Return the ARN that an execution of this name has in a deployment."""
    return f"{deployment.state_machine_arn.replace(':stateMachine:', ':execution:')}:{name}"


class FailedModule(OpenModel):
    """A failed module, which the book leaves out."""

    module_number: int
    error: str


class RunOutput(OpenModel):
    """The output of a successful execution."""

    model_config = ConfigDict(title="output of the execution")

    failed_modules: tuple[FailedModule, ...] = ()
    book: dict[str, str] = Field(default_factory=dict)
    lab_guide: dict[str, str] = Field(default_factory=dict)


class RunInput(OpenModel):
    """The part of an execution's input that a watcher needs. It is validated, because others may write it."""

    model_config = ConfigDict(title="input of the execution")

    project_folder: Annotated[str, Field(pattern=PROJECT_FOLDER_PATTERN)]
    outline_s3_key: str
    modules_to_generate: Selector = "all"
    content_type: ContentType = ContentType.THEORY


@dataclass(frozen=True)
class RunState:
    """The state of an execution."""

    status: str
    started_at: datetime
    ended_at: datetime | None
    error: str
    cause: str
    run_input: RunInput
    output: RunOutput | None

    @property
    def is_running(self) -> bool:
        """Whether the execution is running."""
        return self.status in ("RUNNING", "PENDING_REDRIVE")

    @property
    def has_succeeded(self) -> bool:
        """Whether the execution ended with a book."""
        return self.status == "SUCCEEDED"

    @property
    def was_stopped(self) -> bool:
        """Whether somebody stopped the execution."""
        return self.status == "ABORTED"

    @property
    def outcome(self) -> str:
        """How the execution ended, in a word for programs."""
        return "succeeded" if self.has_succeeded else "stopped" if self.was_stopped else "failed"


@dataclass(frozen=True)
class Run:
    """An execution of the course's state machine."""

    deployment: Deployment
    execution_arn: str

    @classmethod
    def start(cls, deployment: Deployment, execution_input: dict[str, JsonValue]) -> "Run":
        """Start an execution; its name sorts by time."""
        name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        started = deployment.step_functions.start_execution(
            stateMachineArn=deployment.alias_arn or deployment.state_machine_arn,
            name=name,
            input=json.dumps(execution_input),
        )
        return cls(deployment, started["executionArn"])

    @classmethod
    def find(cls, deployment: Deployment, execution: str) -> "Run":
        """Find an execution by its ARN or its name; raises `BadInput` when there is none."""
        if execution.startswith("arn:"):
            run = cls(deployment, execution)
        else:
            run = cls(deployment, execution_arn(deployment, execution))
        try:
            deployment.step_functions.describe_execution(executionArn=run.execution_arn)
        except deployment.step_functions.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in UNKNOWN_EXECUTION:
                raise BadInput(f"EXECUTION: found {execution!r}, expected an execution of this deployment") from None
            raise
        return run

    @property
    def name(self) -> str:
        """The execution's name."""
        return self.execution_arn.rpartition(":")[2]

    def state(self) -> RunState:
        """Return the current state of the execution."""
        description = self.deployment.step_functions.describe_execution(executionArn=self.execution_arn)
        output = description.get("output")
        has_succeeded = description["status"] == "SUCCEEDED"
        return RunState(
            status=description["status"],
            started_at=description["startDate"],
            ended_at=description.get("stopDate"),
            error=description.get("error", ""),
            cause=_message(description.get("cause", "")),
            run_input=RunInput.model_validate_json(description["input"]),
            output=RunOutput.model_validate_json(output) if output and has_succeeded else None,
        )


def _message(cause: str) -> str:
    """Return the message of a function's error; a cause in plain text is the message."""
    try:
        detail = json.loads(cause)
    except ValueError:
        return cause
    return str(detail.get("errorMessage", cause)) if isinstance(detail, dict) else cause
