"""What one model, or one of AWS's units, costs."""

from datetime import date

from pydantic import Field

from course_kit.data_models import ClosedModel
from course_kit.model_ids import GLOBAL

_TOKENS_OF_A_PRICE = 1_000_000
DEFAULT_TIER = "default"


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

    def _times(self, factor: float) -> "TextPrice":
        cached = None if self.cached_input is None else self.cached_input * factor
        return self.model_copy(
            update={"input": self.input * factor, "output": self.output * factor, "cached_input": cached}
        )


class UnitPrice(_Row):
    """Dollars each."""

    each: float = Field(ge=0)


class ModelPrices(ClosedModel):
    """What one run's models cost; travels with the run, so that every function counts alike."""

    usd_per_million_input: float = Field(ge=0)
    usd_per_million_output: float = Field(ge=0)
    usd_per_image: float = Field(default=0.0, ge=0)

    def cost(self, input_tokens: int, output_tokens: int, images: int = 0) -> float:
        """Return dollars."""
        tokens = input_tokens * self.usd_per_million_input + output_tokens * self.usd_per_million_output
        return tokens / _TOKENS_OF_A_PRICE + images * self.usd_per_image
