"""Access to ministack only for callers with a key that it issued.

ministack is made for a developer's own machine. Even with its AUTH setting, three callers are root with any secret: the
key ``test``, any account number, and an unsigned S3 call. Its control routes (``/_ministack/reset`` and others) need no
key, and a function's temporary keys are derived from its name. On a shared machine, any user could run code as the user
who started ministack. Here a call reaches ministack only with a key that ministack issued. Then ministack checks the
signature: it skips this check for root keys only.
"""

import os
import secrets
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_WELL_KNOWN = "test"
_ACCOUNT = "000000000000"
_HEALTH = "/_ministack/health"
_CONTROL = ("/_ministack/", "/_localstack/")
# Custom resources and wait conditions of CloudFormation answer here; a random token in the path is their credential.
_ANSWERS_OF_RESOURCES = ("/_ministack/cfn-response/", "/_ministack/cfn-signal/")


class WellKnownKey(Exception):
    """The root user's keys are missing, or are ministack's well-known default."""

    def __init__(self) -> None:
        super().__init__(
            f"{' and '.join(_KEYS)}: found nothing or {_WELL_KNOWN!r}, expected the random keys that "
            "`coursewright local up` makes; every user of this machine could run code as you"
        )


def admit_known_callers_only() -> None:
    """Patch ministack before it starts, and remove the root user's keys from the environment that functions inherit.

    Raises
    ------
    WellKnownKey
        When the environment has no keys, or the well-known ones.
    """
    keys = access_key, secret_key = tuple(os.environ.pop(name, "") for name in _KEYS)
    if "" in keys or _WELL_KNOWN in keys:
        raise WellKnownKey
    from ministack import app as ministack_app
    from ministack.core import iam_evaluator, lambda_runtime
    from ministack.services import lambda_svc, sts

    # ministack checks no signature of root keys. So no key counts as root; the root user's key is a session key
    # instead.
    iam_evaluator.is_root_access_key = sts.is_root_access_key = _is_nobody
    root = {"Arn": f"arn:aws:iam::{_ACCOUNT}:root", "UserId": _ACCOUNT, "PrincipalType": "Root"}
    sts.register_session(access_key, root | {"SecretAccessKey": secret_key})
    unguessable = _with_a_secret_in_it(lambda_runtime.execution_credentials)
    lambda_runtime.execution_credentials = lambda_svc.execution_credentials = unguessable
    ministack_app.app = guarded(ministack_app.app, _is_given_out, _refuse)


def guarded(application: Application, is_given_out: Callable[[str], bool], refuse: Application) -> Application:
    """Return an application that allows only the health check and calls with an issued key."""

    async def only_known(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or _is_admitted(scope, is_given_out):
            await application(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refuse(scope, receive, send)

    return only_known


def _is_admitted(scope: Scope, is_given_out: Callable[[str], bool]) -> bool:
    from ministack.core.router import extract_access_key_id

    method, path = str(scope.get("method", "")), str(scope["path"])
    if path == _HEALTH:
        return method == "GET"
    if path.startswith(_CONTROL):
        return method == "PUT" and path.startswith(_ANSWERS_OF_RESOURCES)
    return is_given_out(str(extract_access_key_id(*_headers_and_query(scope))))


def _headers_and_query(scope: Scope) -> tuple[dict[str, str], dict[str, list[str]]]:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    return headers, parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with ministack's error for an unknown key, in the format of the service."""
    from ministack import app
    from ministack.core.iam_evaluator import AuthError
    from ministack.core.router import detect_service

    # Read the body: otherwise hypercorn closes the connection and logs a traceback.
    while (await receive()).get("more_body"):
        pass
    headers, query = _headers_and_query(scope)
    service = detect_service(scope["method"], scope["path"], headers, query)
    unknown = AuthError("UnrecognizedClientException", "The security token included in the request is invalid.")
    answer = app._credential_failure(service, "", str(uuid.uuid4()), unknown, headers)
    await app._send_response(send, *answer, head=scope["method"] == "HEAD")


def _is_given_out(access_key: str) -> bool:
    from ministack.core.iam_evaluator import find_iam_access_key_account
    from ministack.services import sts

    return access_key in sts._sessions or find_iam_access_key_account(access_key) is not None


def _is_nobody(_: str) -> bool:
    return False


def _with_a_secret_in_it(
    credentials: Callable[[dict[str, Any]], dict[str, str]],
) -> Callable[[dict[str, Any]], dict[str, str]]:
    """Return a function that derives a Lambda function's keys from its role and a random secret of this process."""
    secret = secrets.token_hex(32)

    def unguessable(config: dict[str, Any]) -> dict[str, str]:
        # ministack reads the role's name after the last slash, and derives the keys from the whole value.
        return credentials(config | {"Role": f"{secret}/{config.get('Role', '')}"})

    return unguessable
