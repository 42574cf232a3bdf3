"""`coursewright resume`: go on with a project's latest run."""

from pathlib import Path
from typing import Annotated

import typer

from coursewright.commands.ending import with_report
from coursewright.commands.options import JsonOption, MaxCostOption, OutOption, StageOption, TargetOption


def resume(
    project: Annotated[str, typer.Argument(metavar="PROJECT", help="The project folder.")],
    *,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    out: OutOption = Path("out"),
    max_cost: MaxCostOption = None,
    as_json: JsonOption = False,
) -> None:
    """Start again what the project's latest run was asked for, making only what is missing, and download the book."""
    from coursewright.deployment import Target
    from coursewright.generate import resume as resume_run

    with_report(
        lambda console: resume_run(project, Target(target), stage, out, console, max_cost=max_cost), as_json=as_json
    )
