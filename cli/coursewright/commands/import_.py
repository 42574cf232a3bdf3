"""`coursewright import`: a project from its archive."""

from pathlib import Path
from typing import Annotated

import typer

from coursewright.commands.options import JsonOption, StageOption, TargetOption
from coursewright.terminal import Terminal, say_object


def import_archive(
    archive: Annotated[Path, typer.Argument(metavar="FILE", help="An archive of `coursewright export`.")],
    *,
    project: Annotated[
        str | None, typer.Option(help="Name of the new project; by default the one that was exported.")
    ] = None,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    as_json: JsonOption = False,
) -> None:
    """Put an exported project into the bucket. A project of that name must not exist: nothing is overwritten."""
    from coursewright.deployment import Deployment, Target
    from coursewright.house.importing import import_project, told

    report = import_project(lambda: Deployment.find(Target(target), stage), archive, project)
    if as_json:
        say_object(report)
    else:
        Terminal().tell(told(report))
