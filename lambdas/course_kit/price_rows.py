"""What one model, or one of AWS's units, costs."""

from datetime import date
from typing import Self

from pydantic import Field

from course_kit.data_models import ClosedModel
from course_kit.model_ids import GLOBAL
from course_kit.usage import Usage

_TOKENS_OF_A_PRICE = 1_000_000
DEFAULT_TIER = "default"
# What writing to a cache costs, in prices of input, where no row says it: Claude's 1.25 for 5 minutes and 2 for an hour
# (platform.claude.com/docs/en/about-claude/pricing), so that a budget's reservation stays an upper bound.
_WRITE_FACTOR, _WRITE_FACTOR_FOR_AN_HOUR = 1.25, 2.0


class _Row(ClosedModel):
    source: str = Field(min_length=1)
    is_verified: bool = True
    read_on: date | None = None
    """None: on its file's day."""


class TextPrice(_Row):
    """Dollars per million tokens."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)
    cached_input: float | None = Field(default=None, ge=0)
    """Tokens read from a cache; without it, they cost as others."""
    cache_write: float | None = Field(default=None, ge=0)
    """Tokens written to a cache for 5 minutes; without it, 1.25 times the input."""
    cache_write_hour: float | None = Field(default=None, ge=0)
    """Tokens written to a cache for an hour; without it, twice the input."""
    regional_factor: float = Field(default=1.0, ge=1)
    """What a profile that is not global costs more."""
    regional_factors: dict[str, float] = Field(default_factory=dict)
    """The same for the geographies that have one of their own."""
    tier_factors: dict[str, float] = Field(default_factory=dict)
    """What a service tier costs, against the default one."""

    def in_geography(self, geography: str) -> "TextPrice":
        """Return what it costs through a geography's profile; without one, and globally, it is this."""
        if geography in ("", GLOBAL):
            return self
        return self._times(self.regional_factors.get(geography, self.regional_factor))

    def in_tier(self, tier: str) -> "TextPrice | None":
        """Return what it costs in a service tier; None where that is not known."""
        if tier in ("", DEFAULT_TIER):
            return self
        return self._times(self.tier_factors[tier]) if tier in self.tier_factors else None

    @property
    def cache_read(self) -> float:
        """What a million tokens cost that are read from a cache."""
        return self.input if self.cached_input is None else self.cached_input

    def written(self, *, for_an_hour: bool) -> float:
        """Return what a million tokens cost that are written to a cache."""
        if for_an_hour:
            return self.input * _WRITE_FACTOR_FOR_AN_HOUR if self.cache_write_hour is None else self.cache_write_hour
        return self.input * _WRITE_FACTOR if self.cache_write is None else self.cache_write

    def _times(self, factor: float) -> "TextPrice":
        names = ("input", "output", "cached_input", "cache_write", "cache_write_hour")
        prices = {name: getattr(self, name) for name in names}
        return self.model_copy(
            update={name: None if price is None else price * factor for name, price in prices.items()}
        )


class UnitPrice(_Row):
    """Dollars each."""

    each: float = Field(ge=0)


class ModelPrices(ClosedModel):
    """What one run's models cost; travels with the run, so that every function counts alike."""

    usd_per_million_input: float = Field(ge=0)
    usd_per_million_output: float = Field(ge=0)
    usd_per_million_cache_read: float | None = Field(default=None, ge=0)
    """None in a run that began before caches were known: it costs as input."""
    usd_per_million_cache_write: float | None = Field(default=None, ge=0)
    """None in a run that began before caches were known: twice the input."""
    usd_per_image: float = Field(default=0.0, ge=0)
    short: "ModelPrices | None" = None
    """The prices of the short text model; None in a run without one."""

    @classmethod
    def of(cls, text: TextPrice, image: UnitPrice | None = None, *, for_an_hour: bool) -> Self:
        """Return the prices of a run's models; ``for_an_hour`` is how long its caches last, else 5 minutes."""
        return cls(
            usd_per_million_input=text.input,
            usd_per_million_output=text.output,
            usd_per_million_cache_read=text.cache_read,
            usd_per_million_cache_write=text.written(for_an_hour=for_an_hour),
            usd_per_image=image.each if image else 0.0,
        )

    @property
    def of_short(self) -> "ModelPrices":
        """The prices of calls of the short text model; without one, it is the text model."""
        return self.short or self

    def cost(self, usage: Usage, images: int = 0) -> float:
        """Return the dollars of some calls, each model's at its own price."""
        if usage.short is not None and self.short is not None:
            return self.cost(usage.of_text_model(), images) + self.short.cost(usage.short)
        tokens = (
            usage.input_tokens * self.usd_per_million_input
            + usage.output_tokens * self.usd_per_million_output
            + usage.cache_read_tokens * self._cache_read
            + usage.cache_write_tokens * self._cache_write
        )
        return tokens / _TOKENS_OF_A_PRICE + images * self.usd_per_image

    def most(self, sent_tokens: int, max_tokens: int, *, may_cache: bool) -> float:
        """Return the highest dollars of one call: all that is sent may have to be written to the cache."""
        price = self.usd_per_million_input
        if may_cache:
            price = max(price, self._cache_read, self._cache_write)
        return (sent_tokens * price + max_tokens * self.usd_per_million_output) / _TOKENS_OF_A_PRICE

    @property
    def _cache_read(self) -> float:
        read = self.usd_per_million_cache_read
        return self.usd_per_million_input if read is None else read

    @property
    def _cache_write(self) -> float:
        write = self.usd_per_million_cache_write
        return self.usd_per_million_input * _WRITE_FACTOR_FOR_AN_HOUR if write is None else write
