"""Local AWS: ministack on loopback with IAM and TLS, the deployed app, and a model server."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from course_kit.model_ids import OFFLINE_MODEL_ID
from local_aws.connection import LocalConnection
from local_aws.deployment import (
    STACK_NAME,
    STAGE,
    app_context,
    deploy,
    deployed_version,
    differences,
    running_executions,
    stack_stamp,
)
from local_aws.errors import LocalAwsError, LocalAwsNotRunning
from local_aws.kept import DeployedStack, Kept, discard, remember_model, what_is_kept
from local_aws.root_key import sdk_settings
from local_aws.servers import (
    DEFAULT_PORT,
    author_answers,
    check_startable,
    connection_of,
    emulator_answers,
    fault_proxy_answers,
    require_model_server,
    restart_author,
    server_version,
    start_servers,
    stop_servers,
)
from local_aws.settings import LocalSettings
from local_aws.state import LocalState, only_one_command, state_dir

__all__ = [
    "OFFLINE_MODEL_ID",
    "STACK_NAME",
    "STAGE",
    "Kept",
    "LocalAwsError",
    "LocalAwsNotRunning",
    "LocalConnection",
    "LocalStatus",
    "changes",
    "connect",
    "down",
    "forget",
    "runs_in_progress",
    "status",
    "up",
    "what_is_kept",
]

Progress = Callable[[str], None]


@dataclass(frozen=True)
class LocalStatus:
    """The facts that `coursewright local status` shows."""

    is_running: bool
    kept: Kept
    endpoint_url: str = ""
    model_url: str = ""
    text_model_id: str = ""
    is_deployed: bool = False
    sdk_settings: str = ""
    """Shell settings by which the AWS CLI finds local AWS, without secrets; empty for an earlier version."""


def up(progress: Progress) -> LocalConnection:
    """Start local AWS if it is not running, deploy changes, and return the connection.

    What it kept is there again: neither a restart, nor another version of Coursewright, nor another model empties it.
    ``progress`` receives one line for each step, with its seconds. Raises `LocalAwsError`.
    """
    settings = LocalSettings.from_environment()
    if settings.model_url:
        require_model_server(settings.model_url)
    with only_one_command():
        state = _with_model(_going_on(settings, progress) or _start(settings, progress), settings)
        connection = connection_of(state)
        context = app_context(state)
        wanted = deployed_version(context)
        if state.deployed_version != wanted:
            started = time.monotonic()
            deploy(connection, context)
            DeployedStack(version=wanted, stack=stack_stamp(connection)).save()
            state.model_copy(update={"deployed_version": wanted}).save()
            progress(f"deployed {STACK_NAME} with cdk deploy ({time.monotonic() - started:.0f} s)")
    return connection


def down() -> bool:
    """Stop local AWS and return whether it was running. What it keeps stays; a run in progress ends, for `resume`."""
    with only_one_command():
        return stop_servers()


def forget() -> Kept:
    """Stop local AWS, remove everything that it keeps, and return how much that was."""
    with only_one_command():
        stop_servers()
        gone = what_is_kept()
        discard()
    return gone


def runs_in_progress() -> int:
    """Return how many runs are in progress; none when local AWS does not answer."""
    state = LocalState.load()
    return len(running_executions(connection_of(state))) if state is not None and emulator_answers(state) else 0


def status() -> LocalStatus:
    """Return whether local AWS answers, and its settings."""
    state = LocalState.load()
    if state is None or not _is_healthy(state):
        return LocalStatus(is_running=False, kept=what_is_kept())
    return LocalStatus(
        is_running=True,
        kept=what_is_kept(),
        endpoint_url=connection_of(state).endpoint_url,
        model_url=state.shown_model_url,
        text_model_id=state.text_model_id,
        is_deployed=bool(state.deployed_version),
        sdk_settings=sdk_settings(state_dir(), state.certificate),
    )


def connect() -> LocalConnection:
    """Return the connection to the running local AWS; raises `LocalAwsNotRunning`."""
    state = LocalState.load()
    if state is None or not state.deployed_version or not _is_healthy(state):
        raise LocalAwsNotRunning
    return connection_of(state)


def changes() -> str:
    """Return the changes that `up` would deploy, as ``cdk diff`` prints them; empty for none.

    Raises `LocalAwsError`; `LocalAwsNotRunning`, its subclass, when local AWS is not running.
    """
    connection, state = connect(), LocalState.load()
    return differences(connection, app_context(state)) if state else ""


def _is_healthy(state: LocalState) -> bool:
    return emulator_answers(state) and author_answers(state) and fault_proxy_answers(state)


def _going_on(settings: LocalSettings, progress: Progress) -> LocalState | None:
    """Return the state of servers that may go on running; stop them otherwise and return None."""
    state = LocalState.load()
    if state is None or not emulator_answers(state) or not fault_proxy_answers(state):
        if stop_servers():
            progress("stopped the remaining servers of an earlier local AWS")
        return None
    change = _change(state, settings)
    if change is None:
        if not author_answers(state):
            restart_author(state, settings)
            progress("started the offline author again, which had ended")
        return state
    check_startable(settings, state)
    if running_executions(connection_of(state)):
        raise LocalAwsError(
            f"local AWS: {change}, so it needs a restart, but a run is in progress and would be interrupted; "
            "wait until the run ends, or stop both with `coursewright local down`, and resume the run later"
        )
    stop_servers()
    progress(f"stopped local AWS for a restart: {change}; nothing is lost")
    return None


def _change(state: LocalState, settings: LocalSettings) -> str | None:
    """Return in words what makes a restart necessary, or None; another model does not."""
    if settings.forced_port not in (None, state.emulator_port):
        return f"it listens on port {state.emulator_port}, and COURSEWRIGHT_LOCAL_PORT is {settings.forced_port}"
    if state.server_version != server_version(settings):
        return "its own code or settings have changed"
    return None


def _with_model(state: LocalState, settings: LocalSettings) -> LocalState:
    """Have the next run written by the model of the settings; those in progress go on with theirs."""
    if settings.model_url:
        remember_model(settings.model_id, settings.model_url)
    if (state.text_model_id, state.own_model_url) == (settings.model_id, settings.model_url or ""):
        return state
    update = {"text_model_id": settings.model_id, "own_model_url": settings.model_url or ""}
    changed = state.model_copy(update=update)
    changed.save()
    return changed


def _start(settings: LocalSettings, progress: Progress) -> LocalState:
    check_startable(settings, None)
    started = time.monotonic()
    state = start_servers(settings)
    deployed = DeployedStack.load()
    if deployed and deployed.stack == stack_stamp(connection_of(state)):
        state = state.model_copy(update={"deployed_version": deployed.version})
        state.save()
    where = f"local AWS at {connection_of(state).endpoint_url}"
    if state.emulator_port not in (DEFAULT_PORT, settings.forced_port):
        where += f" (another program has port {DEFAULT_PORT})"
    progress(f"{where}, writing with {state.text_model_id} ({time.monotonic() - started:.0f} s)")
    return state
