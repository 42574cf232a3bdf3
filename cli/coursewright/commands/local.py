"""`coursewright local`: AWS on this machine."""

import typer

from coursewright.errors import CommandFailed
from coursewright.terminal import Terminal

local_app = typer.Typer(help="AWS on this machine: no account, no network.", no_args_is_help=True)


@local_app.command("up")
def up() -> None:
    """Start local AWS and deploy the app to it; quick when nothing has changed."""
    import local_aws

    terminal = Terminal()
    connection = local_aws.up(terminal.tell)
    terminal.tell(f"local AWS is up at {connection.endpoint_url}")


@local_app.command("down")
def down() -> None:
    """Stop local AWS. Downloaded books stay; everything in its bucket is gone."""
    import local_aws

    Terminal().tell("local AWS stopped" if local_aws.down() else "local AWS was not running")


@local_app.command("status")
def status() -> None:
    """Say whether local AWS runs, and with which model."""
    import local_aws

    found = local_aws.status()
    if not found.is_running:
        raise CommandFailed("local AWS: not running; start it with `coursewright local up`")
    deployed = "deployed" if found.is_deployed else "not deployed"
    terminal = Terminal()
    terminal.tell(
        f"local AWS at {found.endpoint_url}, {deployed}, writing with {found.text_model_id} at {found.model_url}"
    )
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
