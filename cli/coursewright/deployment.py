"""A deployed Coursewright: its bucket, its state machine, and clients for both."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError
from pydantic import ConfigDict, Json
from pydantic.alias_generators import to_pascal

import local_aws
from course_kit.data_models import OpenModel
from course_kit.outline import Editing, Paper
from course_kit.run.chosen_models import ModelIds
from coursewright.course_store import CourseStore
from coursewright.errors import BadInput, CommandFailed

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient


DEFAULT_STAGE = "dev"


class Target(StrEnum):
    """The target of a command: AWS or local AWS."""

    LOCAL = "local"
    AWS = "aws"


class _Outputs(OpenModel):
    """The outputs of our stack."""

    model_config = ConfigDict(title="outputs of the stack", alias_generator=to_pascal, protected_namespaces=())

    course_bucket_name: str
    state_machine_arn: str
    state_machine_alias_arn: str | None = None
    models: Json[ModelIds] | None = None
    book_parts: str = ""
    book_paper: Paper = Paper.A4
    editing: Editing = Editing.OFF
    edit_max_calls: int = 0


@dataclass(frozen=True)
class Deployment:
    """One deployed stack."""

    target: Target
    bucket: str
    state_machine_arn: str
    alias_arn: str | None
    """The alias that starts runs; empty for local AWS."""
    s3: "S3Client"
    step_functions: "SFNClient"
    models: ModelIds | None
    """None for a deployment older than this output."""
    book_parts: str = ""
    """The default parts of its books, in the format of `parts_of_book`."""
    book_paper: Paper = Paper.A4
    editing: Editing = Editing.OFF
    """What its runs do about passages that do not go together, unless an outline says otherwise."""
    edit_max_calls: int = 0
    """The most model calls of a run for them."""
    stage: str = DEFAULT_STAGE

    @property
    def store(self) -> CourseStore:
        """The only access to the deployment's bucket."""
        return CourseStore(self.s3, self.bucket)

    @property
    def options(self) -> tuple[str, ...]:
        """The options with which another command finds this deployment."""
        stage = () if self.target is Target.LOCAL or self.stage == DEFAULT_STAGE else ("--stage", self.stage)
        return ("--target", self.target, *stage)

    @classmethod
    def find(cls, target: Target, stage: str) -> "Deployment":
        """Look up a stack's outputs, with boto3's own credentials for AWS.

        Raises
        ------
        BadInput
            There is no region, or the endpoint is no address.
        CommandFailed
            There is no such stack.
        ValidationError
            The stack belongs to another application.
        LocalAwsNotRunning
            Local AWS is not running.
        BotoCoreError, ClientError
            There are no credentials, no access, or no network.
        """
        access = _Access.to(target)
        stack = local_aws.STACK_NAME if target is Target.LOCAL else f"Coursewright-{stage}"
        outputs = _Outputs.model_validate(_outputs(access.stacks(), stack))
        s3, step_functions = access.bucket_and_runs()
        return cls(
            target=target,
            bucket=outputs.course_bucket_name,
            state_machine_arn=outputs.state_machine_arn,
            alias_arn=outputs.state_machine_alias_arn,
            s3=s3,
            step_functions=step_functions,
            models=outputs.models,
            book_parts=outputs.book_parts,
            book_paper=outputs.book_paper,
            editing=outputs.editing,
            edit_max_calls=outputs.edit_max_calls,
            stage=stage,
        )

    @classmethod
    def started(cls, target: Target, stage: str, progress: Callable[[str], None]) -> "Deployment":
        """Return the deployment, after a start of local AWS and a deployment of changes; raises as `find`."""
        if target is Target.LOCAL:
            local_aws.up(progress)
        return cls.find(target, stage)

    def renewed(self) -> "Deployment":
        """Return the same deployment with the current credentials, such as after a login in another terminal.

        A boto3 session never reads its profile again. Raises as `find`.
        """
        s3, step_functions = _Access.to(self.target).bucket_and_runs()
        return replace(self, s3=s3, step_functions=step_functions)


def account_session() -> boto3.Session:
    """Return a new session with the user's current credentials and region, if any.

    boto3 reads only ``AWS_DEFAULT_REGION``; CDK and the AWS CLI prefer ``AWS_REGION``.
    """
    return boto3.Session(region_name=os.environ.get("AWS_REGION") or None)


@dataclass(frozen=True)
class _Access:
    """A session, and the arguments of its clients."""

    session: boto3.Session
    options: Mapping[str, str]

    @classmethod
    def to(cls, target: Target) -> "_Access":
        if target is Target.AWS:
            session = account_session()
            if not session.region_name:
                raise BadInput("AWS region: found nothing, expected AWS_REGION or a profile's region")
            return cls(session, {})
        connection = local_aws.connect()
        return cls(connection.session(), connection.client_options)

    def stacks(self) -> "CloudFormationClient":
        with _readable_settings():
            return self.session.client("cloudformation", **self.options)  # type: ignore[call-overload,no-any-return]

    def bucket_and_runs(self) -> "tuple[S3Client, SFNClient]":
        with _readable_settings():
            return (
                self.session.client("s3", **self.options),  # type: ignore[call-overload]
                self.session.client("stepfunctions", **self.options),  # type: ignore[call-overload]
            )


@contextmanager
def _readable_settings() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        # botocore's error for invalid settings: an endpoint without a scheme, a region with spaces.
        raise BadInput(
            f"AWS settings: {error}; correct AWS_ENDPOINT_URL, AWS_REGION, other AWS_ variables or ~/.aws/config"
        ) from None


def _outputs(cloudformation: "CloudFormationClient", stack: str) -> dict[str, str]:
    try:
        description = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            raise CommandFailed(f"stack {stack}: not found; deploy it with `cdk deploy` or name its --stage") from None
        raise
    return {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", [])}
