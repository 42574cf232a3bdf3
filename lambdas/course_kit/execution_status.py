"""Whether an execution of the state machine goes on."""

import boto3
from botocore.exceptions import ClientError

_GOING_ON = {"RUNNING", "PENDING_REDRIVE"}
# Step Functions forgets an execution 90 days after its end; one of no state machine that is left never ran here.
_UNKNOWN = {"ExecutionDoesNotExist", "InvalidArn"}


def is_running(execution_arn: str) -> bool:
    """Return whether an execution goes on; one that is not known has ended. Raises botocore's errors."""
    try:
        status = boto3.client("stepfunctions").describe_execution(executionArn=execution_arn)["status"]
    except ClientError as error:
        if error.response["Error"]["Code"] in _UNKNOWN:
            return False
        raise
    return status in _GOING_ON
