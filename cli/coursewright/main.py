"""The command line: which commands there are, and how they end."""

import sys
from importlib.metadata import version
from io import TextIOWrapper
from typing import Annotated

import typer
from typer.exceptions import TyperException

from coursewright.commands.estimate import estimate
from coursewright.commands.generate import generate
from coursewright.commands.local import local_app
from coursewright.commands.open import open_book
from coursewright.commands.plan import plan
from coursewright.commands.resume import resume
from coursewright.commands.rollback import rollback
from coursewright.commands.timeline import timeline
from coursewright.commands.validate import validate
from coursewright.commands.watch import watch
from coursewright.errors import CommandFailed

app = typer.Typer(
    name="coursewright",
    help="A course outline in, a finished, illustrated course book out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (validate, estimate, plan, generate, resume, watch, timeline, rollback):
    app.command()(command)
app.command(name="open")(open_book)
app.add_typer(local_app, name="local")


@app.callback(invoke_without_command=True)
def root(show_version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Handle options of no command."""
    if show_version:
        print(f"coursewright {version('coursewright')}")
        raise typer.Exit


def main() -> None:
    """Run the command line: exit code 0 for success, 2 for bad input, 1 for a failed run, never a traceback."""
    # An outline may be in any script, a terminal may know only its own: a letter less, not a traceback. In errors
    # Python writes such a letter by its number.
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        app(standalone_mode=False)
    except TyperException as error:
        print(f"coursewright: {error.format_message()} (see --help)", file=sys.stderr)
        sys.exit(error.exit_code)
    except CommandFailed as error:
        for line in error.lines:
            print(line, file=sys.stderr)
        sys.exit(error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        print("stopped", file=sys.stderr)
        sys.exit(130)
    except Exception as error:
        # Loads the SDK, which a command that ends well may not need.
        from coursewright.failures import failure_of

        failure = failure_of(error)
        if failure is None:
            raise
        for line in failure.lines:
            print(line, file=sys.stderr)
        sys.exit(failure.exit_code)
