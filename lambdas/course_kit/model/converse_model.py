"""Answers of Amazon Bedrock's Converse API, streamed or whole; strands builds the request."""

from copy import copy
from dataclasses import dataclass, field
from typing import Literal, Self

from botocore.eventstream import ParserError
from pydantic import BaseModel
from strands.models.bedrock import BedrockModel
from strands.types.content import Messages
from strands.types.streaming import StreamEvent
from strands.types.tools import ToolChoiceTool, ToolSpec

from course_kit.errors import ModelUnavailable
from course_kit.model.model_answer import ModelAnswer, ToolCall, usage_on_the_wire, valid_text
from course_kit.model.prompt_cache import PromptCache
from course_kit.models import KnownTextModel, Streams


@dataclass(frozen=True)
class ConverseModel:
    """One model, with the client that all calls of a function share."""

    shared: BedrockModel
    shape: type[BaseModel] | None
    """The shape of the tool's arguments; None without a tool."""
    streams: Streams = Streams.EVERYTHING
    can_be_forced: bool = True
    cache: PromptCache = field(default_factory=PromptCache)

    @classmethod
    def of(
        cls, shared: BedrockModel, shape: type[BaseModel] | None, known: KnownTextModel | None, cache: PromptCache
    ) -> Self:
        """Return the model with its known abilities; an unknown model gets the usual ones."""
        if known is None:
            return cls(shared, shape)
        return cls(shared, shape, known.streams, known.can_be_forced, cache)

    async def answer(
        self, messages: Messages, *, system: str, max_tokens: int, tool: ToolSpec | None, must_call: bool
    ) -> ModelAnswer:
        """Send a conversation and return its next message; raises the exceptions that `typed_errors` translates."""
        model = copy(self.shared)
        # Without streaming, Converse returns the whole answer.
        is_streamed = self.streams is Streams.EVERYTHING or (self.streams is Streams.TEXT and tool is None)
        model.config = BedrockModel.BedrockConfig(
            **{**model.config, "max_tokens": max_tokens, "streaming": is_streamed}
        )
        forced: dict[Literal["tool"], ToolChoiceTool] | None = None
        if tool and must_call and self.can_be_forced:
            forced = {"tool": {"name": tool["name"]}}
        reader = _ConverseReader()
        try:
            async for event in model.stream(
                messages,
                [tool] if tool else None,
                tool_choice=forced,
                system_prompt_content=self.cache.blocks(system, tool),
                structured_output_model=self.shape if forced else None,
            ):
                reader.take(event)
        except ParserError as error:
            raise ModelUnavailable(f"the model's event stream cannot be read: {error}") from error
        return reader.answer()


@dataclass
class _Block:
    """One content block that is assembled from its events."""

    name: str = ""
    text: str = ""
    arguments: str = ""


@dataclass
class _ConverseReader:
    """Assembles an answer from its events."""

    blocks: dict[int, _Block] = field(default_factory=dict)
    ended: int = 0
    """The number of ended blocks: the index of the next block in answers without indexes, such as whole ones."""
    stop_reason: str | None = None
    counts: object = None

    def take(self, event: StreamEvent) -> None:
        """Add the next event, without reasoning, citations, and strands' additions for a guardrail."""
        if start := event.get("contentBlockStart"):
            if use := (start.get("start") or {}).get("toolUse"):
                self._block(start.get("contentBlockIndex")).name = use.get("name", "")
        elif block := event.get("contentBlockDelta"):
            delta, known = block["delta"], self._block(block.get("contentBlockIndex"))
            known.text += delta.get("text") or ""
            use_delta = delta.get("toolUse")
            known.arguments += (use_delta.get("input") or "") if use_delta else ""
        elif "contentBlockStop" in event:
            self.ended += 1
        elif stop := event.get("messageStop"):
            self.stop_reason = stop.get("stopReason")
        elif metadata := event.get("metadata"):
            self.counts = metadata.get("usage")

    def _block(self, index: int | None) -> _Block:
        return self.blocks.setdefault(self.ended if index is None else index, _Block())

    def answer(self) -> ModelAnswer:
        """Return the whole answer."""
        return ModelAnswer(
            text=valid_text("".join(block.text for block in self.blocks.values())),
            calls=tuple(
                ToolCall(name=block.name, arguments=valid_text(block.arguments))
                for block in self.blocks.values()
                if block.name
            ),
            stop_reason=self.stop_reason,
            usage=usage_on_the_wire(self.counts),
        )
