"""How long one call's answer may get: what is asked for, within what its model can do."""

import math
from dataclasses import dataclass

from course_kit.call_budget import bytes_of
from course_kit.model_errors import context_overflow
from course_kit.models import KnownTextModel

# A token of prose is about four bytes; none of the texts that go to a model has more than six a token on average, so
# what is too long by that measure does not fit (tests/corpus/test_tokens.py has the measures).
_BYTES_PER_TOKEN, _MOST_BYTES_PER_TOKEN = 4, 6
# Less than this is no answer to anything that is asked here.
_LEAST_ANSWER = 256


@dataclass(frozen=True)
class AnswerLimits:
    """The bounds on the answers of one conversation."""

    model_id: str
    wanted: int
    """Tokens that an answer may need."""
    known: KnownTextModel | None
    """None: a server of one's own, whose limits only it knows."""

    @property
    def max_tokens(self) -> int:
        """The longest answer that any call of the conversation asks for."""
        return min(self.wanted, self.known.max_output_tokens) if self.known else self.wanted

    @property
    def continuations(self) -> int:
        """How often a text that was cut off is gone on with: once, and once more for each piece of what is wanted."""
        return math.ceil(self.wanted / self.max_tokens)

    def for_call(self, sent: object) -> int:
        """Return the ``max_tokens`` of a call that sends this.

        Raises
        ------
        RequestInvalid
            What is sent cannot fit into the model's context.
        """
        if self.known is None:
            return self.max_tokens
        size, context = bytes_of(sent), self.known.context_tokens
        if size // _MOST_BYTES_PER_TOKEN > context - _LEAST_ANSWER:
            raise context_overflow(
                f"{size:,} bytes do not fit into a context length of {context:,} tokens",
                self.model_id,
                told_by="Nothing was sent",
            )
        return min(self.max_tokens, max(context - size // _BYTES_PER_TOKEN, _LEAST_ANSWER))
