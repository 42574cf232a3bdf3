"""A deployed Coursewright: which bucket, which state machine, and clients for both."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel, ConfigDict

from course_kit.events import ModelProvider
from course_kit.outline import Paper
from coursewright import local_aws
from coursewright.errors import BadInput, CommandFailed

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient


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

    @classmethod
    def find(cls, target: Target, stage: str) -> "Deployment":
        """Look up a stack's outputs, with boto3's own credentials for AWS.

        Raises
        ------
        CommandFailed
            No credentials, no stack, no access, or local AWS does not run.
        """
        with aws_errors():
            if target is Target.LOCAL:
                connection = local_aws.connect()
                session, options, stack = connection.session(), connection.client_options, local_aws.STACK_NAME
            else:
                session, options, stack = boto3.Session(), {}, f"Coursewright-{stage}"
                if session.region_name is None:
                    raise BadInput("AWS region: found nothing, expected AWS_REGION or a profile's region")
            outputs = _outputs(session.client("cloudformation", **options), stack)  # type: ignore[call-overload]
            return cls(
                target=target,
                bucket=outputs["CourseBucketName"],
                state_machine_arn=outputs["StateMachineArn"],
                alias_arn=outputs.get("StateMachineAliasArn"),
                s3=session.client("s3", **options),  # type: ignore[call-overload]
                step_functions=session.client("stepfunctions", **options),  # type: ignore[call-overload]
                models=Models.model_validate_json(outputs["Models"]) if "Models" in outputs else None,
                book_parts=outputs.get("BookParts", ""),
                book_paper=Paper(outputs.get("BookPaper", Paper.A4)),
            )


@contextmanager
def aws_errors() -> Iterator[None]:
    """Turn what AWS or local AWS refuses into one line."""
    try:
        yield
    except local_aws.LocalAwsError as error:
        raise CommandFailed(str(error)) from None
    except ClientError as error:
        detail = error.response["Error"]
        raise CommandFailed(f"AWS refused {error.operation_name}: {detail['Code']}: {detail['Message']}") from None
    except BotoCoreError as error:
        raise CommandFailed(f"AWS could not be asked: {error}; check credentials, region and network") from None


def _outputs(cloudformation: "CloudFormationClient", stack: str) -> dict[str, str]:
    try:
        description = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            raise CommandFailed(f"stack {stack}: not found; deploy it with `cdk deploy` or name its --stage") from None
        raise
    return {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", [])}
