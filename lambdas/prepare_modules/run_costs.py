"""What a run is expected to take, and what it may spend: worked out once, before anything is paid."""

from course_kit.budget import Budget
from course_kit.errors import RequestInvalid
from course_kit.forecast.course_estimate import estimate_course as estimate
from course_kit.forecast.course_estimate import writer_of
from course_kit.outline import Outline
from course_kit.price_rows import DEFAULT_TIER, ModelPrices
from course_kit.prices import OwnPrices, prices_with
from course_kit.records.run_summary import EstimateRecord
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import ContentType, ModelProvider

MAX_BUDGET_USD = 1_000_000.0


def prices_of_run(own: OwnPrices | None, provider: ModelProvider, environment: FunctionEnvironment) -> ModelPrices:
    """Return what the run's models cost; raises ``KeyError`` with the id of a model whose price is not known."""
    is_openai = provider is ModelProvider.OPENAI
    known = prices_with(environment.declared_models)
    table = own.before(known) if own else known
    return table.model_prices(
        environment.openai_text_model_id if is_openai else environment.text_model_id,
        environment.openai_image_model_id if is_openai else environment.image_model_id,
        tier=DEFAULT_TIER if is_openai else environment.service_tier,
    )


def budget_of(
    budget_usd: float | None, own: OwnPrices | None, provider: ModelProvider, environment: FunctionEnvironment
) -> Budget | None:
    """Return a run's budget; raises ``RequestInvalid`` for a budget that nobody could keep, for want of a price."""
    if budget_usd is None:
        return None
    try:
        return Budget(limit_usd=budget_usd, prices=prices_of_run(own, provider, environment))
    except KeyError as error:
        in_tier = "" if environment.service_tier == DEFAULT_TIER else f" in the service tier {environment.service_tier}"
        raise RequestInvalid(
            f"budget_usd: found no price of the model {error.args[0]!r}{in_tier}, without which no budget can be kept; "
            "give it in `prices` (--prices FILE), or in declared_models and deploy (docs/models.md)"
        ) from None


def expected_of_run(
    outline: Outline,
    modules: tuple[int, ...],
    content_type: ContentType,
    *,
    own: OwnPrices | None,
    provider: ModelProvider,
    environment: FunctionEnvironment,
) -> EstimateRecord:
    """Return what the run's summary keeps of its estimate; without a price, tokens alone."""
    model_id = environment.openai_text_model_id if provider is ModelProvider.OPENAI else environment.text_model_id
    try:
        prices = prices_of_run(own, provider, environment)
    except KeyError:
        prices = None
    expected = estimate(outline, modules, content_type, writer_of(model_id), book_parts=environment.book_parts)
    return EstimateRecord.of(expected.amounts, prices)
