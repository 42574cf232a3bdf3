"""Which calls change what a snapshot holds, and which executions are kept."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from local_aws.kept_services import _forget_old_executions, _forget_unused_versions, noting_changes

S3 = {"Authorization": "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/s3/aws4_request"}
CLOUDFORMATION = {"Authorization": "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/cloudformation/aws4_request"}


def changes_of(method: str, path: str, headers: dict[str, str], status: int = 200) -> int:
    noted: list[None] = []

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("", status)(scope, receive, send)

    async def ask() -> None:
        noting = noting_changes(answer, lambda: noted.append(None))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(noting), base_url="https://127.0.0.1") as client:
            await client.request(method, path, headers=headers)

    asyncio.run(ask())
    return len(noted)


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", "/", CLOUDFORMATION),
        ("POST", "/", {"X-Amz-Target": "AWSStepFunctions.StartExecution"}),
        ("PUT", "/a-bucket?versioning", S3),
        ("POST", "/2015-03-31/functions", {}),
    ],
)
def test_what_changes_something_is_noted(method: str, path: str, headers: dict[str, str]) -> None:
    assert changes_of(method, path, headers) == 1
    assert changes_of(method, path, headers, status=403) == 0


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/", S3),
        ("PUT", "/a-bucket/p/lessons/a.md", S3),
        ("POST", "/model/qwen3%3A8b/converse", {}),
        ("POST", "/2015-03-31/functions/writer/invocations", {}),
        ("POST", "/", {"X-Amz-Target": "AWSStepFunctions.DescribeExecution"}),
    ],
)
def test_what_a_run_does_all_the_time_is_not(method: str, path: str, headers: dict[str, str]) -> None:
    assert changes_of(method, path, headers) == 0


def test_an_execution_is_forgotten_ninety_days_after_its_end() -> None:
    # Given
    now = datetime.now(UTC)
    ages = {"running": None, "of yesterday": 1, "of the last quarter": 89, "old": 91}
    executions = {
        name: {"stopDate": None if days is None else (now - timedelta(days=days)).isoformat().replace("+00:00", "Z")}
        for name, days in ages.items()
    }
    # When
    _forget_old_executions(executions)
    # Then
    assert list(executions) == ["running", "of yesterday", "of the last quarter"]


def test_versions_of_functions_are_forgotten_when_nothing_names_them() -> None:
    # Given
    arn = "arn:aws:lambda:us-east-1:000000000000:function:writer"
    function = {
        "config": {"FunctionArn": arn},
        "versions": {str(number): {"code_zip": b"code"} for number in (1, 2, 3, 4, 10)},
        "aliases": {"live": {"FunctionVersion": "2"}},
    }
    # When
    _forget_unused_versions({"writer": function}, [[{"definition": f'{{"FunctionName": "{arn}:4"}}'}]])
    # Then: what an alias or a state machine names is kept, and the latest.
    assert isinstance(function["versions"], dict)
    assert list(function["versions"]) == ["2", "4", "10"]
