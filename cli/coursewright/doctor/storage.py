"""Checks that the bucket of courses and the secret for OpenAI exist, without a look at their content."""

from botocore.exceptions import ClientError
from pydantic import BaseModel

from coursewright.doctor.account import Account
from coursewright.doctor.answers import Answer
from coursewright.doctor.finding import Outcome
from coursewright.doctor.refusals import code_of

_NO_BUCKET = {"404", "NoSuchBucket", "NotFound"}


class _Listing(Answer):
    key_count: int


class _Secret(BaseModel):
    DeletedDate: object = None


def check_bucket(account: Account) -> Outcome:
    """Whether the bucket exists and may be listed; nothing is written."""
    bucket = account.output("CourseBucketName")
    try:
        account.ask("s3", "list_objects_v2", _Listing, Bucket=bucket, MaxKeys=1)
    except ClientError as error:
        if code_of(error) in _NO_BUCKET:
            return Outcome.wrong(
                f"{bucket} does not exist: it was deleted", f"npx cdk destroy, then {account.deploy_command}"
            )
        raise
    return Outcome.ok(f"{bucket} may be listed")


def check_secret(account: Account) -> Outcome:
    """Whether the secret with the OpenAI key exists, if the deployment has one; its value is not read."""
    name = account.settings.openai_secret_name
    if not name:
        return Outcome.skipped("no openai_secret_name is set, so --provider openai is refused")
    create = f"""aws secretsmanager create-secret --name {name} --secret-string '{{"api_key": "…"}}'"""
    try:
        secret = account.ask("secretsmanager", "describe_secret", _Secret, SecretId=name)
    except ClientError as error:
        if code_of(error) == "ResourceNotFoundException":
            return Outcome.wrong(f"{name} is not in {account.region}", create)
        raise
    if secret.DeletedDate is not None:
        return Outcome.wrong(f"{name} is to be deleted", f"aws secretsmanager restore-secret --secret-id {name}")
    return Outcome.ok(f"{name} is there")
