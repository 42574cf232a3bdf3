"""How much of the function's time is left, so that work stops while it can still be saved."""

import time
from dataclasses import dataclass
from typing import Protocol, Self

# Time kept back for saving the manifest and for raising: this share of what there was, at most so many seconds.
_RESERVE_SHARE = 0.1
_MAX_RESERVE_SECONDS = 5.0
# Before the first piece of work is done nobody knows how long one takes: keep this share of the time for it.
_FIRST_PIECE_SHARE = 0.25


class HasRemainingTime(Protocol):
    """The part of Lambda's context object that a deadline needs."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the function is killed."""
        ...


@dataclass
class Deadline:
    """Tells whether another piece of work still fits, from the longest piece so far."""

    ends_at: float
    longest_piece: float
    reserve: float
    has_measured: bool = False

    @classmethod
    def of(cls, context: HasRemainingTime) -> Self:
        """Take the time that Lambda says is left."""
        remaining = context.get_remaining_time_in_millis() / 1000
        return cls(
            ends_at=time.monotonic() + remaining,
            longest_piece=remaining * _FIRST_PIECE_SHARE,
            reserve=min(remaining * _RESERVE_SHARE, _MAX_RESERVE_SECONDS),
        )

    def record(self, seconds: float) -> None:
        """Learn from a finished piece of work; the first one replaces the guess."""
        self.longest_piece = max(self.longest_piece, seconds) if self.has_measured else seconds
        self.has_measured = True

    def has_time_for_another(self) -> bool:
        """Whether a piece as long as the longest so far would still end in time."""
        return time.monotonic() + self.longest_piece + self.reserve < self.ends_at
