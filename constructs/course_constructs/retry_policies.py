"""How the state machine retries a step, by cause.

What a step made is found again by its fingerprint, so a retry costs only what is missing. Bad input, a rejected text
and a conflict between executions are never retried: the same call would end the same way. Neither is a book that took
all of a function's time or memory: it is built from the same files, and no model is asked.
"""

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn

THROTTLES = ["ModelThrottled"]
# The account has no function left at once ("Concurrent executions", in new accounts 10): nothing has been tried.
FUNCTION_THROTTLES = ["Lambda.TooManyRequestsException"]
OUTAGES = [
    "ModelUnavailable",
    "StorageUnavailable",
    # As AWS advises (Step Functions developer guide, "Handle transient Lambda service exceptions").
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
]
# The function's time or memory was used up, or its worker died (Lambda developer guide, "Troubleshoot invocation
# issues"; Step Functions developer guide, "Handle errors": where the runtime is not asked, it is `Lambda.Unknown`).
KILLED = ["Sandbox.Timedout", "Runtime.ExitError", "Lambda.Unknown"]
WORK_REMAINING = ["WorkRemaining"]


def add_step_retries(task: sfn.TaskStateBase, *, is_deterministic: bool) -> None:
    """Give a step the four retriers; the first whose errors match applies, each with its own count.

    Parameters
    ----------
    is_deterministic
        Whether the step takes the same time and memory for the same input, so that being killed once is being killed
        each time. Others wait for a model, which may be quicker at another moment.

    - Throttles: 10 s doubling to at most 5 min, 8 retries. A quota is counted by the minute, so it helps to wait half a
      minute or more. FULL jitter keeps modules from coming back all at once.
    - No function left in the account: as throttles, 30 retries, about an hour. A function runs a quarter of an hour at
      most, so waiting always helps, and it costs nothing.
    - Outages, and being killed unless that comes back the same: 2 s doubling to at most 30 s, 4 retries.
    - Work remaining: at once, up to 100 times. Each call saves at least one lesson, and a module has at most 50.
    """
    for errors, max_attempts in ((THROTTLES, 8), (FUNCTION_THROTTLES, 30)):
        task.add_retry(
            errors=errors,
            interval=Duration.seconds(10),
            backoff_rate=2,
            max_attempts=max_attempts,
            max_delay=Duration.minutes(5),
            jitter_strategy=sfn.JitterType.FULL,
        )
    task.add_retry(
        errors=OUTAGES if is_deterministic else OUTAGES + KILLED,
        interval=Duration.seconds(2),
        backoff_rate=2,
        max_attempts=4,
        max_delay=Duration.seconds(30),
        jitter_strategy=sfn.JitterType.FULL,
    )
    task.add_retry(errors=WORK_REMAINING, interval=Duration.seconds(1), backoff_rate=1, max_attempts=100)
