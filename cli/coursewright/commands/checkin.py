"""`coursewright checkin`: what was edited in a checkout goes into the bucket."""

from pathlib import Path
from typing import Annotated

import typer

from coursewright.commands.options import CheckoutArgument, CheckoutStageOption, CheckoutTargetOption, JsonOption
from coursewright.terminal import Terminal, say_object


def checkin(
    folder: CheckoutArgument = Path(),
    *,
    note: Annotated[str | None, typer.Option("--note", help="Why; kept with each file.")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Write yours over another version in the bucket.")] = False,
    theirs: Annotated[bool, typer.Option("--theirs", help="Take the bucket's version, and set yours aside.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Remove pictures that you have removed; accept another course.")
    ] = False,
    target: CheckoutTargetOption = None,
    stage: CheckoutStageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write what you have changed in a checkout into the bucket, where no run replaces it."""
    from coursewright.checkout.checking_in import CheckinOptions, check_in, require_written
    from coursewright.checkout.status import Where
    from coursewright.checkout.two_sides import Sides
    from coursewright.checkout.view import print_checkin
    from coursewright.deployment import Target
    from coursewright.errors import BadInput

    if mine and theirs:
        raise BadInput("--mine, --theirs: found both, expected one of them, or none")
    sides = Sides.MINE if mine else Sides.THEIRS if theirs else Sides.ASK
    where = Where(Target(target) if target else None, stage)
    report, deployment = check_in(folder, where.deployment, CheckinOptions(sides, note or "", yes))
    if as_json:
        say_object(report)
    else:
        print_checkin(Terminal(), report, deployment.options if deployment else ())
    require_written(report)
