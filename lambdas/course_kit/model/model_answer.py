"""One answer of a language model, as the server sent it, with the meaning of its stop reason.

The stop reason is the server's own value. Client libraries would turn a cut by a filter, or a missing end, into a clean
end.
"""

from collections.abc import Mapping
from enum import StrEnum

from course_kit.data_models import OpenModel
from course_kit.errors import CourseError, ModelUnavailable, TextRejected
from course_kit.usage import Usage

# The values of OpenAI, Bedrock, Anthropic, Gemini, Cohere and text-generation-inference, without case and hyphens.
_WHOLE = {"stop", "end_turn", "stop_sequence", "eos", "eos_token", "complete"}
_CALLED = {"tool_calls", "tool_use", "function_call"}
_CUT_OFF = {"length", "max_tokens", "max_output_tokens", "model_length", "model_context_window_exceeded"}
_REFUSED = {
    *("content_filter", "content_filtered", "guardrail_intervened", "refusal"),
    *("safety", "recitation", "blocklist", "prohibited_content", "spii"),
}
_SHOWN_CHARACTERS = 200
_MOST_TOKENS = 1e12
# ministack answers with this text when its model server cannot be reached; it must never get into a book.
_EMULATOR_PLACEHOLDER = "[ministack mock"


class Ending(StrEnum):
    """The meaning of a stop reason."""

    WHOLE = "whole"
    CALLED = "called"
    """The answer is a tool call."""
    CUT_OFF = "cut_off"
    """The answer was cut off by its length or by the model's context."""
    REFUSED = "refused"
    """The answer was withheld by a filter or by the model."""
    BROKEN = "broken"
    """No stop reason, or an unknown one: the answer may be incomplete."""

    @classmethod
    def of(cls, stop_reason: str | None) -> "Ending":
        """Return the meaning of a stop reason."""
        name = (stop_reason or "").strip().casefold().replace("-", "_")
        known = {cls.WHOLE: _WHOLE, cls.CALLED: _CALLED, cls.CUT_OFF: _CUT_OFF, cls.REFUSED: _REFUSED}
        return next((ending for ending, names in known.items() if name in names), cls.BROKEN)


class ToolCall(OpenModel):
    """A call of a tool; ``arguments`` are the JSON text from the server."""

    name: str
    arguments: str


class ModelAnswer(OpenModel):
    """The answer to one call."""

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    stop_reason: str | None = None
    refusal: str = ""
    """The text of a refusal, from servers that send it separately."""
    usage: Usage = Usage()

    @property
    def ending(self) -> Ending:
        """How the answer ended."""
        return Ending.of(self.stop_reason)

    def fault(self, *, may_call: bool) -> CourseError | None:
        """Return why this answer is unusable and cannot be repaired; None when it can be used.

        ``may_call`` is whether a tool was offered.
        """
        said = " ".join(self.text.split())[:_SHOWN_CHARACTERS]
        if self.refusal:
            return TextRejected(f"the model refused: {' '.join(self.refusal.split())[:_SHOWN_CHARACTERS]}")
        if self.ending is Ending.REFUSED:
            return TextRejected(f"the answer was withheld by its provider ({self.stop_reason}); it says: {said!r}")
        if self.text.startswith(_EMULATOR_PLACEHOLDER):
            return ModelUnavailable("the model server behind the local Bedrock endpoint did not answer")
        is_broken_off = self.ending is Ending.CALLED and not self.calls and not may_call
        if self.ending is Ending.BROKEN or is_broken_off:
            return ModelUnavailable(f"the answer has no clean end: found {self.stop_reason!r} after {said!r}")
        if said or self.calls:
            return None
        if self.ending is Ending.CUT_OFF:
            # A second call would end in the same way.
            return TextRejected(
                f"the answer was cut off ({self.stop_reason}) before any text: all of it is reasoning; "
                "a model that reasons less, or not at all, has room for the text"
            )
        return ModelUnavailable(f"the answer has no text, only its end ({self.stop_reason})")


_INPUT_COUNTS = ("prompt_tokens", "inputTokens", "input_tokens", "promptTokenCount", "prompt_eval_count")
# Bedrock's and Anthropic's; neither has these tokens among those of the input.
_CACHE_READ_COUNTS = ("cacheReadInputTokens", "cache_read_input_tokens")
_CACHE_WRITE_COUNTS = ("cacheWriteInputTokens", "cache_creation_input_tokens")
_INPUT_DETAILS = ("prompt_tokens_details", "input_tokens_details")
_OUTPUT_COUNTS = ("completion_tokens", "outputTokens", "output_tokens", "candidatesTokenCount", "eval_count")


def usage_on_the_wire(counts: object) -> Usage:
    """Return the usage of one call from any server's field names; missing numbers are 0."""
    told: Mapping[object, object] = counts if isinstance(counts, Mapping) else {}
    sent = _first_count(told, _INPUT_COUNTS)
    read = _first_count(told, _CACHE_READ_COUNTS)
    if not read:
        # Where these details are, the tokens that they tell of are among the input's.
        details = next((found for name in _INPUT_DETAILS if isinstance(found := told.get(name), Mapping)), {})
        read = min(_count(details.get("cached_tokens")), sent)
        sent -= read
    return Usage(
        model_calls=1,
        input_tokens=sent,
        output_tokens=_first_count(told, _OUTPUT_COUNTS),
        cache_read_tokens=read,
        cache_write_tokens=_first_count(told, _CACHE_WRITE_COUNTS),
    )


def _first_count(told: Mapping[object, object], names: tuple[str, ...]) -> int:
    return next((count for name in names if (count := _count(told.get(name)))), 0)


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return 0
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return 0
    return int(number) if 0 <= number < _MOST_TOKENS else 0


def valid_text(text: str) -> str:
    """Return a text that UTF-8 can encode: separated halves of a character are joined, single ones are replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
