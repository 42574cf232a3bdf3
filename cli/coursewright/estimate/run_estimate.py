"""Estimate of a run's time and money, from the course's own estimate and without calls to AWS or a model."""

from dataclasses import replace
from typing import Self

from pydantic import BaseModel, Field

from course_kit.forecast.cached_calls import AskedModels
from course_kit.forecast.course_estimate import Amounts, CourseEstimate
from course_kit.forecast.course_work import course_work
from course_kit.forecast.functions_at_once import functions_at_once
from course_kit.forecast.scheduling import (
    Concurrency,
    Schedule,
    Stage,
    schedule,
)
from course_kit.run.events import ContentType
from coursewright.estimate.terms import EstimateTerms
from prepare_modules.run_concurrency import concurrency_within_functions

# Gibibytes of the functions for each stage, and the number of a run's states; infrastructure tests compare both with
# the stack.
STAGE_GIB = {
    Stage.PREPARE: 0.5,
    Stage.BRIEF: 1.0,
    Stage.CONTENT: 1.0,
    Stage.VISUALS: 1.0,
    Stage.IMAGES: 2.0,
    Stage.STUDY: 1.0,
    Stage.LAB_PLAN: 1.0,
    Stage.LABS: 1.0,
    Stage.EDITS: 1.0,
    Stage.BOOK: 2.9375,
}
STAGE_FUNCTIONS = {
    Stage.PREPARE: "prepare_modules",
    Stage.BRIEF: "course_planner",
    Stage.CONTENT: "content_gen",
    Stage.VISUALS: "visual_planner",
    Stage.IMAGES: "images_gen",
    Stage.STUDY: "study_writer",
    Stage.LAB_PLAN: "lab_planner",
    Stage.LABS: "lab_writer",
    Stage.EDITS: "course_editor",
    Stage.BOOK: "book_builder",
}
TRANSITIONS_AROUND = 9
TRANSITIONS_OF_BRIEF = TRANSITIONS_OF_EDITS = 1
TRANSITIONS_A_LESSON = 1
TRANSITIONS_A_MODULE = {ContentType.THEORY: 6, ContentType.LABS: 2, ContentType.BOTH: 10}
# The share of planned visuals that are illustrations when there is an image model: planners must prefer diagrams.
_ILLUSTRATION_SHARE = 0.25


class Money(BaseModel):
    """Dollars."""

    text_model: float | None
    """Dollars; None when the model's price is unknown."""
    image_model: float | None
    step_functions: float
    aws_lambda: float

    @property
    def models(self) -> float | None:
        """Dollars that count against a budget; None when a price is missing."""
        return None if self.text_model is None or self.image_model is None else self.text_model + self.image_model

    @property
    def total(self) -> float | None:
        """All dollars; None when a price is missing."""
        return None if self.models is None else self.models + self.step_functions + self.aws_lambda


class Saving(BaseModel):
    """What something saves of the text models' dollars."""

    usd: float
    percent: float

    @classmethod
    def of(cls, without: float, with_it: float) -> Self | None:
        """Return a saving; None for none."""
        saved = without - with_it
        return cls(usd=saved, percent=round(100 * saved / without, 1)) if saved > 0 else None


class RunEstimate(BaseModel):
    """The estimate of a run without reuse."""

    modules: int
    amounts: Amounts
    seconds: float
    seconds_one_after_another: float
    is_bound_by_quota: bool
    functions_at_once: int
    concurrency: Concurrency = Field(exclude=True)
    """The concurrency of the functions within the terms' limits."""
    state_transitions: int
    lambda_gb_seconds: float
    usd: Money
    usd_total: float | None
    saved_by_caching: Saving | None = None
    """None when nothing is cached, or a price is not known."""
    saved_by_short_model: Saving | None = None
    """None when short texts have no model of their own, or a price is not known."""


def estimate_run(course: CourseEstimate, terms: EstimateTerms) -> RunEstimate:
    """Estimate a run's time and money."""
    terms = replace(terms, asked=terms.asked.where_caching_pays(course.calls))
    amounts = course.amounts_with(terms.asked)
    at_once = concurrency_within_functions(course, terms.functions_at_once, terms.bounds, terms.content_type)
    plan = schedule(course_work(course, terms.pace), at_once)
    by_quota = terms.quota.seconds_for(amounts.usage.of_text_model())
    transitions = state_transitions(course, terms.content_type)
    billed = gb_seconds(plan)
    usd = _money(amounts, transitions, billed, terms)
    return RunEstimate(
        modules=len(course.modules),
        amounts=amounts,
        seconds=round(max(plan.makespan, by_quota), 1),
        seconds_one_after_another=round(sum(plan.stage_seconds(stage) for stage in Stage), 1),
        is_bound_by_quota=by_quota > plan.makespan,
        functions_at_once=functions_at_once(at_once, terms.content_type, [module.lessons for module in course.modules]),
        concurrency=at_once,
        state_transitions=transitions,
        lambda_gb_seconds=round(billed, 1),
        usd=usd,
        usd_total=usd.total,
        **_savings(course, terms),
    )


def _savings(course: CourseEstimate, terms: EstimateTerms) -> dict[str, Saving | None]:
    prices, asked = terms.model_prices, terms.asked
    if prices is None or terms.is_local:
        return {}

    def cost(models: AskedModels) -> float:
        return prices.cost(models.usage_of(course.calls))

    return {
        "saved_by_caching": Saving.of(cost(asked.without_caches()), cost(asked)),
        "saved_by_short_model": Saving.of(cost(asked.without_short()), cost(asked)),
    }


def state_transitions(course: CourseEstimate, content_type: ContentType) -> int:
    """Return the number of states in a run without retries."""
    lessons = course.amounts.lessons * TRANSITIONS_A_LESSON
    around = TRANSITIONS_AROUND + TRANSITIONS_OF_BRIEF * bool(course.brief) + TRANSITIONS_OF_EDITS * course.is_edited
    return around + len(course.modules) * TRANSITIONS_A_MODULE[content_type] + lessons


def gb_seconds(plan: Schedule) -> float:
    """Return the billed GiB-seconds of functions: one function a module and stage, one a lesson for visuals."""
    spans: dict[tuple[int | None, Stage, int | None], list[tuple[float, float]]] = {}
    for interval in plan.intervals:
        own = interval.position if interval.stage is Stage.VISUALS else None
        key = (interval.module_number, interval.stage, own)
        spans.setdefault(key, []).append((interval.starts_at, interval.ends_at))
    return sum(
        STAGE_GIB[stage] * (max(end for _, end in times) - min(start for start, _ in times))
        for (_, stage, _), times in spans.items()
    )


def _money(amounts: Amounts, transitions: int, gb_seconds: float, terms: EstimateTerms) -> Money:
    if terms.is_local:
        return Money(text_model=0.0, image_model=0.0, step_functions=0.0, aws_lambda=0.0)
    prices = terms.model_prices
    image = terms.prices.image_price(terms.image_model_id) if terms.image_model_id else None
    aws = {name: price.each for name, price in terms.prices.aws.items()}
    images: float | None = 0.0
    if terms.image_model_id:
        images = image.each * amounts.visuals * _ILLUSTRATION_SHARE if image else None
    return Money(
        text_model=prices.cost(amounts.usage) if prices else None,
        image_model=images,
        step_functions=transitions * aws["state_transition"],
        aws_lambda=gb_seconds * aws["lambda_gb_second"] + transitions * aws["lambda_request"],
    )
