"""What models and AWS cost: ``models.yaml`` and ``prices.yaml`` beside this module, a user's own file before them."""

from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from typing import Self

import yaml
from pydantic import Field, ValidationError

from course_kit.data_models import ClosedModel
from course_kit.faults import faults_in_words
from course_kit.model_ids import geography_of
from course_kit.models import ModelTable, RowsByModel, known_models, models_with
from course_kit.price_rows import DEFAULT_TIER, ModelPrices, TextPrice, UnitPrice

MAX_OWN_PRICES = 50


class PricesInvalid(Exception):
    """One line a fault of a price file: field, what was found, what is expected."""


class PriceTable(ClosedModel):
    """A price file."""

    as_of: date
    text_models: dict[str, TextPrice] = Field(default_factory=dict)
    image_models: dict[str, UnitPrice] = Field(default_factory=dict)
    aws: dict[str, UnitPrice] = Field(default_factory=dict)

    @classmethod
    def read(cls, source: bytes) -> Self:
        """Read a price file; raises `PricesInvalid`."""
        try:
            return cls.model_validate(yaml.safe_load(source))
        except yaml.YAMLError as error:
            raise PricesInvalid(f"not YAML: {' '.join(str(error).split())}") from None
        except ValidationError as error:
            raise PricesInvalid("\n".join(faults_in_words(error, whole="file"))) from None

    def before(self, other: "PriceTable") -> "PriceTable":
        """Return both, this one's lines first."""
        return PriceTable(
            as_of=self.as_of,
            text_models={**other.text_models, **self.text_models},
            image_models={**other.image_models, **self.image_models},
            aws={**other.aws, **self.aws},
        )

    @cached_property
    def _texts(self) -> RowsByModel[TextPrice]:
        return RowsByModel(self.text_models)

    @cached_property
    def _images(self) -> RowsByModel[UnitPrice]:
        return RowsByModel(self.image_models)

    def text_price(self, model_id: str, tier: str = DEFAULT_TIER) -> TextPrice | None:
        """Return a text model's price, its profile's surcharge and its service tier included; None: it is not known."""
        price = self._texts.find(model_id)
        return price.in_geography(geography_of(model_id)).in_tier(tier) if price else None

    def image_price(self, model_id: str) -> UnitPrice | None:
        """Return an image model's price; None for one that is not listed."""
        return self._images.find(model_id)

    def model_prices(
        self, text_model_id: str, image_model_id: str = "", *, tier: str = DEFAULT_TIER, for_an_hour: bool = True
    ) -> ModelPrices:
        """Return what a run's models cost; raises ``KeyError`` with the id that is not listed.

        ``for_an_hour`` is whether the text model's caches last so long (`ModelTable.caches_for_an_hour`).
        """
        text = self.text_price(text_model_id, tier)
        image = self.image_price(image_model_id) if image_model_id else None
        if text is None:
            raise KeyError(text_model_id)
        if image_model_id and image is None:
            raise KeyError(image_model_id)
        return ModelPrices.of(text, image, for_an_hour=for_an_hour)

    def prices_if_known(
        self, text_model_id: str, tier: str = DEFAULT_TIER, *, for_an_hour: bool = True
    ) -> ModelPrices | None:
        """Return what a text model costs; None for one that is not listed."""
        price = self.text_price(text_model_id, tier)
        return ModelPrices.of(price, for_an_hour=for_an_hour) if price else None


class OwnPrices(ClosedModel):
    """A user's prices within an execution's input."""

    text_models: dict[str, TextPrice] = Field(default={}, max_length=MAX_OWN_PRICES)
    image_models: dict[str, UnitPrice] = Field(default={}, max_length=MAX_OWN_PRICES)

    def before(self, table: PriceTable) -> PriceTable:
        """Return a table with these lines first."""
        return PriceTable(as_of=table.as_of, text_models=self.text_models, image_models=self.image_models).before(table)


@cache
def published_prices() -> PriceTable:
    """Return the packaged table."""
    return prices_of(known_models())


@cache
def prices_with(declared_models: str) -> PriceTable:
    """Return the packaged table with what a function's environment declares, JSON or nothing, before it."""
    return prices_of(models_with(declared_models))


def prices_of(models: ModelTable) -> PriceTable:
    """Return what some models cost, and what AWS does."""
    table = _aws_prices()
    texts = {id: model.price for id, model in models.text_models.items() if model.price}
    images = {id: model.price for id, model in models.image_models.items() if model.price}
    return PriceTable(as_of=models.as_of, text_models=texts, image_models=images, aws=table.aws)


@cache
def _aws_prices() -> PriceTable:
    return PriceTable.read(files("course_kit").joinpath("prices.yaml").read_bytes())
