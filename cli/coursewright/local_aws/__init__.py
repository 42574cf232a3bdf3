"""Local AWS: ministack on loopback with IAM and TLS enforced, the unmodified app deployed, a model server behind it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from coursewright.local_aws.connection import LocalConnection
from coursewright.local_aws.deployment import STACK_NAME, STAGE, deploy, deployed_version
from coursewright.local_aws.errors import LocalAwsError, LocalAwsNotRunning
from coursewright.local_aws.servers import (
    DEFAULT_PORT,
    OFFLINE_MODEL_ID,
    connection_of,
    is_healthy,
    model_from_environment,
    server_version,
    start_servers,
    stop_servers,
)
from coursewright.local_aws.state import LocalState

__all__ = [
    "OFFLINE_MODEL_ID",
    "STACK_NAME",
    "STAGE",
    "LocalAwsError",
    "LocalAwsNotRunning",
    "LocalConnection",
    "LocalStatus",
    "connect",
    "down",
    "status",
    "up",
]

Progress = Callable[[str], None]


@dataclass(frozen=True)
class LocalStatus:
    """What `coursewright local status` tells."""

    is_running: bool
    endpoint_url: str = ""
    model_url: str = ""
    text_model_id: str = ""
    is_deployed: bool = False


def up(progress: Progress) -> LocalConnection:
    """Start what is not running, deploy what has changed, and return how to reach it.

    ``progress`` gets one line a step, with its seconds. Raises `LocalAwsError`.
    """
    state = _running_state(progress) or _start(progress)
    connection = connection_of(state)
    wanted = deployed_version(state.text_model_id)
    if state.deployed_version != wanted:
        started = time.monotonic()
        deploy(connection, state.text_model_id)
        state.model_copy(update={"deployed_version": wanted}).save()
        progress(f"deployed {STACK_NAME} with cdk bootstrap and cdk deploy ({time.monotonic() - started:.0f} s)")
    return connection


def down() -> bool:
    """Stop local AWS; return whether there was one. Everything in it is gone, downloaded books stay."""
    state = LocalState.load()
    if state is None:
        return False
    stop_servers(state)
    return True


def status() -> LocalStatus:
    """Return whether local AWS answers, and what it runs with."""
    state = LocalState.load()
    if state is None or not is_healthy(connection_of(state)):
        return LocalStatus(is_running=False)
    return LocalStatus(
        is_running=True,
        endpoint_url=connection_of(state).endpoint_url,
        model_url=state.model_url,
        text_model_id=state.text_model_id,
        is_deployed=bool(state.deployed_version),
    )


def connect() -> LocalConnection:
    """Return how to reach the running local AWS; raises `LocalAwsNotRunning`."""
    state = LocalState.load()
    if state is None or not state.deployed_version or not is_healthy(connection_of(state)):
        raise LocalAwsNotRunning
    return connection_of(state)


def _running_state(progress: Progress) -> LocalState | None:
    """Return the servers' state when they may stay as they are; stop what is left of others."""
    state = LocalState.load()
    if state is None:
        return None
    model_url, model_name = model_from_environment()
    has_wanted_model = (
        (state.model_url, state.text_model_id) == (model_url, model_name) if model_url else state.author_pid is not None
    )
    if is_healthy(connection_of(state)) and has_wanted_model and state.server_version == server_version():
        return state
    progress("replacing servers that were left over or have changed")
    stop_servers(state)
    return None


def _start(progress: Progress) -> LocalState:
    started = time.monotonic()
    state = start_servers()
    where = f"local AWS at https://localhost:{state.gateway_port}"
    if state.gateway_port != DEFAULT_PORT:
        where += f" (port {DEFAULT_PORT} is used by another program)"
    progress(f"{where}, writing with {state.text_model_id} ({time.monotonic() - started:.0f} s)")
    return state
