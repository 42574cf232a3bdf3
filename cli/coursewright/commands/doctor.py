"""`coursewright doctor`: checks of everything that a course needs, each with a fix."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coursewright.commands.options import JsonOption, StageOption, TargetOption
from coursewright.errors import CommandFailed
from coursewright.terminal import Terminal, printable, say_object

if TYPE_CHECKING:
    from coursewright.doctor.account import Account
    from coursewright.outline_file import OutlineFile


def doctor(
    outline: Annotated[
        Path | None, typer.Argument(metavar="[OUTLINE]", help="An outline to compare quotas with.")
    ] = None,
    *,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    yes: Annotated[
        bool, typer.Option("--yes", help="Make the one paid model call, of a few tokens, without asking.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check what a course takes of the account, or of local AWS, line by line, each wrong one with its fix.

    Changes nothing. Exit code 1 when something is wrong.
    """
    from coursewright.doctor.account_checks import ACCOUNT_CHECKS
    from coursewright.doctor.examination import examine
    from coursewright.doctor.finding import Report, Verdict
    from coursewright.doctor.local_checks import LOCAL_CHECKS
    from coursewright.doctor.local_machine import LocalMachine
    from coursewright.doctor.view import print_finding, print_sum
    from coursewright.outline_file import OutlineFile

    outline_file = OutlineFile.read(outline) if outline else None
    terminal = Terminal(stderr=as_json)
    if target == "local":
        findings = examine(LOCAL_CHECKS, LocalMachine(outline_file))
    else:
        findings = examine(ACCOUNT_CHECKS, _account(stage, outline_file, is_agreed=yes))
    known = []
    for finding in findings:
        print_finding(terminal, finding)
        known.append(finding)
    report = Report.of(tuple(known))
    print_sum(terminal, report)
    if as_json:
        say_object(report)
    if not report.is_ready:
        raise CommandFailed(f"doctor: {report.count(Verdict.WRONG)} wrong; fix them from the top, then run this again")


def _account(stage: str, outline: "OutlineFile | None", *, is_agreed: bool) -> "Account":
    from coursewright.deployment import account_session
    from coursewright.doctor.account import Account, Consent

    def may_spend(question: str) -> Consent:
        if is_agreed:
            return Consent.GIVEN
        if not sys.stdin.isatty():
            return Consent.NOBODY_TO_ASK
        return Consent.GIVEN if typer.confirm(printable(question), err=True) else Consent.REFUSED

    return Account(stage=stage, connect=account_session, may_spend=may_spend, outline=outline)
