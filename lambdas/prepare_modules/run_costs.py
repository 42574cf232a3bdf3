"""What a run may spend, and what its estimate says that it will: before anything is paid."""

from course_kit.budget import Budget
from course_kit.errors import RequestInvalid
from course_kit.forecast.cached_calls import AskedModels
from course_kit.forecast.course_estimate import CourseEstimate
from course_kit.price_rows import DEFAULT_TIER
from course_kit.prices import OwnPrices
from course_kit.records.run_summary import EstimateRecord
from course_kit.run.chosen_models import ModelIds
from course_kit.run.events import ModelProvider

MAX_BUDGET_USD = 1_000_000.0


def budget_of(
    budget_usd: float | None, own: OwnPrices | None, provider: ModelProvider, models: ModelIds
) -> Budget | None:
    """Return a run's budget; raises ``RequestInvalid`` for a budget that nobody could keep, for want of a price."""
    if budget_usd is None:
        return None
    try:
        return Budget(limit_usd=budget_usd, prices=models.prices(provider, own))
    except KeyError as error:
        tier = models.tier(provider)
        in_tier = "" if tier == DEFAULT_TIER else f" in the service tier {tier}"
        raise RequestInvalid(
            f"budget_usd: found no price of the model {error.args[0]!r}{in_tier}, without which no budget can be kept; "
            "give it in `prices` (--prices FILE), or in declared_models and deploy (docs/models.md)"
        ) from None


def expected_of_run(
    course: CourseEstimate, own: OwnPrices | None, provider: ModelProvider, models: ModelIds, asked: AskedModels
) -> EstimateRecord:
    """Return what the run's summary keeps of its estimate; without a price, tokens alone."""
    try:
        prices = models.prices(provider, own)
    except KeyError:
        prices = None
    return EstimateRecord.of(course.amounts_with(asked), prices)
