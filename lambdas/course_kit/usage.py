"""What model calls used."""

from __future__ import annotations

from typing import Self

from course_kit.data_models import ClosedModel

_COUNTS = ("model_calls", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens")


class Usage(ClosedModel):
    """Calls made and tokens billed for them; adds up."""

    model_calls: int = 0
    input_tokens: int = 0
    """Tokens that were neither read from a cache nor written to one."""
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    short: Usage | None = None
    """The part of all this that the short text model used; None without one."""

    @property
    def sent_tokens(self) -> int:
        """All tokens that went to the model, from a cache or not."""
        return self.input_tokens + self.cache_read_tokens + self.cache_write_tokens

    def by_short_model(self) -> Usage:
        """Return this usage as the short text model's."""
        return self.model_copy(update={"short": self._without_short()})

    def by_text_model(self) -> Usage:
        """Return this usage as the text model's, all of it."""
        return self._without_short()

    def of_text_model(self) -> Usage:
        """Return the part that the short text model did not use."""
        return self if self.short is None else self._without_short() - self.short

    def __add__(self, other: Usage) -> Usage:
        return self._with(other, 1)

    def __sub__(self, other: Usage) -> Usage:
        return self._with(other, -1)

    def _without_short(self) -> Self:
        return self.model_copy(update={"short": None})

    def _with(self, other: Usage, sign: int) -> Usage:
        counts = {name: getattr(self, name) + sign * getattr(other, name) for name in _COUNTS}
        short = (self.short or Usage())._with(other.short or Usage(), sign) if self.short or other.short else None
        return Usage(**counts, short=short)
