"""`coursewright checkout`: a project as files that a person edits."""

from pathlib import Path
from typing import Annotated

import typer

from coursewright.commands.options import JsonOption, ProjectArgument, StageOption, TargetOption
from coursewright.terminal import Terminal, say_object


def checkout(
    project: ProjectArgument,
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="The folder; by default PROJECT, here.")] = None,
    *,
    git: Annotated[bool, typer.Option("--git", help="Put a new folder under git, if git is there.")] = False,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    as_json: JsonOption = False,
) -> None:
    """Bring a project's files into a folder, to be edited with any editor; or bring that folder up to date."""
    from coursewright.checkout.checking_out import check_out, opened
    from coursewright.checkout.git import put_under_git
    from coursewright.checkout.view import print_checkout
    from coursewright.deployment import Deployment, Target
    from coursewright.run.request import checked_project

    checked_project(project, "PROJECT")
    root = folder or Path(project)
    opened(root, project)
    report = check_out(Deployment.find(Target(target), stage), project, root)
    if git:
        report = report.model_copy(update={"git": put_under_git(root, project)})
    if as_json:
        say_object(report)
    else:
        print_checkout(Terminal(), report)
