"""ministack with a memory: its state comes from a snapshot and goes into one. Called in ministack's own process."""

import json
import os
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from local_aws.known_callers import Application, Message, Receive, Scope, Send
from local_aws.snapshots import Keeper, Snapshot

# As Step Functions: an execution is forgotten 90 days after its end.
_EXECUTIONS_ARE_KEPT = timedelta(days=90)
_READING_METHODS = ("GET", "HEAD", "OPTIONS")
_READING_ACTIONS = ("Describe", "Get", "List")
# Calls of models and functions change nothing; what functions do is noted when they do it.
_MODELS, _CALLED_FUNCTION = "/model/", "/invocations"
_FIRST_ERROR = 400


def remember() -> None:
    """Patch ministack before it starts; its settings ``PERSIST_STATE`` and ``STATE_DIR`` say that it keeps, and where.

    What a killed ministack left half done is as it was before: a deployment is repeated, and an execution has failed.
    """
    from ministack import app as ministack_app
    from ministack.services import lambda_svc, stepfunctions
    from ministack.services.cloudformation import _stacks

    snapshot = Snapshot(Path(os.environ["STATE_DIR"]) / "snapshot.json")
    # Code that the last snapshot does not name goes only when a new one is there.
    prune, named_code = lambda_svc._prune_orphan_code_blobs, list[set[str]]()
    lambda_svc._prune_orphan_code_blobs = named_code.append

    def services() -> Mapping[str, Callable[[], object]]:
        _forget_old_executions(stepfunctions._executions._data)
        found: Mapping[str, Callable[[], object]] = ministack_app._build_persistence_save_dict()
        return found

    def is_settled() -> bool:
        return not any("IN_PROGRESS" in stack.get("StackStatus", "") for stack in list(_stacks._data.values()))

    def runs() -> dict[object, object]:
        return {key: execution.get("status") for key, execution in list(stepfunctions._executions._data.items())}

    def when_saved() -> None:
        prune(named_code[-1])
        named_code.clear()

    keeper = Keeper(snapshot, services, is_settled, when_saved)
    load = ministack_app._load_persisted_state

    def load_and_keep() -> None:
        load()
        named = (stepfunctions._state_machines, stepfunctions._state_machine_versions, _stacks)
        _forget_unused_versions(lambda_svc._functions._data, [list(store._data.values()) for store in named])
        keeper.start(runs)

    ministack_app.load_state = snapshot.load
    ministack_app.save_all = lambda _: keeper.save()
    ministack_app._load_persisted_state = load_and_keep
    ministack_app.app = noting_changes(ministack_app.app, keeper.note_change)


def noting_changes(application: Application, note: Callable[[], None]) -> Application:
    """Return an application that calls ``note`` after each call that may have changed what a snapshot holds."""

    async def noting(scope: Scope, receive: Receive, send: Send) -> None:
        is_done = False

        async def sent(message: Message) -> None:
            nonlocal is_done
            is_done = is_done or (message["type"] == "http.response.start" and message["status"] < _FIRST_ERROR)
            await send(message)

        await application(scope, receive, sent)
        if is_done and _may_change(scope):
            note()

    return noting


def _may_change(scope: Scope) -> bool:
    path, headers = str(scope["path"]), dict(scope["headers"])
    action = headers.get(b"x-amz-target", b"").decode("latin-1").rpartition(".")[2]
    is_reading = scope["method"] in _READING_METHODS or action.startswith(_READING_ACTIONS)
    # ministack writes objects to disk itself.
    is_of_an_object = b"/s3/aws4_request" in headers.get(b"authorization", b"") and "/" in path.strip("/")
    is_call = path.startswith(_MODELS) or path.endswith(_CALLED_FUNCTION)
    return not is_reading and not is_of_an_object and not is_call


def _forget_unused_versions(functions: Mapping[Any, dict[str, Any]], naming: object) -> None:
    """Forget versions of functions that nothing names: every deployment publishes new ones, each with all its code."""
    named = json.dumps(naming, default=str)
    for function in functions.values():
        aliased = {alias.get("FunctionVersion") for alias in function.get("aliases", {}).values()}
        versions = function.get("versions", {})
        # Never the latest, by which the next one is numbered.
        for number in sorted(versions, key=int)[:-1]:
            if number not in aliased and f"{function['config']['FunctionArn']}:{number}" not in named:
                del versions[number]


def _forget_old_executions(executions: dict[Any, dict[str, Any]]) -> None:
    until = time.time() - _EXECUTIONS_ARE_KEPT.total_seconds()
    for key, execution in list(executions.items()):
        ended = execution.get("stopDate")
        if ended and datetime.fromisoformat(ended.replace("Z", "+00:00")).timestamp() < until:
            executions.pop(key, None)
