"""The run of a list of checks, which continues after a failure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from coursewright.doctor.finding import Finding, Outcome, Verdict
from coursewright.doctor.refusals import REFUSALS, outcome_of

Subject = TypeVar("Subject")


@dataclass(frozen=True, kw_only=True)
class Check(Generic[Subject]):
    """One check.

    ``look`` may raise any of `REFUSALS`; ``needs`` names earlier checks that must be ``ok`` for this one.
    """

    name: str
    looks_at: str
    look: Callable[[Subject], Outcome]
    needs: tuple[str, ...] = ()


def examine(checks: Sequence[Check[Subject]], subject: Subject) -> Iterator[Finding]:
    """Yield a finding for every check in order, each as soon as it is known."""
    verdicts: dict[str, Verdict] = {}
    for check in checks:
        missing = [name for name in check.needs if verdicts[name] is not Verdict.OK]
        outcome = Outcome.unknown(f"not looked at: it needs {missing[0]}") if missing else _look(check, subject)
        verdicts[check.name] = outcome.verdict
        yield Finding(
            name=check.name,
            looked_at=check.looks_at,
            verdict=outcome.verdict,
            found=outcome.found,
            fix=outcome.fix,
        )


def _look(check: Check[Subject], subject: Subject) -> Outcome:
    try:
        return check.look(subject)
    except REFUSALS as error:
        return outcome_of(error)
