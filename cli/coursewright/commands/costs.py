"""`coursewright costs`: the cost of model calls by project and month."""

from typing import Annotated

import typer

from coursewright.commands.options import JsonOption, StageOption, TargetOption
from coursewright.terminal import Terminal, say_object


def costs(
    *,
    month: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="One month only, in UTC.")] = None,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    as_json: JsonOption = False,
) -> None:
    """Show what the runs' model calls have cost, by project and month."""
    from coursewright.deployment import Deployment, Target
    from coursewright.house.costs import checked_month, costs_of, print_costs

    checked_month(month)
    found = costs_of(Deployment.find(Target(target), stage).store, month)
    if as_json:
        say_object(found)
    else:
        print_costs(Terminal(), found)
