"""Steps that wait for their next attempt, from the execution's history: what no function can tell of itself.

Examples are an account without a free function, and a function that was killed. Local AWS has no history of what
happens inside a Map, so there only the steps of the book are seen.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import JsonValue, TypeAdapter

from coursewright.run.troubles import TroubleLine

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

_EVERY = timedelta(seconds=15)
# A course has at most some hundred steps under way, and each leaves three events an attempt.
_EVENTS = 500
_OBJECT = TypeAdapter(dict[str, JsonValue])
# The next attempt follows at once, and is no trouble.
_NO_TROUBLE = {"WorkRemaining"}
_NO_FUNCTION_FREE = "Lambda.TooManyRequestsException"
_WORDS = {_NO_FUNCTION_FREE: "no function is free in the account"}
# The longest delays of the state machine's retries (`course_constructs.retry_policies`).
_SLOW = {_NO_FUNCTION_FREE, "ModelThrottled"}


@dataclass(frozen=True)
class HistoryEvent:
    """One event of an execution's history, as far as it is needed here."""

    number: int
    previous: int
    at: datetime
    error: str
    """The error's name; empty for an event of another kind."""
    state: str
    """The name of the state that is entered; empty for an event of another kind."""


def waiting_steps(events: Sequence[HistoryEvent]) -> tuple[TroubleLine, ...]:
    """Return one line for each kind of failure after which a step waits: nothing has followed the failure yet."""
    known = {event.number: event for event in events}
    followed = {event.previous for event in events}
    waiting = [event for event in events if event.error and event.number not in followed]
    by_error: dict[str, list[HistoryEvent]] = {}
    for event in waiting:
        if event.error not in _NO_TROUBLE:
            by_error.setdefault(event.error, []).append(event)
    return tuple(_line(error, [list(_before(event, known)) for event in found]) for error, found in by_error.items())


def _before(event: HistoryEvent, known: Mapping[int, HistoryEvent]) -> Iterator[HistoryEvent]:
    """Yield the events of one step, from the newest to the one that enters its state."""
    current: HistoryEvent | None = event
    while current is not None:
        yield current
        if current.state:
            return
        current = known.get(current.previous)


def _line(error: str, steps: Sequence[Sequence[HistoryEvent]]) -> TroubleLine:
    failures = [[event for event in step if event.error] for step in steps]
    since = min(step[-1].at for step in failures).astimezone()
    states = sorted({event.state for step in steps for event in step if event.state})
    what = f"{_WORDS[error]} ({error})" if error in _WORDS else f"fails with {error}"
    again = "5 min" if error in _SLOW else "30 s"
    return TroubleLine(
        error,
        f"{', '.join(states) or 'a step'}: {what} since {since:%H:%M}, attempt {max(map(len, failures))}, "
        f"tried again within {again}",
    )


@dataclass
class StepTroubles:
    """The waiting steps of one execution, read now and then."""

    execution_arn: str
    _lines: tuple[TroubleLine, ...] = ()
    _read_at: datetime | None = field(default=None)

    def lines(self, step_functions: "SFNClient", now: datetime) -> tuple[TroubleLine, ...]:
        """Return the lines as of some seconds ago. Without the right to read the history, there are none."""
        if self._read_at is None or now - self._read_at >= _EVERY:
            self._read_at = now
            try:
                self._lines = waiting_steps(self._events(step_functions))
            except (BotoCoreError, ClientError):
                self._lines = ()
        return self._lines

    def _events(self, step_functions: "SFNClient") -> list[HistoryEvent]:
        newest = step_functions.get_execution_history(
            executionArn=self.execution_arn, reverseOrder=True, maxResults=_EVENTS, includeExecutionData=False
        )
        return [
            HistoryEvent(
                number=event["id"],
                previous=event.get("previousEventId", 0),
                at=event["timestamp"],
                error=_named(event, "error"),
                state=_named(event, "name") if event["type"].endswith("StateEntered") else "",
            )
            for event in newest["events"]
        ]


def _named(event: Mapping[str, object], name: str) -> str:
    """Return a name in an event's details."""
    details = (detail for key, detail in event.items() if key.endswith("EventDetails"))
    found = (_OBJECT.validate_python(detail).get(name) for detail in details)
    return next((str(value) for value in found if value), "")
