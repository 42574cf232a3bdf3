"""`coursewright diff`: what two versions of an artefact differ in."""

from typing import Annotated

import typer

from coursewright.commands.options import JsonOption, ProjectArgument, StageOption, TargetOption, WhatArgument
from coursewright.terminal import Terminal, say_object


def diff(
    project: ProjectArgument,
    what: WhatArgument,
    version: Annotated[
        str | None,
        typer.Argument(metavar="VERSION", help="v3, or the beginning of a version's id; by default the one before."),
    ] = None,
    other: Annotated[
        str | None, typer.Argument(metavar="VERSION", help="The version to compare with; by default the newest.")
    ] = None,
    *,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    as_json: JsonOption = False,
) -> None:
    """Compare two versions of an artefact, by default the newest with the one before."""
    from coursewright.deployment import Deployment, Target
    from coursewright.history.comparing import difference, print_difference
    from coursewright.history.versions import ProjectVersions
    from coursewright.run.request import checked_project

    checked_project(project, "PROJECT")
    chosen = [one for one in (version, other) if one is not None]
    found = difference(ProjectVersions.of(Deployment.find(Target(target), stage), project), what, chosen)
    if as_json:
        say_object(found)
    else:
        print_difference(Terminal(), found)
