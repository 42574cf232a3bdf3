"""`coursewright export`: a project as one archive."""

from pathlib import Path
from typing import Annotated

import typer

from coursewright.commands.options import JsonOption, ProjectArgument, StageOption, TargetOption
from coursewright.terminal import Terminal, say_object


def export(
    project: ProjectArgument,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The archive; by default PROJECT.coursewright.zip, here.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Replace an existing file.")] = False,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    as_json: JsonOption = False,
) -> None:
    """Write a project into one archive, which `import` reads: every current object, without earlier versions."""
    from coursewright.deployment import Deployment, Target
    from coursewright.house.exporting import checked_output, export_project
    from coursewright.house.tables import size_cell

    place = checked_output(project, output, may_replace=yes)
    report = export_project(Deployment.find(Target(target), stage), project, place, may_replace=yes)
    if as_json:
        say_object(report)
    else:
        Terminal().tell(
            f"{report.archive}: project {report.project}, {report.objects:,} objects, {size_cell(report.bytes)}"
        )
