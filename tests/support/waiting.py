"""Waiting for the thing itself: a test that waits for a time fails on a machine that is slower than its author's."""

import time
from collections.abc import Callable

import pytest

from coursewright.run.execution import Run, RunState

_POLL_SECONDS = 0.05
# Only so that a thing that never comes ends the test and not the suite; no test may need a part of it.
_GIVE_UP_SECONDS = 480


def wait_until(has_come: Callable[[], object], what: str | Callable[[], str]) -> None:
    """Wait until something holds; fail, naming ``what`` was waited for, when it never does."""
    give_up = time.monotonic() + _GIVE_UP_SECONDS
    while not has_come():
        if time.monotonic() > give_up:
            pytest.fail(f"waited {_GIVE_UP_SECONDS} s for {what if isinstance(what, str) else what()}")
        time.sleep(_POLL_SECONDS)


def ended(run: Run) -> RunState:
    """Wait for a run's end and say how it ended."""
    wait_until(lambda: not run.state().is_running, f"the end of {run.name}")
    return run.state()
