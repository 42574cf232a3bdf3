"""`coursewright resume`: resume a project's latest run."""

from typing import Annotated

import typer

from coursewright.commands.ending import with_report
from coursewright.commands.options import DEFAULT_OUT, JsonOption, MaxCostOption, OutOption, StageOption, TargetOption


def resume(
    project: Annotated[str, typer.Argument(metavar="PROJECT", help="The project folder.")],
    *,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    out: OutOption = DEFAULT_OUT,
    max_cost: MaxCostOption = None,
    as_json: JsonOption = False,
) -> None:
    """Start again what the project's latest run was asked for, making only what is missing, and download the book."""
    from coursewright.deployment import Target
    from coursewright.following import resume as resume_run

    with_report(
        lambda terminal: resume_run(project, Target(target), stage, out, terminal, max_cost=max_cost), as_json=as_json
    )
