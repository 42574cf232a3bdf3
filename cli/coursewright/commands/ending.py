"""The end of commands that make a book: a report for people, or for programs."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from coursewright.terminal import Terminal, say_object

if TYPE_CHECKING:
    from coursewright.run.report import GenerateReport


def with_report(command: "Callable[[Terminal], GenerateReport]", *, as_json: bool) -> None:
    """Run a command that ends in a report.

    ``--json`` prints the report, also for a failed run, and moves progress to standard error.
    """
    from coursewright.following import RunFailed

    try:
        report = command(Terminal(stderr=as_json))
    except RunFailed as failed:
        if as_json:
            say_object(failed.report)
        raise
    if as_json:
        say_object(report)
