"""A deployment's text and image models for each provider, with their known limits and prices."""

from typing import Self

from pydantic import ConfigDict

from course_kit.data_models import OpenModel
from course_kit.models import ModelTable, models_with
from course_kit.price_rows import DEFAULT_TIER, ModelPrices
from course_kit.prices import OwnPrices, PriceTable, prices_with
from course_kit.run.events import ModelProvider


class ModelIds(OpenModel):
    """The models of one deployment; an empty id means none. An artefact's fingerprint contains its model."""

    model_config = ConfigDict(protected_namespaces=())

    text_model_id: str = ""
    image_model_id: str = ""
    openai_text_model_id: str = ""
    openai_image_model_id: str = ""
    short_text_model_id: str = ""
    """The model of study parts, plans and edits; empty for the text model."""
    openai_short_text_model_id: str = ""
    declared_models: str = ""
    """JSON of the models that the deployment declares (`course_kit.models`)."""
    service_tier: str = DEFAULT_TIER
    further_text_model_ids: str = ""
    """Further models of Bedrock that a run may name, separated by commas."""

    def text(self, provider: ModelProvider) -> str:
        """Return the text model's id."""
        return self.openai_text_model_id if provider is ModelProvider.OPENAI else self.text_model_id

    def short_text(self, provider: ModelProvider) -> str:
        """Return the id of the model that writes short texts: its own, else the text model's."""
        return self.own_short_text(provider) or self.text(provider)

    def own_short_text(self, provider: ModelProvider) -> str | None:
        """Return the id of the model that writes short texts alone; None where the text model does."""
        is_openai = provider is ModelProvider.OPENAI
        own = self.openai_short_text_model_id if is_openai else self.short_text_model_id
        return own if own not in ("", self.text(provider)) else None

    def of_run(
        self, provider: ModelProvider, text_model_id: str | None, short_text_model_id: str | None = None
    ) -> Self:
        """Return the models of a run that names its own: a later deployment does not change them."""
        prefix = "openai_" if provider is ModelProvider.OPENAI else ""
        named = {"text_model_id": text_model_id, "short_text_model_id": short_text_model_id}
        return self.model_copy(update={f"{prefix}{name}": model_id for name, model_id in named.items() if model_id})

    def text_choices(self, provider: ModelProvider) -> tuple[str, ...]:
        """Return the text models that a run may name."""
        further = self.further_text_model_ids.split(",") if provider is ModelProvider.BEDROCK else []
        return tuple(model_id for model_id in (self.text(provider), *further) if model_id)

    def image(self, provider: ModelProvider) -> str:
        """Return the image model's id; empty for none."""
        return self.openai_image_model_id if provider is ModelProvider.OPENAI else self.image_model_id

    def tier(self, provider: ModelProvider) -> str:
        """Return the service tier of calls; only Bedrock has tiers."""
        return DEFAULT_TIER if provider is ModelProvider.OPENAI else self.service_tier

    @property
    def table(self) -> ModelTable:
        """The table of known models; raises ``KeyError`` for a declared model with an unknown ``base_model``."""
        return models_with(self.declared_models)

    @property
    def price_table(self) -> PriceTable:
        """The prices of models; raises as `table`."""
        return prices_with(self.declared_models)

    def prices(self, provider: ModelProvider, own: OwnPrices | None = None) -> ModelPrices:
        """Return the prices of a run's models; raises ``KeyError`` with the id of a model without a known price."""
        table, tier = own.before(self.price_table) if own else self.price_table, self.tier(provider)
        text, short = self.text(provider), self.own_short_text(provider)
        prices = table.model_prices(
            text, self.image(provider), tier=tier, for_an_hour=self.table.caches_for_an_hour(text)
        )
        if short is None:
            return prices
        of_short = table.model_prices(short, tier=tier, for_an_hour=self.table.caches_for_an_hour(short))
        return prices.model_copy(update={"short": of_short})

    def prices_if_known(self, provider: ModelProvider, text_model_id: str) -> ModelPrices | None:
        """Return the published prices of one text model; None for one without a known price."""
        return self.price_table.prices_if_known(
            text_model_id, self.tier(provider), for_an_hour=self.table.caches_for_an_hour(text_model_id)
        )
