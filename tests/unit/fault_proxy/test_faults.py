"""Which calls a fault takes."""

import json

import pytest
from starlette.datastructures import Headers

from fault_proxy.behaviour import Behaviour, FaultBook
from fault_proxy.calls import Call

SIGNED = "AWS4-HMAC-SHA256 Credential=AKIA/20261124/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"


def bedrock_call(text: str = "", operation: str = "converse-stream") -> Call:
    body = json.dumps(
        {"messages": [{"role": "user", "content": [{"text": text}]}], "inferenceConfig": {"maxTokens": 4096}}
    )
    headers = Headers({"authorization": SIGNED.format("bedrock")})
    return Call("POST", f"/model/some.model-v1:0/{operation}", headers, body.encode())


def s3_call(method: str = "PUT", path: str = "/course-bucket/p/lessons/module-1-lesson-1-a.md") -> Call:
    return Call(method, path, Headers({"authorization": SIGNED.format("s3")}), b"")


def taken(fault: dict[str, object], *calls: Call) -> list[bool]:
    book = FaultBook(Behaviour.model_validate({"faults": [{"kind": "throttled", **fault}]}).faults)
    return [book.fault_for(call) is not None for call in calls]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, [True, True, True]),
        ({"service": "s3"}, [False, False, True]),
        ({"operation": "converse-stream"}, [True, True, False]),
        ({"text_contains": '"module_number":3'}, [False, True, False]),
        ({"path_contains": "/lessons/"}, [False, False, True]),
    ],
)
def test_a_fault_takes_the_calls_that_meet_every_condition(condition: dict[str, object], expected: list[bool]) -> None:
    calls = (bedrock_call('{"module_number":1}'), bedrock_call('{"module_number":3}'), s3_call())
    assert taken(condition, *calls) == expected


def test_a_fault_skips_and_stops_as_told() -> None:
    calls = [bedrock_call() for _ in range(5)]
    assert taken({"skip_calls": 1, "first_calls": 2}, *calls) == [False, True, True, False, False]


def test_a_share_of_the_calls_is_the_same_every_time() -> None:
    # Given
    calls = [bedrock_call() for _ in range(200)]
    # When
    first, second = (taken({"share": 0.3, "seed": 7}, *calls) for _ in range(2))
    # Then
    assert first == second
    assert 40 < sum(first) < 80


def test_a_calls_input_and_limit_are_read_as_bedrock_counts_them() -> None:
    # Given
    call = bedrock_call("x" * 400)
    # Then
    assert (call.input_tokens, call.max_tokens, call.model_id) == (100, 4096, "some.model-v1:0")
    assert (s3_call().service, s3_call().operation, s3_call().max_tokens) == ("s3", "PUT", 0)
