"""`coursewright status`: the state of a checkout."""

from pathlib import Path
from typing import Annotated

import typer

from coursewright.commands.options import CheckoutArgument, CheckoutStageOption, CheckoutTargetOption, JsonOption
from coursewright.terminal import Terminal, say_object


def status(
    folder: CheckoutArgument = Path(),
    *,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask the bucket.")] = False,
    target: CheckoutTargetOption = None,
    stage: CheckoutStageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what is changed in a checkout and in the bucket, and what the book would make of it, by file and line."""
    from coursewright.checkout.status import Where, status_of
    from coursewright.checkout.view import print_status
    from coursewright.deployment import Target
    from coursewright.errors import CommandFailed

    where = Where(Target(target) if target else None, stage)
    report = status_of(folder, None if offline else where.deployment)
    if as_json:
        say_object(report)
    else:
        print_status(Terminal(), report)
    if report.why_not:
        raise CommandFailed(f"the bucket was not asked: {report.why_not}")
    if report.breaks_the_book:
        count = sum(fault.is_blocking for fault in report.faults)
        raise CommandFailed(f"{report.folder}: found {count} fault(s) that break the book, expected none: correct them")
