"""What models and AWS cost: ``prices.yaml`` beside this module, or a file of the user's in the same form before it."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

_TOKENS_OF_A_PRICE = 1_000_000
MAX_OWN_PRICES = 50
# An inference profile's geography, and a model's date or version; `gpt-5` must not match `gpt-5-pro`.
_GEOGRAPHY = re.compile(r"^(?P<geography>global|us-gov|us|eu|apac|jp|au|ca)\.(?=[a-z])")
_VERSION = re.compile(r"^(?P<base>.+?)(?:-(?:\d{8}|\d{4}-\d{2}-\d{2}))?(?:-v\d+)?(?::\d+)*$")


class PricesInvalid(Exception):
    """One line a fault of a price file: field, what was found, what is expected."""


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = Field(min_length=1)
    is_verified: bool = True


class TextPrice(_Row):
    """Dollars per million tokens."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)
    regional_factor: float = Field(default=1.0, ge=1)


class UnitPrice(_Row):
    """Dollars each."""

    each: float = Field(ge=0)


Row = TypeVar("Row", bound=_Row)


class ModelPrices(BaseModel):
    """What one run's models cost; travels with the run, so that every function counts alike."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    usd_per_million_input: float = Field(ge=0)
    usd_per_million_output: float = Field(ge=0)
    usd_per_image: float = Field(default=0.0, ge=0)

    def cost(self, input_tokens: int, output_tokens: int, images: int = 0) -> float:
        """Return dollars."""
        tokens = input_tokens * self.usd_per_million_input + output_tokens * self.usd_per_million_output
        return tokens / _TOKENS_OF_A_PRICE + images * self.usd_per_image


class PriceTable(BaseModel):
    """A price file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: date
    text_models: dict[str, TextPrice] = {}
    image_models: dict[str, UnitPrice] = {}
    aws: dict[str, UnitPrice] = {}

    @classmethod
    def read(cls, source: bytes) -> Self:
        """Read a price file; raises `PricesInvalid`."""
        try:
            return cls.model_validate(yaml.safe_load(source))
        except yaml.YAMLError as error:
            raise PricesInvalid(f"not YAML: {' '.join(str(error).split())}") from None
        except ValidationError as error:
            raise PricesInvalid("\n".join(map(_fault, error.errors(include_url=False)))) from None

    def before(self, other: "PriceTable") -> "PriceTable":
        """Return both, this one's lines first."""
        return PriceTable(
            as_of=self.as_of,
            text_models={**other.text_models, **self.text_models},
            image_models={**other.image_models, **self.image_models},
            aws={**other.aws, **self.aws},
        )

    def text_price(self, model_id: str) -> TextPrice | None:
        """Return a text model's price, its inference profile's surcharge included; None for one that is not listed."""
        price = _find(self.text_models, model_id)
        geography = _GEOGRAPHY.match(model_id)
        if price is None or geography is None or geography["geography"] == "global":
            return price
        return price.model_copy(
            update={"input": price.input * price.regional_factor, "output": price.output * price.regional_factor}
        )

    def image_price(self, model_id: str) -> UnitPrice | None:
        """Return an image model's price; None for one that is not listed."""
        return _find(self.image_models, model_id)

    def model_prices(self, text_model_id: str, image_model_id: str = "") -> ModelPrices:
        """Return what a run's models cost; raises ``KeyError`` with the id that is not listed."""
        text = self.text_price(text_model_id)
        image = self.image_price(image_model_id) if image_model_id else None
        if text is None:
            raise KeyError(text_model_id)
        if image_model_id and image is None:
            raise KeyError(image_model_id)
        return ModelPrices(
            usd_per_million_input=text.input,
            usd_per_million_output=text.output,
            usd_per_image=image.each if image else 0.0,
        )

    def prices_if_known(self, text_model_id: str) -> ModelPrices | None:
        """Return what a text model costs; None for one that is not listed."""
        return self.model_prices(text_model_id) if self.text_price(text_model_id) else None


class OwnPrices(BaseModel):
    """A user's prices within an execution's input."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text_models: dict[str, TextPrice] = Field(default={}, max_length=MAX_OWN_PRICES)
    image_models: dict[str, UnitPrice] = Field(default={}, max_length=MAX_OWN_PRICES)

    def before(self, table: PriceTable) -> PriceTable:
        """Return a table with these lines first."""
        return PriceTable(as_of=table.as_of, text_models=self.text_models, image_models=self.image_models).before(table)


@cache
def published_prices() -> PriceTable:
    """Return the packaged table."""
    return PriceTable.read(files("course_kit").joinpath("prices.yaml").read_bytes())


def _fault(detail: ErrorDetails) -> str:
    found = "nothing" if detail["type"] == "missing" else repr(detail["input"])[:80]
    expected = {"missing": "a value", "extra_forbidden": "no such field"}.get(
        detail["type"], detail["msg"].removeprefix("Input should be ")
    )
    return f"{'.'.join(map(str, detail['loc'])) or 'file'}: found {found}, expected {expected}"


def _find(rows: Mapping[str, Row], model_id: str) -> Row | None:
    known = {_base(name): row for name, row in rows.items()}
    return rows.get(model_id) or known.get(_base(model_id))


def _base(model_id: str) -> str:
    match = _VERSION.match(_GEOGRAPHY.sub("", model_id))
    return match["base"] if match else model_id
