"""What a run of a test's course made."""

from collections import Counter
from dataclasses import dataclass

from offline_author.behaviour import CallKind


@dataclass(frozen=True)
class Made:
    """What one run asked models for, and what it drew."""

    calls: Counter[CallKind]
    figures: int = 0
    """How many were drawn."""

    @property
    def lessons(self) -> int:
        """How many lessons were written."""
        return self.calls[CallKind.LESSON]

    @property
    def studies(self) -> int:
        """How many lessons' study parts were written."""
        return self.calls[CallKind.STUDY]

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was paid for and nothing drawn."""
        return not self.calls and not self.figures
