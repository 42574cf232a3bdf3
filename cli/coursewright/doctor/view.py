"""The report on the terminal: one line a finding, with its fix below."""

from coursewright.doctor.finding import Finding, Report, Verdict
from coursewright.terminal import Terminal, printable, styled

_STYLES = {Verdict.OK: "green", Verdict.WRONG: "bold red", Verdict.UNKNOWN: "yellow", Verdict.SKIPPED: "dim"}
_VERDICT_WIDTH, _NAME_WIDTH = 9, 26


def print_finding(terminal: Terminal, finding: Finding) -> None:
    """Print one finding without line wraps, because users copy commands from it."""
    verdict = styled(finding.verdict.ljust(_VERDICT_WIDTH), _STYLES[finding.verdict])
    rest = printable(f"{finding.name.ljust(_NAME_WIDTH)}{finding.found}")
    terminal.print(verdict.append(rest), soft_wrap=True)
    if finding.fix:
        terminal.tell(f"{'':{_VERDICT_WIDTH + _NAME_WIDTH}}fix: {finding.fix}")


def print_sum(terminal: Terminal, report: Report) -> None:
    """Print the summary of the findings."""
    counts = ", ".join(f"{report.count(verdict)} {verdict}" for verdict in Verdict if report.count(verdict))
    terminal.tell(f"{len(report.findings)} checks: {counts}")
