"""`coursewright build`: a project's books anew, without a model."""

from typing import Annotated

import typer

from coursewright.commands.ending import with_report
from coursewright.commands.options import (
    DEFAULT_OUT,
    JsonOption,
    OutOption,
    ProjectArgument,
    StageOption,
    TargetOption,
)


def build(
    project: ProjectArgument,
    *,
    allow_partial: Annotated[bool, typer.Option(help="Build books with gaps if something is missing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Accept an outline of another course.")] = False,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    out: OutOption = DEFAULT_OUT,
    as_json: JsonOption = False,
) -> None:
    """Make the books of what is in the bucket, with its edits, and download them. No model is asked."""
    from coursewright.build import BuildOptions
    from coursewright.build import build as build_books
    from coursewright.deployment import Target

    options = BuildOptions(target=Target(target), stage=stage, out=out, allow_partial=allow_partial, yes=yes)
    with_report(lambda terminal: build_books(project, options, terminal), as_json=as_json)
