"""A deployed Coursewright: which bucket, which state machine, and clients for both."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError
from pydantic import BaseModel, ConfigDict

from course_kit.events import ModelProvider
from course_kit.outline import Paper
from coursewright import local_aws
from coursewright.course_store import CourseStore
from coursewright.errors import BadInput, CommandFailed

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient


DEFAULT_STAGE = "dev"


class Target(StrEnum):
    """Where the deployment is."""

    LOCAL = "local"
    AWS = "aws"


class Models(BaseModel):
    """The deployment's models; an empty id: none. Which of them made an artefact is part of its fingerprint."""

    model_config = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())

    text_model_id: str
    image_model_id: str
    openai_text_model_id: str
    openai_image_model_id: str

    def text_model_id_of(self, provider: ModelProvider) -> str:
        """Return who writes for a provider."""
        return self.openai_text_model_id if provider is ModelProvider.OPENAI else self.text_model_id

    def image_model_id_of(self, provider: ModelProvider) -> str:
        """Return who draws for a provider."""
        return self.openai_image_model_id if provider is ModelProvider.OPENAI else self.image_model_id


@dataclass(frozen=True)
class Deployment:
    """One deployed stack."""

    target: Target
    bucket: str
    state_machine_arn: str
    alias_arn: str | None
    """What runs are started through; local AWS has none."""
    s3: "S3Client"
    step_functions: "SFNClient"
    models: Models | None
    """None for a deployment older than this output."""
    book_parts: str = ""
    """What its books have unless their outlines say otherwise, as `parts_of_book` reads it."""
    book_paper: Paper = Paper.A4
    stage: str = DEFAULT_STAGE

    @property
    def store(self) -> CourseStore:
        """The one door to the deployment's bucket."""
        return CourseStore(self.s3, self.bucket)

    @property
    def options(self) -> tuple[str, ...]:
        """The options by which another command finds it."""
        stage = () if self.target is Target.LOCAL or self.stage == DEFAULT_STAGE else ("--stage", self.stage)
        return ("--target", self.target, *stage)

    @classmethod
    def find(cls, target: Target, stage: str) -> "Deployment":
        """Look up a stack's outputs, with boto3's own credentials for AWS.

        Raises
        ------
        CommandFailed
            No region, no stack, or a stack of something else.
        LocalAwsNotRunning
            Local AWS does not run.
        BotoCoreError, ClientError
            No credentials, no access, no network.
        """
        clients = _Clients.of(target)
        stack = local_aws.STACK_NAME if target is Target.LOCAL else f"Coursewright-{stage}"
        outputs = _outputs(clients.cloudformation, stack)
        try:
            bucket, state_machine_arn = outputs["CourseBucketName"], outputs["StateMachineArn"]
        except KeyError as missing:
            raise CommandFailed(f"stack {stack}: found no output {missing}, expected a stack of Coursewright") from None
        return cls(
            target=target,
            bucket=bucket,
            state_machine_arn=state_machine_arn,
            alias_arn=outputs.get("StateMachineAliasArn"),
            s3=clients.s3,
            step_functions=clients.step_functions,
            models=Models.model_validate_json(outputs["Models"]) if "Models" in outputs else None,
            book_parts=outputs.get("BookParts", ""),
            book_paper=Paper(outputs.get("BookPaper", Paper.A4)),
            stage=stage,
        )

    def renewed(self) -> "Deployment":
        """Return the same deployment with credentials as they are now: after a login in another terminal, too.

        boto3 keeps what it has read of a profile as long as its session lives. Raises as `find`.
        """
        clients = _Clients.of(self.target)
        return replace(self, s3=clients.s3, step_functions=clients.step_functions)


@dataclass(frozen=True)
class _Clients:
    """Clients of one session."""

    cloudformation: "CloudFormationClient"
    s3: "S3Client"
    step_functions: "SFNClient"

    @classmethod
    def of(cls, target: Target) -> "_Clients":
        if target is Target.LOCAL:
            connection = local_aws.connect()
            session, options = connection.session(), connection.client_options
        else:
            session, options = boto3.Session(), {}
            if session.region_name is None:
                raise BadInput("AWS region: found nothing, expected AWS_REGION or a profile's region")
        return cls(
            cloudformation=session.client("cloudformation", **options),  # type: ignore[call-overload]
            s3=session.client("s3", **options),  # type: ignore[call-overload]
            step_functions=session.client("stepfunctions", **options),  # type: ignore[call-overload]
        )


def _outputs(cloudformation: "CloudFormationClient", stack: str) -> dict[str, str]:
    try:
        description = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            raise CommandFailed(f"stack {stack}: not found; deploy it with `cdk deploy` or name its --stage") from None
        raise
    return {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", [])}
