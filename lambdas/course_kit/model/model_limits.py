"""Token limits of one call's answer: the request, within the model's own limits."""

import math
from dataclasses import dataclass

from course_kit.model.call_budget import bytes_of
from course_kit.model.model_errors import context_overflow
from course_kit.model_ids import is_openais_own
from course_kit.models import KnownTextModel
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import ModelProvider

# A token of prose is about four bytes. No text for a model has more than six a token on average, so a text that is too
# long at six does not fit. Measured in tests/corpus/test_tokens.py.
_BYTES_PER_TOKEN, _MOST_BYTES_PER_TOKEN = 4, 6
# Providers count reasoning within max_tokens; with a plan's 1,700, an answer would end before its text. The number is a
# choice, and only a reservation: unused tokens are not paid.
_ROOM_TO_THINK = 8_000
# The least tokens for any useful answer.
_LEAST_ANSWER = 256


def known_model(environment: FunctionEnvironment, provider: ModelProvider, model_id: str) -> KnownTextModel | None:
    """Return the known facts of a text model; None for the user's own server, with any name of its model."""
    known = environment.models.table.text_model(model_id)
    if known is None or known.provider != provider.value:
        return None
    is_at_home = provider is not ModelProvider.OPENAI or is_openais_own(environment.openai_base_url)
    return known if is_at_home or known.is_declared else None


@dataclass(frozen=True)
class AnswerLimits:
    """The limits of the answers in one conversation."""

    model_id: str
    wanted: int
    """Tokens that an answer may need."""
    known: KnownTextModel | None
    """None for the user's own server, whose limits are unknown."""

    @property
    def max_tokens(self) -> int:
        """The token limit of the longest answer in the conversation, with its reasoning."""
        return min(self.wanted + self._thoughts, self.known.max_output_tokens) if self.known else self.wanted

    @property
    def _thoughts(self) -> int:
        return _ROOM_TO_THINK if self.known and self.known.reasons else 0

    @property
    def continuations(self) -> int:
        """The allowed continuations of a text that was cut off: one, and one for each further piece of the request."""
        return math.ceil(self.wanted / max(self.max_tokens - self._thoughts, _LEAST_ANSWER))

    def for_call(self, sent: object) -> int:
        """Return the ``max_tokens`` of a call with this input.

        Raises
        ------
        RequestInvalid
            The input cannot fit into the model's context.
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
