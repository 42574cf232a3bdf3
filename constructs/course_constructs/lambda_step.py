"""A function as a state: how every step of the pipeline is invoked."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from course_constructs.retry_policies import add_step_retries

# Longer than any function may run, so that Lambda's own timeout is the one that is seen.
STEP_TIMEOUT = Duration.minutes(16)


def lambda_step(
    scope: Construct,
    id: str,
    *,
    function: lambda_.IFunction,
    payload: str,
    outputs: str | Mapping[str, object] = "{% $states.result.Payload %}",
    assign: Mapping[str, str] | None = None,
    is_deterministic: bool = False,
) -> tasks.LambdaInvoke:
    """Return a JSONata task state with a timeout and our retries.

    Parameters
    ----------
    function
        What is invoked; the state machine's role is granted to do so.
    payload, outputs, assign
        JSONata: what the function gets, what goes on to the next state, what is kept in variables.
    is_deterministic
        Whether a function that was killed would be killed again (`add_step_retries`).
    """
    step = tasks.LambdaInvoke.jsonata(
        scope,
        id,
        lambda_function=function,
        payload=sfn.TaskInput.from_text(payload),
        outputs=outputs,
        assign=assign,
        task_timeout=sfn.Timeout.duration(STEP_TIMEOUT),
        # CDK's own retrier has no jitter, no cap and no TooManyRequestsException.
        retry_on_service_exceptions=False,
    )
    add_step_retries(step, is_deterministic=is_deterministic)
    return step
