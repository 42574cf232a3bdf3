"""How long one call's answer may get: what is asked for, within what its model can do."""

import math
from dataclasses import dataclass

from course_kit.model.call_budget import bytes_of
from course_kit.model.model_errors import context_overflow
from course_kit.model_ids import is_openais_own
from course_kit.models import KnownTextModel
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import ModelProvider

# A token of prose is about four bytes; none of the texts that go to a model has more than six a token on average, so
# what is too long by that measure does not fit (tests/corpus/test_tokens.py has the measures).
_BYTES_PER_TOKEN, _MOST_BYTES_PER_TOKEN = 4, 6
# Providers count thoughts within max_tokens; a plan has 1,700, and would end before it began. The room is a choice, and
# only reserved: what is not thought is not paid.
_ROOM_TO_THINK = 8_000
# Less than this is no answer to anything that is asked here.
_LEAST_ANSWER = 256


def known_model(environment: FunctionEnvironment, provider: ModelProvider, model_id: str) -> KnownTextModel | None:
    """Return what is known of a text model; nothing of a server of one's own, whatever it calls its models."""
    known = environment.models.table.text_model(model_id)
    if known is None or known.provider != provider.value:
        return None
    is_at_home = provider is not ModelProvider.OPENAI or is_openais_own(environment.openai_base_url)
    return known if is_at_home or known.is_declared else None


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
        """The longest answer that any call of the conversation asks for, with what is thought before it."""
        return min(self.wanted + self._thoughts, self.known.max_output_tokens) if self.known else self.wanted

    @property
    def _thoughts(self) -> int:
        return _ROOM_TO_THINK if self.known and self.known.reasons else 0

    @property
    def continuations(self) -> int:
        """How often a text that was cut off is gone on with: once, and once more for each piece of what is wanted."""
        return math.ceil(self.wanted / max(self.max_tokens - self._thoughts, _LEAST_ANSWER))

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
