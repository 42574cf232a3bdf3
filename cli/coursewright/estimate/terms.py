"""Terms of an estimate: the user's options, and the deployment's settings for the rest."""

from dataclasses import dataclass, replace
from pathlib import Path

from course_kit.forecast.cached_calls import AskedModels
from course_kit.forecast.course_work import MODEL_PACE, OFFLINE_PACE, Pace
from course_kit.forecast.model_quota import ModelQuota
from course_kit.forecast.scheduling import Concurrency
from course_kit.forecast.writers import OFFLINE_AUTHOR, Writer, writer_of
from course_kit.model_ids import is_openais_own
from course_kit.models import ModelTable
from course_kit.outline import Editing
from course_kit.price_rows import ModelPrices
from course_kit.prices import PriceTable
from course_kit.run.events import ContentType, ModelProvider
from coursewright.deployment import Target
from coursewright.deployment_settings import DeploymentSettings
from coursewright.estimate.pricing import price_table
from local_aws.settings import LocalSettings


@dataclass(frozen=True, kw_only=True)
class EstimateOptions:
    """The user's options; None means the deployment's value, or unknown."""

    content_type: ContentType
    provider: ModelProvider
    model: str | None
    image_model: str | None
    max_concurrency: int | None
    tokens_per_minute: int | None
    requests_per_minute: int | None
    tokens_per_second: float | None
    prices: Path | None
    target: Target


@dataclass(frozen=True, kw_only=True)
class EstimateTerms:
    """The terms of a run."""

    content_type: ContentType
    book_parts: str
    editing: Editing
    edit_max_calls: int
    bounds: Concurrency
    functions_at_once: int
    """The concurrent functions of the run; 0 means as many as its limits need."""
    quota: ModelQuota
    writer: Writer
    pace: Pace
    prices: PriceTable
    service_tier: str
    text_model_id: str
    short_text_model_id: str
    """The model of study parts, plans and edits; the text model where they have none of their own."""
    image_model_id: str
    asked: AskedModels
    models: ModelTable | None
    """The table of known models; None for another server, whose models need no entry."""
    is_local: bool
    """True on local AWS, which costs nothing."""

    @property
    def model_prices(self) -> ModelPrices | None:
        """The prices of the text models; None when one of them is not known."""
        text, short = (self._prices_of(model_id) for model_id in (self.text_model_id, self.short_text_model_id))
        if text is None or short is None:
            return None
        return text.model_copy(update={"short": short}) if self.asked.has_short else text

    def _prices_of(self, model_id: str) -> ModelPrices | None:
        for_an_hour = self.models.caches_for_an_hour(model_id) if self.models else False
        return self.prices.prices_if_known(model_id, self.service_tier, for_an_hour=for_an_hour)


def terms_of(options: EstimateOptions, settings: DeploymentSettings) -> EstimateTerms:
    """Return the terms of a run; raises `BadInput` for an invalid price file or declared model."""
    models, provider = settings.known_models, options.provider
    is_local = options.target is Target.LOCAL
    if is_local:
        text_model_id, image_model_id = LocalSettings.from_environment().model_id, ""
    else:
        text_model_id = options.model or settings.models.text(provider)
        image_model_id = settings.models.image(provider) if options.image_model is None else options.image_model
    named = settings.models.of_run(provider, text_model_id)
    if is_local:
        named = named.model_copy(update={"short_text_model_id": "", "openai_short_text_model_id": ""})
    modules = options.max_concurrency or settings.module_max_concurrency
    writer = writer_of(text_model_id)
    pace = OFFLINE_PACE if writer is OFFLINE_AUTHOR else MODEL_PACE
    is_another_server = provider is ModelProvider.OPENAI and not is_openais_own(settings.openai_base_url)
    return EstimateTerms(
        content_type=options.content_type,
        book_parts=settings.book_parts,
        editing=settings.editing,
        edit_max_calls=settings.edit_max_calls,
        bounds=replace(settings.concurrency, modules=modules),
        functions_at_once=settings.functions_at_once,
        quota=ModelQuota(
            tokens_per_minute=options.tokens_per_minute or 0,
            requests_per_minute=options.requests_per_minute or 0,
            output_burndown=models.burndown_of(text_model_id),
        ),
        writer=writer,
        pace=replace(pace, tokens_per_second=options.tokens_per_second) if options.tokens_per_second else pace,
        prices=price_table(options.prices, models),
        service_tier=settings.models.tier(provider),
        text_model_id=text_model_id,
        short_text_model_id=named.short_text(provider),
        image_model_id=image_model_id,
        asked=AskedModels.of(named, provider, at_once=modules * settings.lesson_max_concurrency),
        models=None if is_local or is_another_server else models,
        is_local=is_local,
    )
