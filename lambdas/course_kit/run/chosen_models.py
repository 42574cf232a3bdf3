"""Who writes and who draws in a deployment, for each provider; what they can do and what they cost follows from it."""

from pydantic import BaseModel, ConfigDict

from course_kit.models import ModelTable, models_with
from course_kit.price_rows import DEFAULT_TIER, ModelPrices
from course_kit.prices import OwnPrices, PriceTable, prices_with
from course_kit.run.events import ModelProvider


class ModelIds(BaseModel):
    """The models of one deployment; an empty id: none. Which of them made an artefact is part of its fingerprint."""

    model_config = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())

    text_model_id: str = ""
    image_model_id: str = ""
    openai_text_model_id: str = ""
    openai_image_model_id: str = ""
    declared_models: str = ""
    """JSON: the models in use that the deployment vouches for (`course_kit.models`)."""
    service_tier: str = DEFAULT_TIER

    def text(self, provider: ModelProvider) -> str:
        """Return who writes."""
        return self.openai_text_model_id if provider is ModelProvider.OPENAI else self.text_model_id

    def image(self, provider: ModelProvider) -> str:
        """Return who draws; empty where nobody does."""
        return self.openai_image_model_id if provider is ModelProvider.OPENAI else self.image_model_id

    def tier(self, provider: ModelProvider) -> str:
        """Return in which service tier they work; tiers are Bedrock's."""
        return DEFAULT_TIER if provider is ModelProvider.OPENAI else self.service_tier

    @property
    def table(self) -> ModelTable:
        """What is known of models here; raises ``KeyError`` for a declared model whose ``base_model`` is not known."""
        return models_with(self.declared_models)

    @property
    def price_table(self) -> PriceTable:
        """What models cost here; raises as `table`."""
        return prices_with(self.declared_models)

    def prices(self, provider: ModelProvider, own: OwnPrices | None = None) -> ModelPrices:
        """Return what a run's models cost; raises ``KeyError`` with the id of a model whose price is not known."""
        prices = own.before(self.price_table) if own else self.price_table
        return prices.model_prices(self.text(provider), self.image(provider), tier=self.tier(provider))
