"""A step, called as the state machine calls it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from course_kit.errors import WorkRemaining
from tests.support.lambda_context import FakeLambdaContext

# JSON in, JSON out: what stands in a result is what the tests are about.
StepResult = dict[str, Any]
StepCall = Callable[[dict[str, Any], LambdaContext], StepResult]
_STATE_MACHINES_PATIENCE = 100


def called_until_done(step: StepCall, event: dict[str, object], *, milliseconds: int) -> tuple[int, StepResult]:
    """Call a step as the state machine does, again while work remains; return how many calls it took, and its result.

    ``milliseconds`` is each call's time.
    """
    for attempt in range(1, _STATE_MACHINES_PATIENCE + 1):
        with suppress(WorkRemaining):
            return attempt, step(event, FakeLambdaContext(remaining_milliseconds=milliseconds))
    pytest.fail(f"work remained after {_STATE_MACHINES_PATIENCE} calls")
