"""`coursewright local`: AWS on this machine."""

import sys
from typing import Annotated

import typer

from coursewright.errors import BadInput, CommandFailed
from coursewright.terminal import Terminal, printable

local_app = typer.Typer(help="AWS on this machine: no account, no network.", no_args_is_help=True)


@local_app.command("up")
def up() -> None:
    """Start local AWS and deploy the app to it; quick when nothing has changed."""
    import local_aws

    terminal = Terminal()
    connection = local_aws.up(terminal.tell)
    terminal.tell(f"local AWS is up at {connection.endpoint_url}")


@local_app.command("down")
def down(
    *,
    discard: Annotated[
        bool, typer.Option("--discard", help="Forget every project, run and book that local AWS keeps, too.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Forget without a question, also while a run is in progress.")
    ] = False,
) -> None:
    """Stop local AWS. Everything that it has stays on disk for the next start, unless --discard is given."""
    import local_aws

    terminal, runs = Terminal(), local_aws.runs_in_progress()
    if yes and not discard:
        raise BadInput("--yes: found without --discard, expected both or neither; a stop asks nothing and keeps all")
    if discard:
        if not yes:
            _ask(str(local_aws.what_is_kept()), runs)
        terminal.tell(f"local AWS is stopped and has forgotten {local_aws.forget()}")
        return
    stopped = "local AWS stopped" if local_aws.down() else "local AWS was not running"
    ended = "; the run in progress has ended with it, `coursewright resume PROJECT` goes on with it" if runs else ""
    terminal.tell(f"{stopped}; it keeps {local_aws.what_is_kept()}{ended}")


@local_app.command("status")
def status() -> None:
    """Say whether local AWS runs, with which model, and how much it keeps where."""
    import local_aws

    found = local_aws.status()
    if not found.is_running:
        raise CommandFailed(f"{local_aws.LocalAwsNotRunning()}; it keeps {found.kept}")
    deployed = "deployed" if found.is_deployed else "not deployed"
    terminal = Terminal()
    terminal.tell(
        f"local AWS at {found.endpoint_url}, {deployed}, writing with {found.text_model_id} at {found.model_url}"
    )
    terminal.tell(f"it keeps {found.kept}; `coursewright local down` stops it and keeps that")
    if found.sdk_settings:
        terminal.tell(f"for the AWS CLI: export {found.sdk_settings}")


@local_app.command("diff")
def diff() -> None:
    """Say what `up` would change of what is deployed, as `cdk diff` does; nothing is changed."""
    import local_aws

    changes = local_aws.changes()
    terminal = Terminal()
    for line in changes.splitlines() or ["no differences"]:
        terminal.tell(line)


def _ask(kept: str, runs: int) -> None:
    if runs:
        raise BadInput(
            "local down --discard: found a run in progress, expected none; wait until it ends, or end and forget it "
            "with --yes"
        )
    if not sys.stdin.isatty():
        raise BadInput(f"local down --discard: found no terminal to ask at, expected --yes; local AWS keeps {kept}")
    if not typer.confirm(printable(f"Forget {kept}? It cannot be brought back"), err=True):
        raise BadInput(f"local down --discard: answered no, so local AWS goes on and keeps {kept}")
