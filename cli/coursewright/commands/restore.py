"""`coursewright restore`: an earlier version of an artefact as its newest."""

from typing import Annotated

import typer

from coursewright.commands.options import JsonOption, ProjectArgument, StageOption, TargetOption, WhatArgument
from coursewright.terminal import Terminal, say_object


def restore(
    project: ProjectArgument,
    what: WhatArgument,
    version: Annotated[str, typer.Argument(metavar="VERSION", help="v3, or the beginning of a version's id.")],
    *,
    note: Annotated[str | None, typer.Option(help="Why; the history shows it.")] = None,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    as_json: JsonOption = False,
) -> None:
    """Bring an earlier version back as the newest one. It counts as yours from then on, so runs keep it."""
    from coursewright.deployment import Deployment, Target
    from coursewright.history.restoring import print_restored
    from coursewright.history.restoring import restore as bring_back
    from coursewright.history.versions import ProjectVersions
    from coursewright.person import checked_note
    from coursewright.run.request import checked_project

    checked_project(project, "PROJECT")
    checked_note(note or "")
    restored = bring_back(
        ProjectVersions.of(Deployment.find(Target(target), stage), project), what, version, note or ""
    )
    if as_json:
        say_object(restored)
    else:
        print_restored(Terminal(), restored)
