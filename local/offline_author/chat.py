"""Chat completions: the fields of a request that the author reads, and answers in OpenAI's format."""

import json
import re
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, Field, JsonValue

from course_kit.data_models import OpenModel

# About four characters a token: an estimate that both sides of a test can compute.
_CHARACTERS_PER_TOKEN = 4


class _Part(OpenModel):
    text: str = ""


class Message(OpenModel):
    """One message; its content is a text, a list of parts, or None."""

    role: str
    content: str | list[_Part] | None = None

    @property
    def text(self) -> str:
        """The content as one text."""
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content)
        return self.content or ""


class _Function(OpenModel):
    name: str


class _Tool(OpenModel):
    function: _Function


class ChatRequest(OpenModel):
    """The fields of ``POST /v1/chat/completions`` that the author reads."""

    model: str = "offline-author"
    messages: list[Message] = Field(min_length=1)
    tools: list[_Tool] | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    stream: bool = False

    @property
    def token_limit(self) -> int | None:
        """The token limit of the answer, under either of its names."""
        return self.max_completion_tokens or self.max_tokens

    @property
    def tool_names(self) -> set[str]:
        """Names of the tools in the request."""
        return {tool.function.name for tool in self.tools or []}

    @property
    def prompt_tokens(self) -> int:
        """Estimated tokens of the whole conversation."""
        return estimate_tokens("".join(message.text for message in self.messages))

    @property
    def system_tokens(self) -> int:
        """Estimated tokens of the system prompt."""
        return estimate_tokens("".join(message.text for message in self.messages if message.role == "system"))

    def data(self, tag: str, role: str = "user") -> str | None:
        """Return the JSON between ``<tag>`` and ``</tag>`` in the latest message of a role with that tag."""
        pattern = re.compile(rf"<{tag}>(.*?)</{tag}>", re.DOTALL)
        for message in reversed(self.messages):
            match = pattern.search(message.text) if message.role == role else None
            if match:
                return match[1]
        return None


class Answer(BaseModel):
    """The author's answer: a text, or the arguments of one tool."""

    text: str = ""
    tool_name: str | None = None
    tool_arguments: str = ""
    finish_reason: Literal["stop", "length", "tool_calls"] = "stop"

    @property
    def completion_tokens(self) -> int:
        """Estimated tokens of the answer."""
        return estimate_tokens(self.text + self.tool_arguments)

    def within(self, limit: int | None) -> "Answer":
        """Return the answer cut at a token limit, as a model does."""
        if limit is None or self.tool_name or self.completion_tokens <= limit:
            return self
        return Answer(text=self.text[: limit * _CHARACTERS_PER_TOKEN], finish_reason="length")


def estimate_tokens(text: str) -> int:
    """Return the estimated number of tokens in a text."""
    return -(-len(text) // _CHARACTERS_PER_TOKEN)


def completion(request: ChatRequest, answer: Answer, number: int) -> dict[str, JsonValue]:
    """Return a whole answer."""
    message: dict[str, JsonValue] = {"role": "assistant", "content": answer.text or None}
    if answer.tool_name:
        message["tool_calls"] = [_tool_call(answer, number)]
    return {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion",
        "created": 0,
        "model": request.model,
        "choices": [{"index": 0, "message": message, "finish_reason": answer.finish_reason}],
        "usage": _usage(request, answer),
    }


def completion_events(request: ChatRequest, answer: Answer, number: int) -> Iterator[str]:
    """Yield the answer as server-sent events."""
    delta: dict[str, JsonValue] = {"role": "assistant", "content": answer.text or None}
    if answer.tool_name:
        delta["tool_calls"] = [{"index": 0, **_tool_call(answer, number)}]
    yield _event(request, number, [{"index": 0, "delta": delta, "finish_reason": None}])
    yield _event(request, number, [{"index": 0, "delta": {}, "finish_reason": answer.finish_reason}])
    yield _event(request, number, [], _usage(request, answer))
    yield "data: [DONE]\n\n"


def _tool_call(answer: Answer, number: int) -> dict[str, JsonValue]:
    function: JsonValue = {"name": answer.tool_name, "arguments": answer.tool_arguments}
    return {"id": f"call_{number}", "type": "function", "function": function}


def _usage(request: ChatRequest, answer: Answer) -> dict[str, JsonValue]:
    prompt, written = request.prompt_tokens, answer.completion_tokens
    return {"prompt_tokens": prompt, "completion_tokens": written, "total_tokens": prompt + written}


def _event(request: ChatRequest, number: int, choices: list[JsonValue], usage: JsonValue = None) -> str:
    chunk: dict[str, JsonValue] = {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": request.model,
        "choices": choices,
    }
    if usage:
        chunk["usage"] = usage
    return f"data: {json.dumps(chunk)}\n\n"
