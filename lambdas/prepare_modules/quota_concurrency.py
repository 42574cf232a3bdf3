"""How many modules and lessons to work on at once, so that a run uses its quota of the model without being throttled.

A provider counts tokens and requests by the minute. A run whose calls need so many of them takes at least so long,
however many are in flight; the calls in flight that keep the quota busy are the seconds of all calls over that time.
More would only be throttled, fewer would leave quota unused.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import ceil

from course_kit.course_estimate import CourseEstimate
from course_kit.events import ContentType

# Of a current large model: seconds to the first token, tokens a second. A slower one needs more calls in flight.
FIRST_TOKEN_SECONDS = 2.0
TOKENS_PER_SECOND = 60.0
# More calls in flight than the average needs: modules draw figures or wait for their last lesson meanwhile.
_HEADROOM = 1.25
_CLAUDE_BURNDOWN = 5


@dataclass(frozen=True, kw_only=True)
class ModelQuota:
    """What the account may use of the model a minute; 0: unknown."""

    tokens_per_minute: int
    requests_per_minute: int
    output_burndown: int = 1
    """Tokens of the quota that one output token takes."""


@dataclass(frozen=True, kw_only=True)
class RunConcurrency:
    """Modules worked on at once, and lessons (and labs) of one module."""

    modules: int
    lessons: int


def output_burndown(model_id: str) -> int:
    """Return how many tokens of the quota an output token takes: 5 for Claude since 3.7, 1 for other models.

    Source: Amazon Bedrock user guide, "How tokens are counted in Amazon Bedrock".
    """
    is_claude = "anthropic.claude" in model_id
    is_older = any(f"claude-{old}" in model_id for old in ("v2", "instant", "3-haiku", "3-sonnet", "3-opus", "3-5-"))
    return _CLAUDE_BURNDOWN if is_claude and not is_older else 1


def concurrency_within_quota(
    course: CourseEstimate, content_type: ContentType, quota: ModelQuota, bounds: RunConcurrency
) -> RunConcurrency:
    """Return the concurrency that keeps a quota busy, within bounds; the bounds themselves without a quota.

    Parameters
    ----------
    course
        What the run will ask of the model.
    content_type
        With both, a module writes its lessons and its labs at once, so it has twice as many calls in flight.
    quota
        What a minute allows.
    bounds
        The most that the deployment, or the execution's input, wants.
    """
    calls_in_flight = _calls_in_flight(course, quota)
    if calls_in_flight is None:
        return bounds
    calls_a_lesson_slot = 2 if content_type is ContentType.BOTH else 1
    wide_enough = [
        choice
        for choice in _choices(course, bounds)
        if choice.modules * choice.lessons * calls_a_lesson_slot >= calls_in_flight
    ]
    # The fewest calls that are enough; of equals the one with more modules, whose stages overlap.
    return min(wide_enough, key=lambda choice: (choice.modules * choice.lessons, -choice.modules), default=bounds)


def _calls_in_flight(course: CourseEstimate, quota: ModelQuota) -> int | None:
    tokens = sum(call.input_tokens + call.output_tokens * quota.output_burndown for call in course.calls)
    seconds = sum(FIRST_TOKEN_SECONDS + call.output_tokens / TOKENS_PER_SECOND for call in course.calls)
    minutes = max(
        tokens / quota.tokens_per_minute if quota.tokens_per_minute else 0.0,
        len(course.calls) / quota.requests_per_minute if quota.requests_per_minute else 0.0,
    )
    return ceil(_HEADROOM * seconds / (minutes * 60)) if minutes else None


def _choices(course: CourseEstimate, bounds: RunConcurrency) -> Iterator[RunConcurrency]:
    modules = min(bounds.modules, len(course.modules))
    pieces = max((max(module.lessons, module.labs) for module in course.modules), default=1)
    for number, lessons in product(range(1, modules + 1), range(1, min(bounds.lessons, max(pieces, 1)) + 1)):
        yield RunConcurrency(modules=number, lessons=lessons)
