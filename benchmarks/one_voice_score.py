"""What the editor of a course found of the faults that a bad writer seeded, and what it mended."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from course_kit.records.editing import Finding, FindingKind, FindingState
from offline_author.seeded_fault import SeededFault

SEEDED_KINDS = (
    FindingKind.REPEATED_PASSAGE,
    FindingKind.SECOND_DEFINITION,
    FindingKind.EARLY_USE,
    FindingKind.CHANGED_FACT,
    FindingKind.DEAD_REFERENCE,
)


@dataclass(frozen=True, kw_only=True)
class KindScore:
    """One kind of fault in a course."""

    kind: FindingKind
    seeded: int
    found: int
    mended: int
    false_findings: int
    """Findings of this kind in the clean course."""
    unexpected: int
    """Findings of this kind in the faulty course that no seeded fault explains."""

    def row(self) -> dict[str, object]:
        """Return the line of the results."""
        return asdict(self)


def scores(faults: Sequence[SeededFault], findings: Sequence[Finding], clean: Sequence[Finding]) -> list[KindScore]:
    """Return a score for each kind.

    Parameters
    ----------
    faults
        What was seeded; the course's lessons have the numbers of their slots.
    findings
        What was found in that course.
    clean
        What was found in the same course without faults.
    """
    return [
        KindScore(
            kind=kind,
            seeded=sum(fault.kind is kind for fault in faults),
            found=sum(any(is_about(one, fault) for one in findings) for fault in faults if fault.kind is kind),
            mended=sum(_is_mended(fault, findings) for fault in faults if fault.kind is kind),
            false_findings=sum(one.kind is kind for one in clean),
            unexpected=len(unexpected(kind, faults, findings)),
        )
        for kind in FindingKind
        if kind in SEEDED_KINDS or any(one.kind is kind for one in (*findings, *clean))
    ]


def unexpected(kind: FindingKind, faults: Collection[SeededFault], findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings of a kind that no seeded fault explains."""
    return [one for one in findings if one.kind is kind and not any(is_about(one, fault) for fault in faults)]


def is_about(finding: Finding, fault: SeededFault) -> bool:
    """Whether a finding has the passage of a fault, for the fault's reason."""
    return finding.kind is fault.kind and any(
        passage.lesson == fault.lesson and (fault.text in passage.text or passage.text in fault.text)
        for passage in finding.passages
    )


def _is_mended(fault: SeededFault, findings: Sequence[Finding]) -> bool:
    about = [one for one in findings if is_about(one, fault)]
    return bool(about) and all(one.state is FindingState.MENDED for one in about)
