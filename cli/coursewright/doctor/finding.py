"""What a check comes to."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict


class Verdict(StrEnum):
    """How a check ended; only ``wrong`` makes the command fail."""

    OK = "ok"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    """It could not be looked at, and may be either."""
    SKIPPED = "skipped"
    """Nobody needs it here, or it was not asked for."""


@dataclass(frozen=True)
class Outcome:
    """A verdict, what was found, and what to do; an ``ok`` needs no fix."""

    verdict: Verdict
    found: str
    fix: str = ""

    @classmethod
    def ok(cls, found: str) -> Self:
        """Return that it is as it should be."""
        return cls(Verdict.OK, found)

    @classmethod
    def wrong(cls, found: str, fix: str) -> Self:
        """Return that it keeps a course from being made, or its people from hearing of it."""
        return cls(Verdict.WRONG, found, fix)

    @classmethod
    def unknown(cls, found: str, fix: str = "") -> Self:
        """Return that nobody can say from here."""
        return cls(Verdict.UNKNOWN, found, fix)

    @classmethod
    def skipped(cls, found: str, fix: str = "") -> Self:
        """Return that it was left out, for this reason."""
        return cls(Verdict.SKIPPED, found, fix)


class Finding(BaseModel):
    """One line of the report."""

    model_config = ConfigDict(frozen=True)

    name: str
    looked_at: str
    verdict: Verdict
    found: str
    fix: str


class Report(BaseModel):
    """Everything that was found; ``is_ready`` unless something is wrong."""

    model_config = ConfigDict(frozen=True)

    is_ready: bool
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, findings: tuple[Finding, ...]) -> Self:
        """Sum findings up."""
        return cls(is_ready=all(each.verdict is not Verdict.WRONG for each in findings), findings=findings)

    def count(self, verdict: Verdict) -> int:
        """Return how many checks ended so."""
        return sum(finding.verdict is verdict for finding in self.findings)
