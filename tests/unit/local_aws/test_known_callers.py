"""Who is let into ministack: who names a key that was given out, and nobody else, whatever they ask for."""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from local_aws.known_callers import guarded

KNOWN = "AKIAKNOWN"


def signature(key: str) -> dict[str, str]:
    scope = f"{key}/20260101/us-east-1/s3/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"}


def presigned(key: str) -> str:
    scope = f"{key}/20260101/us-east-1/s3/aws4_request"
    return f"/bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={scope}&X-Amz-Signature=0"


async def let_in(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("in")(scope, receive, send)


async def keep_out(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("out", 403)(scope, receive, send)


GUARDED = guarded(let_in, lambda key: key == KNOWN, keep_out)


def ask(method: str, path: str, headers: dict[str, str] | None = None) -> str:
    async def answer() -> str:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(GUARDED), base_url="https://127.0.0.1") as client:
            return (await client.request(method, path, headers=headers)).text

    return asyncio.run(answer())


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/", signature(KNOWN)),
        ("PUT", "/bucket/key", signature(KNOWN)),
        ("GET", presigned(KNOWN), None),
        ("GET", "/_ministack/health", None),
        ("PUT", "/_ministack/cfn-response/a-random-token", None),
        ("PUT", "/_ministack/cfn-signal/a-random-token", None),
        # Names that are like those of the control, and a bucket's.
        ("GET", "/_ministack-of-a-course/outline.yaml", signature(KNOWN)),
    ],
)
def test_who_names_a_key_that_was_given_out_is_let_in(method: str, path: str, headers: dict[str, str] | None) -> None:
    assert ask(method, path, headers) == "in"


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/", None),
        ("PUT", "/cdk-assets/code.zip", None),
        ("GET", "/2015-03-31/functions/", {"Authorization": "Bearer anything"}),
        ("GET", "/", signature("test")),
        ("GET", "/", signature("000000000000")),
        ("GET", "/", signature("")),
        ("GET", "/", {"Authorization": "AWS test:signature"}),
        ("GET", presigned("test"), None),
        ("GET", "/bucket/key?AWSAccessKeyId=test&Signature=0", None),
        ("OPTIONS", "/bucket/key", None),
        ("POST", "/graphql", None),
        ("POST", "/_ministack/health", None),
    ],
)
def test_everybody_else_is_kept_out(method: str, path: str, headers: dict[str, str] | None) -> None:
    assert ask(method, path, headers) == "out"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/_ministack/reset"),
        ("POST", "/_ministack/config"),
        ("GET", "/_ministack/lambda-code/000000000000/us-east-1/content"),
        ("GET", "/_ministack/ses/messages"),
        ("POST", "/_ministack/cfn-response/a-random-token"),
        ("POST", "/_localstack/init"),
    ],
)
@pytest.mark.parametrize("headers", [None, signature(KNOWN)], ids=["no key", "a key"])
def test_the_control_that_asks_for_no_key_is_closed_to_all(
    method: str, path: str, headers: dict[str, str] | None
) -> None:
    assert ask(method, path, headers) == "out"


@pytest.mark.parametrize(("key", "expected"), [("test", ["websocket.close"]), (KNOWN, [])])
def test_a_websocket_is_for_known_callers_too(key: str, expected: list[str]) -> None:
    # Given
    sent: list[str] = []

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message["type"])

    async def accept(scope: Scope, receive: Receive, send: Send) -> None:
        """Stands for ministack, which would go on with the handshake."""

    headers = [(name.lower().encode(), value.encode()) for name, value in signature(key).items()]
    scope: Scope = {"type": "websocket", "path": "/mqtt", "headers": headers, "query_string": b""}

    async def knock() -> None:
        await guarded(accept, lambda found: found == KNOWN, keep_out)(scope, receive, send)

    # When
    asyncio.run(knock())
    # Then
    assert sent == expected


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"},
        {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "a-secret"},
        {"AWS_ACCESS_KEY_ID": "AKIAKEY", "AWS_SECRET_ACCESS_KEY": "test"},
        {"AWS_ACCESS_KEY_ID": "AKIAKEY", "AWS_SECRET_ACCESS_KEY": ""},
    ],
)
def test_the_launcher_starts_nothing_with_keys_that_everybody_knows(keys: dict[str, str]) -> None:
    # When: a port that is none, so that one which is started ends.
    kept = {
        name: value for name, value in os.environ.items() if name not in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    }
    ended = subprocess.run(
        [sys.executable, "-m", "local_aws.launcher"],
        env=kept | keys | {"GATEWAY_PORT": "none"},
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    # Then: one line, which names what is wrong.
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "expected the random keys that `coursewright local up` makes" in ended.stderr


CORRECTED = """
import json, os
from local_aws.known_callers import admit_known_callers_only
admit_known_callers_only()
from ministack.core import iam_evaluator, lambda_runtime
from ministack.services import lambda_svc
config = {
    "FunctionName": "Writer",
    "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:Writer",
    "Role": "arn:aws:iam::000000000000:role/Writer",
}
asked = lambda_runtime.execution_credentials(config), lambda_svc.execution_credentials(config)
principal = iam_evaluator.resolve_principal("AKIAKEY", "000000000000")
print(json.dumps({
    "root without a signature": [
        key for key in ("", "test", "000000000000", "123456789012", "AKIAKEY") if iam_evaluator.is_root_access_key(key)
    ],
    "secret": iam_evaluator.resolve_credential("AKIAKEY", "000000000000", "").secret_access_key,
    "root": [principal.type, principal.policies],
    "function": [each["AWS_ACCESS_KEY_ID"] for each in asked],
    "role": iam_evaluator.resolve_principal(asked[0]["AWS_ACCESS_KEY_ID"], "000000000000").arn,
    "left to functions": [name for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY") if name in os.environ],
}))
"""


@pytest.fixture(scope="module")
def corrected() -> dict[str, Any]:
    """What ministack holds of keys once it is corrected; in a process of its own, since the correction stays."""
    keys = {"AWS_ACCESS_KEY_ID": "AKIAKEY", "AWS_SECRET_ACCESS_KEY": "a-secret", "AUTH": "true"}
    ended = subprocess.run(
        [sys.executable, "-c", CORRECTED], env=os.environ | keys, stdout=subprocess.PIPE, check=True, encoding="utf-8"
    )
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def test_root_is_who_signs_with_the_secret_and_nobody_by_a_name_alone(corrected: dict[str, Any]) -> None:
    assert corrected["root without a signature"] == []
    assert corrected["secret"] == "a-secret"
    assert corrected["root"] == ["Root", None]


def test_a_functions_keys_are_its_roles_and_do_not_follow_from_names(corrected: dict[str, Any]) -> None:
    # Given: what ministack alone would make of the names.
    names = "arn:aws:lambda:us-east-1:000000000000:function:Writer:arn:aws:iam::000000000000:role/Writer"
    guessed = f"ASIA{hashlib.sha256(names.encode()).hexdigest()[:16].upper()}"
    # Then: the same at each call, wherever ministack asks for them.
    first, again = corrected["function"]
    assert first == again != guessed
    assert corrected["role"] == "arn:aws:sts::000000000000:assumed-role/Writer/Writer"


def test_functions_inherit_no_key_of_root(corrected: dict[str, Any]) -> None:
    assert corrected["left to functions"] == []
