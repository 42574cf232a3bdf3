"""Servers of the tests' own that answer as they are told: OpenAI's server-sent events, and Bedrock's event stream."""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from fault_proxy import event_stream
from tests.support.json_values import Json

USED: dict[str, JsonValue] = {"prompt_tokens": 100, "completion_tokens": 200, "total_tokens": 300}
CONVERSE_USED: dict[str, JsonValue] = {"inputTokens": 100, "outputTokens": 200, "totalTokens": 300}
Answer = Callable[[], Response]


@dataclass
class ScriptedServer:
    """Gives its answers one after the other, the last one for ever, and remembers what it was asked."""

    answers: Sequence[Answer]
    asked: list[Json] = field(default_factory=list)
    operations: list[str] = field(default_factory=list)
    """The last part of each call's path."""

    @property
    def app(self) -> Starlette:
        """Both APIs; a case uses one of them."""
        return Starlette(
            routes=[
                Route("/v1/chat/completions", self._answer, methods=["POST"]),
                Route("/model/{model_id}/converse-stream", self._answer, methods=["POST"]),
                Route("/model/{model_id}/converse", self._answer, methods=["POST"]),
            ]
        )

    async def _answer(self, request: Request) -> Response:
        self.asked.append(json.loads(await request.body()))
        self.operations.append(request.url.path.rpartition("/")[2])
        return self.answers[min(len(self.asked), len(self.answers)) - 1]()


def sse(*parts: str) -> Answer:
    """Return an answer of these events."""
    return lambda: StreamingResponse(iter(parts), media_type="text/event-stream")


def chunk(choices: JsonValue, **more: JsonValue) -> str:
    """Return one event of a chat completion."""
    return "data: " + json.dumps({"id": "c", "object": "chat.completion.chunk", "choices": choices, **more}) + "\n\n"


def delta(finish: str | None = None, **fields: JsonValue) -> list[JsonValue]:
    """Return the choices of a chunk."""
    return [{"index": 0, "delta": fields, "finish_reason": finish}]


DONE = "data: [DONE]\n\n"


def chat(text: JsonValue, finish: str | None = "stop", usage: JsonValue = USED, **fields: JsonValue) -> Answer:
    """Return a chat completion: a text, its end, what it used."""
    return sse(
        chunk(delta(None, role="assistant", content=text, **fields)),
        chunk(delta(finish)),
        chunk([], usage=usage),
        DONE,
    )


def called(*calls: JsonValue, finish: str = "tool_calls", text: JsonValue = None) -> Answer:
    """Return a chat completion that calls tools."""
    return chat(text, finish, tool_calls=list(calls))


def tool_call(arguments: JsonValue, name: str = "VisualPlan", **fields: JsonValue) -> dict[str, JsonValue]:
    """Return one call of a tool, whole."""
    function: JsonValue = {"name": name, "arguments": arguments}
    call: dict[str, JsonValue] = {"index": 0, "id": "call-1", "type": "function", "function": function}
    return call | fields


def refused(status: int, error: JsonValue) -> Answer:
    """Return an HTTP error as OpenAI's API words it."""
    return lambda: JSONResponse({"error": error}, status)


def page(status: int, html: str) -> Answer:
    """Return a web page instead of an answer."""
    return lambda: Response(html, status, media_type="text/html")


def converse(*messages: bytes) -> Answer:
    """Return an answer of Bedrock's, of these messages."""
    return lambda: StreamingResponse(iter(messages), media_type=event_stream.CONTENT_TYPE)


def breaks_off(*messages: str | bytes) -> Answer:
    """Return an answer whose connection is closed in the middle."""

    async def parts() -> AsyncIterator[str | bytes]:
        for part in messages:
            yield part
        raise ConnectionAbortedError

    media_type = event_stream.CONTENT_TYPE if isinstance(messages[0], bytes) else "text/event-stream"
    return lambda: StreamingResponse(parts(), media_type=media_type)


def block(index: int, **content: JsonValue) -> bytes:
    """Return a part of a content block."""
    return event_stream.event("contentBlockDelta", {"contentBlockIndex": index, "delta": content})


def said(
    text: str, stop: str | None = "end_turn", *, usage: JsonValue = CONVERSE_USED, before: Iterable[bytes] = ()
) -> Answer:
    """Return a whole answer in text of Bedrock's."""
    parts = [event_stream.event("messageStart", {"role": "assistant"}), *before]
    parts += [block(1, text=text)] if text else []
    parts += [event_stream.event("contentBlockStop", {"contentBlockIndex": 1})]
    parts += [event_stream.event("messageStop", {"stopReason": stop})] if stop else []
    if usage is not None:
        parts.append(event_stream.event("metadata", {"usage": usage, "metrics": {"latencyMs": 1}}))
    return converse(*parts)


def broken_by(*last: bytes, text: str) -> Answer:
    """Return an answer of Bedrock's whose stream ends with something else than its end."""
    return converse(event_stream.event("messageStart", {"role": "assistant"}), block(0, text=text), *last)


def used_tool(*arguments: str, name: str = "VisualPlan", stop: str = "tool_use") -> Answer:
    """Return a call of a tool of Bedrock's; its arguments come in pieces."""
    start: JsonValue = {"contentBlockIndex": 0, "start": {"toolUse": {"toolUseId": "t1", "name": name}}}
    return converse(
        event_stream.event("messageStart", {"role": "assistant"}),
        event_stream.event("contentBlockStart", start),
        *(block(0, toolUse={"input": piece}) for piece in arguments),
        event_stream.event("contentBlockStop", {"contentBlockIndex": 0}),
        event_stream.event("messageStop", {"stopReason": stop}),
        event_stream.event("metadata", {"usage": CONVERSE_USED, "metrics": {"latencyMs": 1}}),
    )


def whole(*blocks: JsonValue, stop_reason: str = "end_turn") -> Answer:
    """Return an answer of Converse, not streamed."""
    message: JsonValue = {"role": "assistant", "content": list(blocks)}
    return lambda: JSONResponse({"output": {"message": message}, "stopReason": stop_reason, "usage": CONVERSE_USED})
