"""The results of checks."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from course_kit.data_models import ClosedModel


class Verdict(StrEnum):
    """The result of a check; only ``wrong`` makes the command fail."""

    OK = "ok"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    """The check was not possible."""
    SKIPPED = "skipped"
    """The check is not needed here, or was not requested."""


@dataclass(frozen=True)
class Outcome:
    """A verdict, what was found, and the fix; ``ok`` needs no fix."""

    verdict: Verdict
    found: str
    fix: str = ""

    @classmethod
    def ok(cls, found: str) -> Self:
        """Return the finding of a check without a fault."""
        return cls(Verdict.OK, found)

    @classmethod
    def wrong(cls, found: str, fix: str) -> Self:
        """Return the finding of a fault that prevents courses, or their notifications."""
        return cls(Verdict.WRONG, found, fix)

    @classmethod
    def unknown(cls, found: str, fix: str = "") -> Self:
        """Return the finding of a check that was not possible."""
        return cls(Verdict.UNKNOWN, found, fix)

    @classmethod
    def skipped(cls, found: str, fix: str = "") -> Self:
        """Return the finding of a skipped check, with the reason."""
        return cls(Verdict.SKIPPED, found, fix)


class Finding(ClosedModel):
    """One line of the report."""

    name: str
    looked_at: str
    verdict: Verdict
    found: str
    fix: str


class Report(ClosedModel):
    """All findings; ``is_ready`` is False when one is wrong."""

    is_ready: bool
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, findings: tuple[Finding, ...]) -> Self:
        """Sum findings up."""
        return cls(is_ready=all(each.verdict is not Verdict.WRONG for each in findings), findings=findings)

    def count(self, verdict: Verdict) -> int:
        """Return the number of checks with a verdict."""
        return sum(finding.verdict is verdict for finding in self.findings)
