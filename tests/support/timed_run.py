"""Runs a definition in virtual time: what Step Functions does at once goes on at once, and retriers wait as it says.

The loop's clock jumps to the next thing that happens: a run of an hour takes as long as its expressions do. Functions
go on in an account that has so many at once, as Lambda counts them (developer guide, "Understanding Lambda function
scaling"): one more is refused with `Lambda.TooManyRequestsException`, and is no invocation.
"""

import asyncio
import random
import selectors
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import inf
from typing import Any

from tests.support.definition_run import DefinitionRun, Function, StateFailed
from tests.support.json_values import Json

THROTTLE = "Lambda.TooManyRequestsException"


class VirtualTime(asyncio.SelectorEventLoop):
    """An event loop that never waits: its time is what its timers say."""

    def __init__(self) -> None:
        self._now = 0.0
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        return self._now

    def jump(self, seconds: float) -> None:
        self._now += seconds


class _JumpingSelector(selectors.SelectSelector):
    def __init__(self, loop: VirtualTime) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everybody waits for something, and nothing is going to happen"
        self._loop.jump(max(timeout, 0.0))
        return super().select(0)


@dataclass
class Account:
    """Lambda in one account and region."""

    concurrent_executions: float = inf
    running: int = 0
    peak: int = 0
    throttles: int = 0
    throttles_of_one_step: int = 0
    """The most that any one step was refused in a row; the definition's retriers bound it."""

    @asynccontextmanager
    async def one_more(self) -> AsyncIterator[None]:
        """Be a function that runs; raises the `StateFailed` of a throttle where there is no room."""
        if self.running >= self.concurrent_executions:
            self.throttles += 1
            raise StateFailed(THROTTLE, "Rate Exceeded.")
        self.running += 1
        self.peak = max(self.peak, self.running)
        try:
            yield
        finally:
            self.running -= 1


@dataclass
class _Retries:
    """How often each retrier of a state has been used."""

    retriers: Sequence[Json]
    dice: random.Random
    used: dict[int, int] = field(default_factory=dict)

    def delay_after(self, failure: StateFailed) -> float:
        """Return the seconds until the next attempt; raises the failure when there is none."""
        for number, retrier in enumerate(self.retriers):
            if failure.error in retrier["ErrorEquals"]:
                attempts = self.used.get(number, 0)
                if attempts == retrier["MaxAttempts"]:
                    break
                self.used[number] = attempts + 1
                delay = retrier["IntervalSeconds"] * retrier["BackoffRate"] ** attempts
                delay = min(delay, retrier.get("MaxDelaySeconds", inf))
                return self.dice.uniform(0, delay) if retrier.get("JitterStrategy") == "FULL" else delay
        raise failure


class TimedRun(DefinitionRun):
    """A definition over functions that take their time.

    Parameters
    ----------
    seconds
        How long a function takes for an event, by its name as in ``functions``.
    account
        Where the functions run; it counts them.
    seed
        Decides the jitter of retries.
    """

    def __init__(
        self,
        definition: Json,
        functions: Mapping[str, Function],
        *,
        seconds: Callable[[str, Json], float],
        account: Account,
        seed: int = 0,
    ) -> None:
        super().__init__(definition, functions)
        self._seconds = seconds
        self._account = account
        self._dice = random.Random(seed)  # noqa: S311 - jitter, the same in every run of a test
        self.duration = 0.0

    def execute(self, execution_input: object) -> Any:
        """As of `DefinitionRun`; ``duration`` is then how long it took, in virtual seconds."""
        with asyncio.Runner(loop_factory=VirtualTime) as runner:
            try:
                return runner.run(self.run(execution_input))
            finally:
                self.duration = runner.get_loop().time()

    async def invoke(self, function: str, payload: Json, state: Json) -> object:
        retries, throttled = _Retries(state["Retry"], self._dice), 0
        while True:
            try:
                async with self._account.one_more():
                    await asyncio.sleep(self._seconds(function, payload))
                    return await super().invoke(function, payload, state)
            except StateFailed as failure:
                throttled = throttled + 1 if failure.error == THROTTLE else 0
                self._account.throttles_of_one_step = max(self._account.throttles_of_one_step, throttled)
                delay = retries.delay_after(failure)
            await asyncio.sleep(delay)

    async def side_by_side(self, parts: Sequence[Callable[[], Awaitable[object]]], at_once: int) -> list[object]:
        slots = asyncio.Semaphore(at_once or max(len(parts), 1))

        async def one(part: Callable[[], Awaitable[object]]) -> object:
            async with slots:
                return await part()

        tasks = [asyncio.ensure_future(one(part)) for part in parts]
        try:
            return await asyncio.gather(*tasks)
        except StateFailed:
            # One that fails ends its siblings (Step Functions developer guide, "Parallel workflow state").
            for task in tasks:
                task.cancel()
            raise
