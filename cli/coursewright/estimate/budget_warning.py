"""Comparison of a run's budget with its estimate, before the run."""

from collections.abc import Sequence

from course_kit.forecast.cached_calls import AskedModels
from course_kit.forecast.course_estimate import estimate_course
from course_kit.forecast.writers import writer_of
from course_kit.outline import Outline
from course_kit.prices import OwnPrices
from course_kit.run.events import ContentType, ModelProvider
from coursewright.deployment import Deployment
from coursewright.deployment_settings import DeploymentSettings
from coursewright.estimate.report import dollars
from prepare_modules.run_costs import expected_of_run


def estimated_usd(
    deployment: Deployment,
    outline: Outline,
    modules: Sequence[int],
    *,
    content_type: str,
    provider: str,
    own: OwnPrices | None,
) -> float | None:
    """Return the cost of model calls that the first state will estimate; None without a known price."""
    if deployment.models is None:
        return None
    writes = ModelProvider(provider)
    course = estimate_course(
        outline,
        modules,
        ContentType(content_type),
        writer_of(deployment.models.text(writes)),
        book_parts=deployment.book_parts,
        editing=deployment.editing,
    )
    limits = DeploymentSettings.of().concurrency
    asked = AskedModels.of(deployment.models, writes, at_once=limits.modules * limits.lessons).where_caching_pays(
        course.calls
    )
    return expected_of_run(course, own, writes, deployment.models, asked).estimated_usd


def budget_warning(max_cost: float | None, usd: float | None) -> str | None:
    """Return one line when the estimate is above the budget; None otherwise, or when one of them is unknown."""
    if max_cost is None or usd is None or usd <= max_cost:
        return None
    return (
        f"--max-cost: {dollars(max_cost)} is below the estimate of {dollars(usd)} for the model calls of a run "
        "without reuse; the run stops before it exceeds the budget, and keeps finished artefacts"
    )
