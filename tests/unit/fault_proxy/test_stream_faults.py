"""Faults inside an answer: an exception in its stream, another stop reason; as botocore and the functions meet them."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from unittest.mock import patch

import httpx
import pytest
from starlette.datastructures import Headers

from course_kit.errors import CourseError, ModelThrottled, ModelUnavailable, RequestInvalid, TextRejected
from course_kit.model import model_provider
from course_kit.model.model_provider import TextModel
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import ModelProvider
from fault_proxy import event_stream
from fault_proxy.app import create_app
from fault_proxy.behaviour import Behaviour, Fault
from fault_proxy.calls import Call, CallRecord
from fault_proxy.edited_answer import edited_answer
from fault_proxy.proxy import FaultProxy
from fault_proxy.upstream import Upstream
from tests.support.serving import serving
from tests.support.waiting import wait_until
from tests.support.wire.servers import ScriptedServer, said

TEXT = "# Packets\n\nA packet carries a header."


class PlainUpstream(Upstream):
    """A model server without TLS."""

    def __init__(self, url: str) -> None:
        self._url, self._client = httpx.URL(url), httpx.AsyncClient()


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultProxy]:
    """A proxy before a model that answers well; the functions' Bedrock client is sent to it."""
    monkeypatch.setattr("course_kit.model.model_retries.MAX_DELAY_SECONDS", 0)
    with serving(ScriptedServer([said(TEXT)]).app) as upstream:
        proxy = FaultProxy(PlainUpstream(upstream))
        with serving(create_app(proxy)) as url, patch.dict(os.environ, {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": url}):
            model_provider._bedrock_model.cache_clear()
            yield proxy
    model_provider._bedrock_model.cache_clear()


def recorded(proxy: FaultProxy, calls: int) -> list[CallRecord]:
    """Return the calls when there are so many: one is entered after its answer was sent, which may have been read."""
    wait_until(lambda: len(proxy.calls) >= calls, f"{calls} recorded calls")
    return proxy.calls


def write() -> tuple[str, bool]:
    environment = FunctionEnvironment(COURSE_BUCKET="bucket", TEXT_MODEL_ID="anthropic.claude-test")
    conversation = TextModel(ModelProvider.BEDROCK, environment, spending=None).conversation(
        system="You write.", max_tokens=1000
    )
    reply = asyncio.run(conversation.say("Write."))
    return reply.text, reply.is_cut_off


@pytest.mark.parametrize(
    ("exception", "error", "attempts"),
    [
        ("modelStreamErrorException", ModelUnavailable, 3),
        ("internalServerException", ModelUnavailable, 3),
        ("serviceUnavailableException", ModelUnavailable, 3),
        ("throttlingException", ModelThrottled, 20),
        ("validationException", RequestInvalid, 1),
    ],
)
def test_an_exception_inside_a_stream_reaches_the_function_by_its_name(
    proxy: FaultProxy, exception: str, error: type[CourseError], attempts: int
) -> None:
    proxy.behave(Behaviour.model_validate({"faults": [{"kind": "stream_exception", "exception": exception}]}))
    with pytest.raises(error, match="The fault proxy was told to raise this"):
        write()
    assert [(call.fault, call.status) for call in recorded(proxy, attempts)] == [("stream_exception", 200)] * attempts


def test_a_stream_that_broke_off_once_is_asked_for_again(proxy: FaultProxy) -> None:
    proxy.behave(Behaviour.model_validate({"faults": [{"kind": "stream_exception", "first_calls": 1}]}))
    assert write() == (TEXT, False)
    assert [call.fault for call in recorded(proxy, 2)] == ["stream_exception", None]


def test_an_answer_can_end_for_another_reason(proxy: FaultProxy) -> None:
    def ending(stop_reason: str) -> None:
        fault = {"kind": "stop_reason", "stop_reason": stop_reason}
        proxy.behave(Behaviour.model_validate({"faults": [fault]}))

    ending("max_tokens")
    assert write() == (TEXT, True)
    # The text and what it used are the server's own.
    assert recorded(proxy, 1)[-1].output_tokens == 200
    ending("guardrail_intervened")
    with pytest.raises(TextRejected, match="guardrail_intervened"):
        write()
    ending("malformed_model_output")
    with pytest.raises(ModelUnavailable, match="malformed_model_output"):
        write()


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_stream_is_edited_whatever_pieces_it_comes_in(size: int) -> None:
    # Given
    whole = event_stream.event("contentBlockDelta", {"delta": {"text": "Queues 😀"}})
    stream = whole + event_stream.event("messageStop", {"stopReason": "end_turn"})
    # When
    edited = passed(stream, size, "converse-stream", Fault.model_validate({"kind": "stop_reason"}))
    # Then
    assert edited == whole + event_stream.event("messageStop", {"stopReason": "max_tokens"})


def test_an_answer_that_is_no_stream_can_end_for_another_reason_too() -> None:
    fault = Fault.model_validate({"kind": "stop_reason", "stop_reason": "refusal"})
    answer = json.loads(passed(b'{"stopReason": "end_turn", "usage": {}}', 5, "converse", fault))
    assert answer == {"stopReason": "refusal", "usage": {}}


def passed(body: bytes, size: int, operation: str, fault: Fault) -> bytes:
    async def chunks() -> AsyncIterator[bytes]:
        for at in range(0, len(body), size):
            yield body[at : at + size]

    async def everything() -> bytes:
        call = Call("POST", f"/model/m/{operation}", Headers(), b"{}")
        return b"".join([chunk async for chunk in edited_answer(chunks(), call, fault)])

    return asyncio.run(everything())


def test_only_a_conversation_has_a_stop_reason_and_only_a_stream_an_exception() -> None:
    conversation, stream, object_of_s3 = (
        Call(method, path, Headers(), b"{}")
        for method, path in (("POST", "/model/m/converse"), ("POST", "/model/m/converse-stream"), ("GET", "/bucket/x"))
    )
    stop_reason, exception = (Fault.model_validate({"kind": kind}) for kind in ("stop_reason", "stream_exception"))
    assert [stop_reason.matches(call) for call in (conversation, stream, object_of_s3)] == [True, True, False]
    assert [exception.matches(call) for call in (conversation, stream, object_of_s3)] == [False, True, False]
