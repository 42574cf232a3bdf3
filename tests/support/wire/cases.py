"""What servers have been seen to answer, and what is asked of them: the rows of docs/wire.md, in its order."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import JsonValue
from starlette.responses import JSONResponse

from fault_proxy import event_stream
from tests.support.wire.servers import (
    DONE,
    USED,
    Answer,
    block,
    breaks_off,
    broken_by,
    called,
    chat,
    chunk,
    converse,
    delta,
    page,
    refused,
    said,
    sse,
    tool_call,
    used_tool,
)

WHOLE = "# Packets\n\nA packet carries a header and a payload.\n\n## Loss\n\nA full queue 😀 drops packets.\n"
HALF, REST = WHOLE[:60], WHOLE[60:]


class Asked(StrEnum):
    """What a case asks its server for."""

    TEXT = "a text"
    PLAN = "a plan"


@dataclass(frozen=True)
class Case:
    """One row: a server's answers, in words and as they come."""

    server: str
    asked: Asked
    words: str
    answers: Sequence[Answer]

    @property
    def is_bedrock(self) -> bool:
        """Whether the server is Bedrock's, else one that speaks OpenAI's API."""
        return self.server == BEDROCK


OPENAI, BEDROCK = "OpenAI's API", "Bedrock"


def _design(number: int, **fields: JsonValue) -> JsonValue:
    design: dict[str, JsonValue] = {
        "visual_id": f"01-01-{number:04d}",
        "kind": "diagram",
        "caption": "Two nodes.",
        "alt_text": "One node and another.",
        "mermaid": "flowchart LR\n a --> b",
        "long_description": [],
        "image_prompt": "",
    }
    return design | fields


DESIGNS = [_design(1), _design(2)]
PLAN: JsonValue = {"visuals": DESIGNS}
PLAN_WITH_A_MARK: JsonValue = {"visuals": [_design(1, image_prompt="\N{REPLACEMENT CHARACTER}"), _design(2)]}
JSON = json.dumps(PLAN)


def _with(**fields: JsonValue) -> str:
    return json.dumps({"visuals": [_design(1, **fields), _design(2)]})


def _event(name: str, **content: object) -> bytes:
    return event_stream.event(name, dict(content))  # type: ignore[arg-type]


_SPLIT = [chunk(delta(role="assistant", content=WHOLE[:20])), chunk(delta(content=WHOLE[20:])), chunk(delta("stop"))]
_PIECES = [JSON[at : at + 40] for at in range(0, len(JSON), 40)]

_CHAT_TEXTS: dict[str, Sequence[Answer]] = {
    "a text and its end": [chat(WHOLE)],
    "`stop_sequence`, as some servers call a clean end": [chat(WHOLE, "stop_sequence")],
    "`STOP`, in capitals": [chat(WHOLE, "STOP")],
    "`length`, then the rest": [chat(HALF, "length"), chat(REST)],
    "`MAX_TOKENS`, then the rest": [chat(HALF, "MAX_TOKENS"), chat(REST)],
    "`model_length`, then the rest": [chat(HALF, "model_length"), chat(REST)],
    "`length`, twice": [chat(HALF, "length")],
    "`content_filter`": [chat(HALF, "content_filter")],
    "`SAFETY`": [chat(HALF, "SAFETY")],
    "`error` after half of the text": [chat(HALF, "error")],
    "`error`, then the whole text": [chat(HALF, "error"), chat(WHOLE)],
    "an unknown stop reason": [chat(WHOLE, "paused")],
    "no stop reason": [chat(WHOLE, None)],
    "no stop reason, no `[DONE]`": [sse(chunk(delta(role="assistant", content=HALF)))],
    "empty text": [chat("")],
    "null instead of a text": [chat(None)],
    "white space": [chat(" \n\n")],
    "reasoning, then nothing": [chat(None, reasoning_content="Let me think.")],
    "reasoning up to `length`": [chat(None, "length", reasoning_content="Let me think.")],
    "reasoning, then the text": [sse(chunk(delta(reasoning_content="Hm.")), *_SPLIT, DONE)],
    "nothing once, then the text": [chat(""), chat(WHOLE)],
    "a refusal in its own field": [chat(None, refusal="I cannot help with that.")],
    "the text in a list of parts": [
        chat([{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": WHOLE}]),
    ],
    "a chunk without a delta": [sse(chunk([{"index": 0}]), chunk(None), *_SPLIT, DONE)],
    "keep-alive comments, an empty event": [sse(": wait\n\n", "event: ping\ndata: {}\n\n", *_SPLIT, DONE)],
    "lines with DOS line ends": [sse(*(part.replace("\n", "\r\n") for part in [*_SPLIT, DONE]))],
    "the answer as one object, no stream": [
        lambda: JSONResponse({"choices": [{"message": {"content": WHOLE}, "finish_reason": "stop"}], "usage": USED}),
    ],
    "an emoji in two halves, in two chunks": [
        sse(
            chunk(delta(content=WHOLE.partition("😀")[0] + "\ud83d")),
            chunk(delta(content="\ude00" + WHOLE.partition("😀")[2])),
            chunk(delta("stop")),
        )
    ],
    "half of an emoji": [chat(WHOLE.replace("😀", "\ud83d"))],
    "usage null": [chat(WHOLE, usage=None)],
    "usage `{}`": [chat(WHOLE, usage={})],
    "usage with null counts": [chat(WHOLE, usage={"prompt_tokens": None, "completion_tokens": None})],
    "usage under other names": [chat(WHOLE, usage={"input_tokens": 100, "output_tokens": 200})],
    "usage as texts": [chat(WHOLE, usage={"prompt_tokens": "100", "completion_tokens": "200"})],
    "a tool call, though there is no tool": [called(tool_call("{}", "write_file"))],
    "a tool call once, then the text": [called(tool_call("{}", "write_file")), chat(WHOLE)],
    "`tool_calls` after half of the text, and no call": [chat(HALF, "tool_calls")],
    "HTTP 200 with an error": [lambda: JSONResponse({"error": {"message": "overloaded", "type": "server_error"}})],
    "an error in the stream": [sse('data: {"error": {"message": "overloaded", "code": 529}}\n\n')],
    "a rate limit in the stream, then the text": [
        sse('data: {"error": {"message": "slow down", "type": "rate_limit_error"}}\n\n'),
        chat(WHOLE),
    ],
    "HTTP 200 with a web page": [page(200, "<html>Please log in</html>")],
    "a connection that breaks, then the text": [breaks_off(chunk(delta(content=HALF))), chat(WHOLE)],
    "an event that is no JSON": [sse("data: {broken\n\n")],
    "HTTP 502 with a web page": [page(502, "<h1>Bad Gateway</h1>")],
    "HTTP 529, then the text": [refused(529, {"message": "Overloaded"}), chat(WHOLE)],
    "HTTP 429, then the text": [refused(429, {"message": "slow down"}), chat(WHOLE)],
    "HTTP 429, no credit left": [refused(429, {"message": "You exceeded it", "code": "insufficient_quota"})],
    "HTTP 400, longer than the context": [
        refused(
            400,
            {
                "message": "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens.",
                "code": "context_length_exceeded",
            },
        )
    ],
    "HTTP 400, a filter": [refused(400, {"message": "content management policy", "code": "content_filter"})],
    "HTTP 401": [refused(401, {"message": "Incorrect API key provided"})],
    "HTTP 404": [refused(404, {"message": "model not found"})],
}

_CHAT_PLANS: dict[str, Sequence[Answer]] = {
    "a call of the tool": [called(tool_call(JSON))],
    "a call in pieces with repeated id and name": [
        sse(*(chunk(delta(tool_calls=[tool_call(piece)])) for piece in _PIECES), chunk(delta("tool_calls")), DONE)
    ],
    "a call in pieces with different ids": [
        sse(
            *(
                chunk(delta(tool_calls=[tool_call(piece, "" if at else "VisualPlan", id=f"c{at}")]))
                for at, piece in enumerate(_PIECES)
            ),
            chunk(delta("tool_calls")),
        )
    ],
    "a call without id and index": [called(tool_call(JSON, id=None, index=None))],
    "a call in the old form, `function_call`": [
        chat(None, "function_call", function_call={"name": "VisualPlan", "arguments": JSON})
    ],
    "`stop` after a call": [called(tool_call(JSON), finish="stop")],
    "the name with a prefix": [called(tool_call(JSON, "functions.VisualPlan:0"))],
    "the name in small letters": [called(tool_call(JSON, "visual_plan"))],
    "arguments as an object": [called(tool_call(PLAN))],
    "arguments as an object, half of an emoji in it": [
        called(tool_call({"visuals": [_design(1, image_prompt="\ud83d"), _design(2)]}))
    ],
    "arguments encoded twice": [called(tool_call(json.dumps(JSON)))],
    "arguments wrapped in the tool's name": [called(tool_call(json.dumps({"VisualPlan": PLAN})))],
    "arguments wrapped in `parameters`": [called(tool_call(json.dumps({"parameters": PLAN})))],
    "arguments that are the list itself": [called(tool_call(json.dumps(DESIGNS)))],
    "arguments in a fence": [called(tool_call(f"```json\n{JSON}\n```"))],
    "a comma after the last field": [called(tool_call(JSON[:-1] + ",}"))],
    "a literal of Python": [called(tool_call(str(PLAN)))],
    "the list as JSON text": [called(tool_call(json.dumps({"visuals": json.dumps(DESIGNS)})))],
    "null for an empty field": [called(tool_call(_with(long_description=None, image_prompt=None)))],
    "an enum value in capitals": [called(tool_call(_with(kind="Diagram")))],
    "names in camel case": [called(tool_call(JSON.replace("alt_text", "altText")))],
    "source in a fence": [called(tool_call(_with(mermaid="```mermaid\nflowchart LR\n a --> b\n```")))],
    "source whose line ends were escaped twice": [called(tool_call(_with(mermaid="flowchart LR\\n a --> b")))],
    "two calls with the same": [called(tool_call(JSON), tool_call(JSON, id="call-2", index=1))],
    "two calls with half of it each": [
        called(
            tool_call(json.dumps({"visuals": DESIGNS[:1]})),
            tool_call(json.dumps({"visuals": DESIGNS[1:]}), id="call-2", index=1),
        )
    ],
    "JSON in text": [chat(JSON)],
    "JSON in a fence, with words around it": [chat(f"Here it is:\n\n```json\n{JSON}\n```\n\nAnything else?")],
    "a call in text, in tags": [chat(f'<tool_call>\n{{"name": "VisualPlan", "arguments": {JSON}}}\n</tool_call>')],
    "a draft in `<think>`, then JSON": [chat(f'<think>{{"visuals": []}}?</think>\n{JSON}')],
    "words, then a call": [chat("I would draw two nodes."), called(tool_call(JSON))],
    "words every time": [chat("I would draw two nodes.")],
    "a tool that was not offered, then the right one": [called(tool_call("{}", "search")), called(tool_call(JSON))],
    "a missing field, then all fields": [called(tool_call(_with(caption=None))), called(tool_call(JSON))],
    "a missing field every time": [called(tool_call(_with(caption=None)))],
    "arguments that end in the middle, by `length`": [called(tool_call(JSON[:100]), finish="length")],
    "arguments that end in the middle": [called(tool_call(JSON[:100]))],
    "arguments that `content_filter` ended": [called(tool_call(JSON[:100]), finish="content_filter")],
    "nothing": [chat(None)],
}

_CONVERSE_TEXTS: dict[str, Sequence[Answer]] = {
    "`end_turn`": [said(WHOLE)],
    "`stop_sequence`": [said(WHOLE, "stop_sequence")],
    "`max_tokens`, then the rest": [said(HALF, "max_tokens"), said(REST)],
    "`max_tokens`, twice": [said(HALF, "max_tokens")],
    "`model_context_window_exceeded`, then the rest": [said(HALF, "model_context_window_exceeded"), said(REST)],
    "`content_filtered`": [said(HALF, "content_filtered")],
    "`guardrail_intervened`": [said("This is not to be spoken of.", "guardrail_intervened")],
    "`refusal`": [said(HALF, "refusal")],
    "`malformed_model_output`": [said(HALF, "malformed_model_output")],
    "`pause_turn`": [said(HALF, "pause_turn")],
    "no `messageStop`": [said(HALF, None)],
    "reasoning, then the text": [
        said(
            WHOLE, before=[block(0, reasoningContent={"text": "Hm."}), _event("contentBlockStop", contentBlockIndex=0)]
        )
    ],
    "reasoning, then nothing": [said("", before=[block(0, reasoningContent={"text": "Hm."})])],
    "no metadata": [said(WHOLE, usage=None)],
    "a tool call, though there is no tool": [used_tool("{}", name="write_file")],
    **{
        f"`{name}` in the stream": [broken_by(event_stream.exception(name, "It failed."), text=HALF)]
        for name in (
            *("modelStreamErrorException", "internalServerException", "serviceUnavailableException"),
            *("modelTimeoutException", "validationException"),
        )
    },
    "`throttlingException` in the stream, then the text": [
        broken_by(event_stream.exception("throttlingException", "Too many tokens."), text=HALF),
        said(WHOLE),
    ],
    "`modelStreamErrorException` in the stream, then the text": [
        broken_by(event_stream.exception("modelStreamErrorException", "It failed."), text=HALF),
        said(WHOLE),
    ],
    "`validationException`, longer than the context": [
        broken_by(
            event_stream.exception("validationException", "prompt is too long: 216000 tokens > 200000 maximum"), text=""
        )
    ],
    "a connection that breaks, then the text": [
        breaks_off(_event("messageStart", role="assistant"), block(0, text=HALF)),
        said(WHOLE),
    ],
    "a message with a wrong checksum": [
        broken_by(_event("messageStop", stopReason="end_turn")[:-4] + b"none", text=HALF)
    ],
    "a message of type error": [
        broken_by(
            event_stream.message(
                {":message-type": "error", ":error-code": "InternalFailure", ":error-message": "It failed."}, b""
            ),
            text=HALF,
        )
    ],
}

_CONVERSE_PLANS: dict[str, Sequence[Answer]] = {
    "a call of the tool, in pieces": [used_tool(JSON[:50], JSON[50:])],
    "`end_turn` after a call": [used_tool(JSON, stop="end_turn")],
    "the list as JSON text": [used_tool(json.dumps({"visuals": json.dumps(DESIGNS)}))],
    "JSON in text": [said(JSON)],
    "words, then a call": [said("I would draw two nodes."), used_tool(JSON)],
    "arguments that end in the middle, by `max_tokens`": [used_tool(JSON[:100], stop="max_tokens")],
    "`modelStreamErrorException` in the middle of a call": [
        converse(
            _event("messageStart", role="assistant"),
            event_stream.exception("modelStreamErrorException", "It failed."),
        ),
        used_tool(JSON),
    ],
}

CASES = [
    Case(server, asked, words, answers)
    for server, asked, group in (
        (OPENAI, Asked.TEXT, _CHAT_TEXTS),
        (OPENAI, Asked.PLAN, _CHAT_PLANS),
        (BEDROCK, Asked.TEXT, _CONVERSE_TEXTS),
        (BEDROCK, Asked.PLAN, _CONVERSE_PLANS),
    )
    for words, answers in group.items()
]
