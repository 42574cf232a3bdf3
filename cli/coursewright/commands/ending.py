"""How commands that make a book end: with a report for people, or one for programs."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from coursewright.report import GenerateReport


def with_report(command: "Callable[[Console], GenerateReport]", *, as_json: bool) -> None:
    """Run a command that ends in a report. ``--json`` prints it, of a failed run too, and progress goes elsewhere."""
    from coursewright.generate import RunFailed

    console = Console(stderr=as_json)
    try:
        report = command(console)
    except RunFailed as failed:
        if as_json:
            print(failed.report.model_dump_json())
        raise
    if as_json:
        print(report.model_dump_json())
