"""Amazon Bedrock's quota: requests and tokens a minute, reserved when a call starts and settled when it ends.

When a call starts, the quota reserves its input tokens and its ``max_tokens``. A call is throttled when too few tokens
are left. When it ends, unused tokens return to the quota. An output token of newer Claude models counts five times:
that is ``output_burndown``. Source: Amazon Bedrock user guide, "How tokens are counted in Amazon Bedrock".
"""

from dataclasses import dataclass

from pydantic import Field

from course_kit.data_models import ClosedModel


class QuotaSettings(ClosedModel):
    """An account's quota of one model; a field that is None sets no limit."""

    requests_per_minute: float | None = Field(default=None, gt=0)
    tokens_per_minute: float | None = Field(default=None, gt=0)
    minute_seconds: float = Field(default=60, gt=0)
    """Seconds that count as a minute: a low number makes benchmarks short."""
    output_burndown: float = Field(default=1, ge=1)


@dataclass
class TokenBucket:
    """A token bucket: holds up to ``capacity`` and refills continuously; only `Quota.settle` can overdraw it."""

    capacity: float
    refill_per_second: float
    level: float
    updated_at: float

    @classmethod
    def of_minute(cls, amount: float, minute_seconds: float, now: float) -> "TokenBucket":
        """Return a full bucket of ``amount`` that refills once a minute."""
        return cls(capacity=amount, refill_per_second=amount / minute_seconds, level=amount, updated_at=now)

    def has(self, amount: float, now: float) -> bool:
        """Whether the bucket holds this amount; more than its capacity is always False."""
        self._refill(now)
        return self.level >= amount

    def take(self, amount: float, now: float) -> None:
        """Take an amount, without a check of the level; a negative amount is a refund."""
        self._refill(now)
        self.level = min(self.capacity, self.level - amount)

    def _refill(self, now: float) -> None:
        self.level = min(self.capacity, self.level + (now - self.updated_at) * self.refill_per_second)
        self.updated_at = now


@dataclass(frozen=True)
class Reservation:
    """The tokens that one call reserved when it started."""

    tokens: int


class Quota:
    """One account's quota of one model. ``now`` is a monotonic clock in seconds."""

    def __init__(self, settings: QuotaSettings, now: float) -> None:
        self._settings = settings
        minute = settings.minute_seconds
        self._requests, self._tokens = (
            TokenBucket.of_minute(amount, minute, now) if amount else None
            for amount in (settings.requests_per_minute, settings.tokens_per_minute)
        )

    def reserve(self, input_tokens: int, max_tokens: int, now: float) -> Reservation | None:
        """Reserve one request and a call's tokens; None, and nothing reserved, for a call that is throttled."""
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
        """Return a call's unused tokens; a call that used more than it reserved overdraws the quota."""
        if self._tokens:
            used = input_tokens + output_tokens * self._settings.output_burndown
            self._tokens.take(used - reservation.tokens, now)
