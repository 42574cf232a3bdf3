"""The command line: its commands, and their exit codes."""

import sys
from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated

import typer
from typer.exceptions import TyperException

from coursewright.commands.build import build
from coursewright.commands.checkin import checkin
from coursewright.commands.checkout import checkout
from coursewright.commands.costs import costs
from coursewright.commands.delete import delete
from coursewright.commands.diff import diff
from coursewright.commands.doctor import doctor
from coursewright.commands.estimate import estimate
from coursewright.commands.export import export
from coursewright.commands.findings import findings
from coursewright.commands.generate import generate
from coursewright.commands.history import history
from coursewright.commands.import_ import import_archive
from coursewright.commands.local import local_app
from coursewright.commands.open import open_book
from coursewright.commands.plan import plan
from coursewright.commands.projects import projects
from coursewright.commands.restore import restore
from coursewright.commands.resume import resume
from coursewright.commands.rollback import rollback
from coursewright.commands.runs import runs
from coursewright.commands.status import status
from coursewright.commands.stop import stop
from coursewright.commands.timeline import timeline
from coursewright.commands.validate import validate
from coursewright.commands.watch import watch
from coursewright.errors import CommandFailed, Interrupted, OutputClosed
from coursewright.terminal import complain, finish_output, prepare_output, say

app = typer.Typer(
    name="coursewright",
    help="A course outline in, a finished, illustrated course book out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_COMMANDS: tuple[Callable[..., None], ...] = (
    *(doctor, validate, estimate, plan, generate, resume, watch, timeline, rollback),
    *(projects, runs, stop, costs, export, delete),
    *(checkout, status, checkin, build),
    *(history, diff, restore, findings),
)
for command in _COMMANDS:
    app.command()(command)
app.command(name="import")(import_archive)
app.command(name="open")(open_book)
app.add_typer(local_app, name="local")


def _print_version(wanted: bool) -> None:
    if wanted:
        say(f"coursewright {version('coursewright')}")
        raise typer.Exit


@app.callback()
def root(
    show_version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Turn a course outline into a finished, illustrated course book."""


def main() -> None:
    """Run the command line; docs/configuration.md has the exit codes. A foreseen failure is one line, no traceback."""
    prepare_output()
    code = _exit_code()
    try:
        finish_output()
    except OutputClosed as closed:
        code = code or closed.exit_code
    if code:
        sys.exit(code)


def _exit_code() -> int:
    try:
        app(standalone_mode=False)
    except TyperException as error:
        complain([f"coursewright: {error.format_message()} (see --help)"])
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        complain(["stopped"])
        return Interrupted.exit_code
    except SystemExit:
        # typer prints help itself, and ends so when nobody reads it; commands never do.
        return OutputClosed.exit_code
    except Exception as error:
        failure = _failure_of(error)
        if failure is None:
            raise
        complain(failure.lines)
        return failure.exit_code
    return 0


def _failure_of(error: Exception) -> CommandFailed | None:
    if isinstance(error, CommandFailed):
        return error
    # Imported late: it loads the SDK, which a successful command may not need.
    from coursewright.failures import failure_of

    return failure_of(error)
