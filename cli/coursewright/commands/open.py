"""`coursewright open`: a downloaded book in the browser."""

from typing import Annotated

import typer

from coursewright.commands.options import DEFAULT_OUT, OutOption
from coursewright.terminal import say


def open_book(
    project: Annotated[str, typer.Argument(help="The project's folder, such as 251016-kubernetes-01.")],
    *,
    labs: Annotated[bool, typer.Option("--labs", help="The lab guide instead of the course book.")] = False,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Show a downloaded book in the browser; where there is none, say where the book is."""
    from coursewright.book.opening import show
    from coursewright.run.request import checked_project

    checked_project(project, "PROJECT")
    say(str(show(out, project, is_lab_guide=labs)))
