"""`coursewright delete`: the end of a project."""

import sys
from typing import Annotated

import typer

from coursewright.commands.options import JsonOption, ProjectArgument, StageOption, TargetOption
from coursewright.errors import BadInput
from coursewright.terminal import Terminal, printable, say_object


def delete(
    project: ProjectArgument,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Delete without a question, as in scripts.")] = False,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    as_json: JsonOption = False,
) -> None:
    """Delete a project for good: every object with all its versions. Asks for the project's name."""
    from coursewright.deployment import Deployment, Target
    from coursewright.house.deletion import Deletion
    from coursewright.run.request import checked_project

    checked_project(project, "PROJECT")
    deletion = Deletion.of(Deployment.find(Target(target), stage), project)
    if not yes:
        _ask(project, deletion.found.in_words)
    deleted = deletion.carry_out()
    if as_json:
        say_object(deleted)
    else:
        Terminal().tell(f"project {project} is deleted: {deleted.in_words}")


def _ask(project: str, found: str) -> None:
    if not sys.stdin.isatty():
        raise BadInput(
            f"delete: found no terminal to ask at, expected --yes; project {project} stays as it is: {found}"
        )
    question = f"Project {project} has {found}. They are deleted for good; type the project's name to delete it"
    typed = str(typer.prompt(printable(question), default="", show_default=False, err=True)).strip()
    if typed != project:
        raise BadInput(f"delete: found {typed!r}, expected {project!r}; nothing was deleted")
