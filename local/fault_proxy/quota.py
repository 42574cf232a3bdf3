"""A quota as Amazon Bedrock keeps it: requests and tokens a minute, reserved when a call starts, settled when it ends.

When a call starts, its input tokens and its ``max_tokens`` are taken; a call for which they are not there is throttled.
When it ends, what it did not use is given back, and an output token of newer Claude models counts five times; that is
``output_burndown`` (Amazon Bedrock user guide, "How tokens are counted in Amazon Bedrock").
"""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field


class QuotaSettings(BaseModel):
    """What an account may use of one model. What is not set is not limited."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    requests_per_minute: float | None = Field(default=None, gt=0)
    tokens_per_minute: float | None = Field(default=None, gt=0)
    minute_seconds: float = Field(default=60, gt=0)
    """How long a minute takes here, so that a benchmark need not last for many."""
    output_burndown: float = Field(default=1, ge=1)


@dataclass
class TokenBucket:
    """Holds at most ``capacity`` and fills continuously; may be overdrawn by `settle`, never by `take`."""

    capacity: float
    refill_per_second: float
    level: float
    updated_at: float

    @classmethod
    def of_minute(cls, amount: float, minute_seconds: float, now: float) -> "TokenBucket":
        """Return a full bucket that refills ``amount`` a minute."""
        return cls(capacity=amount, refill_per_second=amount / minute_seconds, level=amount, updated_at=now)

    def has(self, amount: float, now: float) -> bool:
        """Whether so much is there. What is more than the whole bucket never is."""
        self._refill(now)
        return self.level >= amount

    def take(self, amount: float, now: float) -> None:
        """Take what `has` has said is there; a negative amount is given back."""
        self._refill(now)
        self.level = min(self.capacity, self.level - amount)

    def _refill(self, now: float) -> None:
        self.level = min(self.capacity, self.level + (now - self.updated_at) * self.refill_per_second)
        self.updated_at = now


@dataclass(frozen=True)
class Reservation:
    """What one call took when it started."""

    tokens: int


class Quota:
    """One account's quota of one model. ``now`` is any clock in seconds that only goes forward."""

    def __init__(self, settings: QuotaSettings, now: float) -> None:
        self._settings = settings
        minute = settings.minute_seconds
        self._requests, self._tokens = (
            TokenBucket.of_minute(amount, minute, now) if amount else None
            for amount in (settings.requests_per_minute, settings.tokens_per_minute)
        )

    def reserve(self, input_tokens: int, max_tokens: int, now: float) -> Reservation | None:
        """Take a call's request and tokens; None when it is throttled, and then nothing is taken."""
        wanted = input_tokens + max_tokens
        if self._requests and not self._requests.has(1, now):
            return None
        if self._tokens and not self._tokens.has(wanted, now):
            return None
        if self._requests:
            self._requests.take(1, now)
        if self._tokens:
            self._tokens.take(wanted, now)
        return Reservation(tokens=wanted)

    def settle(self, reservation: Reservation, input_tokens: int, output_tokens: int, now: float) -> None:
        """Give back what a call did not use; one that used more than it reserved overdraws, and others wait."""
        if self._tokens:
            used = input_tokens + output_tokens * self._settings.output_burndown
            self._tokens.take(used - reservation.tokens, now)
