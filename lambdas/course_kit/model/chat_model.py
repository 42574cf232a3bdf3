"""Answers of servers with OpenAI's chat completions, read as leniently as possible without a guess.

The client library sends the call and reports HTTP errors; the stream is read here. Compatible servers leave out
different fields. The library's own models would misread a chunk without a delta, or an end by a filter.
"""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from pydantic import JsonValue
from strands.types.content import Messages
from strands.types.tools import ToolSpec

from course_kit.errors import ModelUnavailable
from course_kit.model.model_answer import ModelAnswer, ToolCall, usage_on_the_wire, valid_text
from course_kit.model.model_errors import ServerError

_SHOWN_CHARACTERS = 120
_LAST_EVENT = "[DONE]"


class ClientArguments(TypedDict):
    """The OpenAI client's settings for a server."""

    api_key: str
    base_url: str
    max_retries: int
    timeout: float


@dataclass(frozen=True)
class ChatModel:
    """One model of one server."""

    client: ClientArguments
    model_id: str

    async def answer(
        self, messages: Messages, *, system: str, max_tokens: int, tool: ToolSpec | None, must_call: bool
    ) -> ModelAnswer:
        """Send a conversation and return its next message; raises the exceptions that `typed_errors` translates."""
        # Imported late: most functions use Bedrock, and this client adds half a second to their start.
        import openai
        from strands.models.openai import OpenAIModel

        model = OpenAIModel(model_id=self.model_id, params={"max_completion_tokens": max_tokens})
        choice = {"tool": {"name": tool["name"]}} if tool and must_call else None
        request = model.format_request(messages, [tool] if tool else None, system, choice)  # type: ignore[arg-type]
        request = {name: value for name, value in request.items() if name != "tools" or value}
        reader = _ChatReader()
        async with (
            openai.AsyncOpenAI(**self.client) as client,
            client.chat.completions.with_streaming_response.create(**request) as response,
        ):
            async for event in _events(response.iter_bytes()):
                reader.take(event)
        return reader.answer()


async def _events(chunks: AsyncIterator[bytes]) -> AsyncIterator[JsonValue]:
    """Yield the data of an answer's server-sent events, or the one object that came instead of a stream."""
    lines, is_stream = list[str](), False
    async for line in _lines(chunks):
        if line.startswith("data:"):
            is_stream = True
            data = line.removeprefix("data:").strip()
            if data and data != _LAST_EVENT:
                yield _parsed(data)
        elif not is_stream:
            lines.append(line)
    if not is_stream and (body := "\n".join(lines).strip()):
        yield _parsed(body)


async def _lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """Yield lines with servers' line ends; the HTTP library would also split at U+2028, which JSON may hold."""
    rest = b""
    async for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line.decode("utf-8", "replace").rstrip("\r")
    yield rest.decode("utf-8", "replace").strip()


def _parsed(data: str) -> JsonValue:
    try:
        # A number with a point keeps its text: in an argument it may be a version, 1.30.
        parsed: JsonValue = json.loads(data, strict=False, parse_float=str)
    except ValueError as error:
        raise ModelUnavailable(f"the model server's answer is no JSON: {data[:_SHOWN_CHARACTERS]!r}") from error
    return parsed


@dataclass
class _Call:
    """A tool call that is assembled from its pieces."""

    identity: str
    index: JsonValue
    name: str = ""
    text: str = ""
    whole: JsonValue = None

    def take(self, name: JsonValue, arguments: JsonValue) -> None:
        self.name = self.name or (name if isinstance(name, str) else "")
        if isinstance(arguments, str):
            self.text += arguments
        elif arguments is not None:
            self.whole = arguments


@dataclass
class _ChatReader:
    """Assembles an answer from its events."""

    text: list[str] = field(default_factory=list)
    refusal: list[str] = field(default_factory=list)
    calls: list[_Call] = field(default_factory=list)
    stop_reason: str | None = None
    counts: JsonValue = None

    def take(self, event: JsonValue) -> None:
        """Add the next event."""
        if not isinstance(event, dict):
            return
        if error := event.get("error"):
            raise ServerError(error)
        self.counts = event.get("usage") or self.counts
        choices = event.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(choice, dict) or choice.get("index") not in (0, None):
            return
        delta = choice.get("delta") or choice.get("message")
        if isinstance(delta, dict):
            self._take_delta(delta)
        if isinstance(finish := choice.get("finish_reason"), str) and finish:
            self.stop_reason = finish

    def _take_delta(self, delta: Mapping[str, JsonValue]) -> None:
        self._take_content(delta.get("content"))
        if isinstance(refusal := delta.get("refusal"), str):
            self.refusal.append(refusal)
        calls = delta.get("tool_calls")
        for call in calls if isinstance(calls, list) else []:
            if isinstance(call, dict):
                self._take_call(call, call.get("function"))
        if isinstance(function := delta.get("function_call"), dict):
            self._take_call({}, function)

    def _take_content(self, content: JsonValue) -> None:
        if isinstance(content, str):
            self.text.append(content)
        for part in content if isinstance(content, list) else []:
            # Parts of other types are a model's reasoning, or no text.
            if isinstance(part, dict) and part.get("type") in ("text", "output_text", None):
                self._take_content(part.get("text"))
            elif isinstance(part, dict) and isinstance(refusal := part.get("refusal"), str):
                self.refusal.append(refusal)

    def _take_call(self, call: Mapping[str, JsonValue], function: JsonValue) -> None:
        if not isinstance(function, dict):
            return
        name, identity, index = function.get("name"), call.get("id"), call.get("index")
        known = self._call_of(identity if isinstance(identity, str) else "", index, begins=bool(name))
        known.take(name, function.get("arguments"))

    def _call_of(self, identity: str, index: JsonValue, *, begins: bool) -> _Call:
        """Return the call of a piece: servers may number the pieces, name them once or each time, or give no sign."""
        same = [call for call in self.calls if identity and call.identity == identity]
        if not same and not (begins and identity):
            same = [call for call in self.calls if index is not None and call.index == index]
            same = same or ([] if begins else self.calls)
        if same:
            return same[-1]
        self.calls.append(_Call(identity, index))
        return self.calls[-1]

    def answer(self) -> ModelAnswer:
        """Return the whole answer."""
        return ModelAnswer(
            text=valid_text("".join(self.text)),
            calls=tuple(
                ToolCall(
                    name=valid_text(call.name),
                    # Escaped, so that half a character is still text; it is interpreted when the text is read.
                    arguments=valid_text(call.text) if call.whole is None else json.dumps(call.whole),
                )
                for call in self.calls
            ),
            stop_reason=self.stop_reason,
            refusal=valid_text("".join(self.refusal)),
            usage=usage_on_the_wire(self.counts),
        )
