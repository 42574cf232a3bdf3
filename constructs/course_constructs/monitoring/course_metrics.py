"""The metrics of dashboard and alarms: the functions' own, Lambda's and Step Functions'."""

from enum import StrEnum

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn

NAMESPACE = "Coursewright"
PERIOD = Duration.minutes(5)


class StepMetric(StrEnum):
    """Metrics of the functions, with the names in ``course_kit.step_metrics`` (a test compares the two)."""

    ATTEMPTS = "StepAttempts"
    SUCCESSES = "StepSuccesses"
    FAILURES = "StepFailures"
    REFUSALS = "StepsRefused"
    MODEL_THROTTLES = "ModelThrottles"
    MODEL_OUTAGES = "ModelOutages"
    TEXTS_REJECTED = "TextsRejected"
    WORK_REMAINING = "WorkRemaining"
    MODEL_CALLS = "ModelCalls"
    INPUT_TOKENS = "InputTokens"
    OUTPUT_TOKENS = "OutputTokens"
    CACHE_READ_TOKENS = "CacheReadTokens"
    CACHE_WRITE_TOKENS = "CacheWriteTokens"
    MODEL_DOLLARS = "ModelDollars"
    ARTEFACTS_MADE = "ArtefactsMade"
    ARTEFACTS_REUSED = "ArtefactsReused"
    DIAGRAM_FALLBACKS = "DiagramFallbacks"


class RunMetric(StrEnum):
    """Step Functions' metrics of executions."""

    STARTED = "ExecutionsStarted"
    SUCCEEDED = "ExecutionsSucceeded"
    FAILED = "ExecutionsFailed"
    TIMED_OUT = "ExecutionsTimedOut"
    ABORTED = "ExecutionsAborted"
    TIME = "ExecutionTime"


def step_metric(stage: str, name: StepMetric, *, period: Duration = PERIOD) -> cloudwatch.Metric:
    """Return the sum of a metric over the functions of a stage."""
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map={"service": f"coursewright-{stage}"},
        statistic=cloudwatch.Stats.SUM,
        period=period,
        label=name,
    )


def run_metric(
    machine: sfn.IStateMachine, name: RunMetric, *, statistic: str = cloudwatch.Stats.SUM
) -> cloudwatch.Metric:
    """Return a metric of the state machine's executions, of all its versions."""
    return cloudwatch.Metric(
        namespace="AWS/States",
        metric_name=name,
        dimensions_map={"StateMachineArn": machine.state_machine_arn},
        statistic=statistic,
        period=PERIOD,
        label=name,
    )


def function_metric(function: lambda_.IFunction, label: str, name: str, statistic: str) -> cloudwatch.Metric:
    """Return a metric of Lambda's for one function, of all its versions."""
    return cloudwatch.Metric(
        namespace="AWS/Lambda",
        metric_name=name,
        dimensions_map={"FunctionName": function.function_name},
        statistic=statistic,
        period=PERIOD,
        label=label,
    )
