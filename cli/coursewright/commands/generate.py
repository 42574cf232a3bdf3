"""`coursewright generate`: from an outline on disk to a book on disk."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from coursewright.commands.ending import with_report
from coursewright.commands.options import JsonOption, OutlinePath, OutOption, StageOption, TargetOption


def generate(
    outline: OutlinePath,
    *,
    project: Annotated[str | None, typer.Option(help="Project folder; by default from the course's title.")] = None,
    content_type: Annotated[
        Literal["theory", "labs", "both"], typer.Option(help="The course book, the lab guide, or both.")
    ] = "theory",
    lab_requirements: Annotated[
        str | None, typer.Option(help="What labs must respect, such as tools with versions; plain text.")
    ] = None,
    modules: Annotated[str, typer.Option(help='"all", "3", "1,3" or "1-3".')] = "all",
    provider: Annotated[Literal["bedrock", "openai"], typer.Option(help="Who writes.")] = "bedrock",
    max_concurrency: Annotated[int | None, typer.Option(help="Modules at once; by default the deployment's.")] = None,
    allow_partial: Annotated[bool, typer.Option(help="Build a book with gaps if a module fails.")] = False,
    title: Annotated[str | None, typer.Option(help="Title of the book; by default the course's.")] = None,
    author: Annotated[str | None, typer.Option(help="Author on the title page.")] = None,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    out: OutOption = Path("out"),
    as_json: JsonOption = False,
) -> None:
    """Generate a course book from an outline, with live progress, and download it."""
    from coursewright.deployment import Target
    from coursewright.generate import GenerateOptions
    from coursewright.generate import generate as generate_course

    options = GenerateOptions(
        project=project,
        content_type=content_type,
        lab_requirements=lab_requirements,
        modules=modules,
        provider=provider,
        max_concurrency=max_concurrency,
        allow_partial=allow_partial,
        title=title,
        author=author,
        target=Target(target),
        stage=stage,
        out=out,
    )
    with_report(lambda console: generate_course(outline, options, console), as_json=as_json)
