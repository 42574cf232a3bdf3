"""The trouble of an unfinished text while it lasts: what fails, since when, and when it is tried again.

Functions keep it in the text's draft, which the command line reads. It never decides anything.
"""

from datetime import datetime, timedelta
from typing import Self

from course_kit.data_models import OpenModel
from course_kit.errors import CourseError, ModelThrottled, ModelUnavailable, StorageUnavailable

TEMPORARY = (ModelThrottled, ModelUnavailable, StorageUnavailable)
"""The errors that a later attempt may not meet."""
_MAX_CHARACTERS = 200
# The longest delays of the state machine's retries (`course_constructs.retry_policies`), and a function's start.
_STEP_DELAYS = {ModelThrottled.__name__: timedelta(minutes=5)}
_STEP_DELAY = timedelta(seconds=30)
_START = timedelta(seconds=30)
# A function tells again after each failure, but not of every one.
_SILENCE = timedelta(seconds=30)


class Trouble(OpenModel):
    """Failures of one text's model calls, or of its storage, without an answer in between."""

    execution_name: str
    error: str
    """The name of the typed error."""
    words: str
    """The provider's own words, shortened."""
    since: datetime
    attempts: int
    """Failed attempts since then."""
    told_at: datetime
    next_try_at: datetime | None = None
    """None when the function has given up: then the state machine tries the step again."""

    @classmethod
    def of(
        cls,
        error: CourseError,
        execution_name: str,
        *,
        now: datetime,
        next_try_in: float | None,
        before: Self | None,
    ) -> Self:
        """Return the trouble after another failure; one that goes on keeps its start and its count."""
        continues = before is not None and before.execution_name == execution_name
        return cls(
            execution_name=execution_name,
            error=type(error).__name__,
            words=" ".join(str(error).split())[:_MAX_CHARACTERS],
            since=before.since if before and continues else now,
            attempts=before.attempts + 1 if before and continues else 1,
            told_at=now,
            next_try_at=None if next_try_in is None else now + timedelta(seconds=next_try_in),
        )

    @property
    def longest_step_delay(self) -> timedelta:
        """The longest time that the state machine waits before it tries the step again."""
        return _STEP_DELAYS.get(self.error, _STEP_DELAY)

    def is_current(self, now: datetime) -> bool:
        """Whether it still lasts, as far as its record tells: an answer under way does not change the record."""
        if self.next_try_at is None:
            return now < self.told_at + self.longest_step_delay + _START
        return now < max(self.next_try_at, self.told_at) + _SILENCE
