"""What a function did, as CloudWatch metrics: one line of embedded metric format an invocation, by Powertools.

The only dimension is ``service`` (``coursewright-<stage>``), since CloudWatch bills each combination of name and
dimensions; which function it was stands in the line as metadata.
"""

from collections import defaultdict
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from threading import Lock

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from course_kit.errors import (
    ArtefactConflict,
    BudgetExceeded,
    CourseError,
    ModelThrottled,
    ModelUnavailable,
    TextRejected,
    WorkRemaining,
)
from course_kit.price_rows import ModelPrices
from course_kit.usage import Usage

NAMESPACE = "Coursewright"
Handler = Callable[[dict[str, object], LambdaContext], dict[str, object]]


class StepMetric(StrEnum):
    """What is counted. The dashboard and the alarms know these names (``course_constructs.monitoring``)."""

    ATTEMPTS = "StepAttempts"
    SUCCESSES = "StepSuccesses"
    FAILURES = "StepFailures"
    """Steps that ended with an error that is none of the five below."""
    REFUSALS = "StepsRefused"
    """Steps that a user's mistake or decision ended: nothing was tried in vain."""
    MODEL_THROTTLES = "ModelThrottles"
    MODEL_OUTAGES = "ModelOutages"
    TEXTS_REJECTED = "TextsRejected"
    WORK_REMAINING = "WorkRemaining"
    """Steps that ran out of time and are called again."""
    MODEL_CALLS = "ModelCalls"
    INPUT_TOKENS = "InputTokens"
    OUTPUT_TOKENS = "OutputTokens"
    CACHE_READ_TOKENS = "CacheReadTokens"
    """Tokens read from the provider's cache of prompts, not in the input tokens."""
    CACHE_WRITE_TOKENS = "CacheWriteTokens"
    MODEL_DOLLARS = "ModelDollars"
    """US dollars of model calls whose price is known."""
    ARTEFACTS_MADE = "ArtefactsMade"
    ARTEFACTS_REUSED = "ArtefactsReused"
    DIAGRAM_FALLBACKS = "DiagramFallbacks"


_BY_ERROR: dict[type[Exception], StepMetric] = {
    ModelThrottled: StepMetric.MODEL_THROTTLES,
    ModelUnavailable: StepMetric.MODEL_OUTAGES,
    TextRejected: StepMetric.TEXTS_REJECTED,
    WorkRemaining: StepMetric.WORK_REMAINING,
}
# Another run on the project, a budget that is used up: whichever step meets them.
USERS_DECISIONS: tuple[type[CourseError], ...] = (ArtefactConflict, BudgetExceeded)
# An alarm compares these four, and CloudWatch cannot compare with a metric that has no value at all.
_ALWAYS_TOLD = (StepMetric.ATTEMPTS, StepMetric.REFUSALS, StepMetric.SUCCESSES, StepMetric.ARTEFACTS_MADE)
_counts: defaultdict[StepMetric, float] = defaultdict(float)
# Artefacts are stored from threads; Powertools' own set of metrics is not made for that.
_lock = Lock()


def count(metric: StepMetric, amount: float = 1) -> None:
    """Add to what this invocation counts; safe from any thread."""
    with _lock:
        _counts[metric] += amount


def count_usage(usage: Usage, prices: ModelPrices | None) -> None:
    """Add what model calls used, and what that costs where it is known."""
    count(StepMetric.MODEL_CALLS, usage.model_calls)
    count(StepMetric.INPUT_TOKENS, usage.input_tokens)
    count(StepMetric.OUTPUT_TOKENS, usage.output_tokens)
    count(StepMetric.CACHE_READ_TOKENS, usage.cache_read_tokens)
    count(StepMetric.CACHE_WRITE_TOKENS, usage.cache_write_tokens)
    if prices is not None:
        count(StepMetric.MODEL_DOLLARS, prices.cost(usage))


def measured_step(handler: Handler, *, refusals: tuple[type[CourseError], ...] = USERS_DECISIONS) -> Handler:
    """Count a handler's invocations by how they end, and give out all counts when it ends, well or not.

    Parameters
    ----------
    refusals
        The errors by which this step refuses what its user asked for. A faulty outline is a refusal in the first step.
        In later steps it is a failure, because the first step has let the outline through.
    """

    @wraps(handler)
    def measured(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
        with _lock:
            # What was counted outside an invocation, as at start-up, belongs to none.
            _counts.clear()
        count(StepMetric.ATTEMPTS)
        try:
            result = handler(event, context)
            count(StepMetric.SUCCESSES)
            return result
        except Exception as error:
            is_refusal = isinstance(error, refusals)
            count(StepMetric.REFUSALS if is_refusal else _BY_ERROR.get(type(error), StepMetric.FAILURES))
            raise
        finally:
            _give_out(context.function_name)

    return measured


def _give_out(function_name: str) -> None:
    with _lock:
        counted = {metric: _counts[metric] for metric in StepMetric if _counts[metric] or metric in _ALWAYS_TOLD}
        _counts.clear()
    metrics = Metrics(namespace=NAMESPACE)
    for metric, amount in counted.items():
        unit = MetricUnit.NoUnit if metric is StepMetric.MODEL_DOLLARS else MetricUnit.Count
        metrics.add_metric(name=metric, unit=unit, value=amount)
    metrics.add_metadata(key="function_name", value=function_name)
    metrics.flush_metrics()
