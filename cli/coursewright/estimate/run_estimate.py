"""Estimate of a run's time and money, from the course's own estimate and without calls to AWS or a model."""

from pydantic import BaseModel, Field

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
    Stage.CONTENT: 1.0,
    Stage.VISUALS: 1.0,
    Stage.IMAGES: 2.0,
    Stage.STUDY: 1.0,
    Stage.LAB_PLAN: 1.0,
    Stage.LABS: 1.0,
    Stage.BOOK: 2.9375,
}
STAGE_FUNCTIONS = {
    Stage.PREPARE: "prepare_modules",
    Stage.CONTENT: "content_gen",
    Stage.VISUALS: "visual_planner",
    Stage.IMAGES: "images_gen",
    Stage.STUDY: "study_writer",
    Stage.LAB_PLAN: "lab_planner",
    Stage.LABS: "lab_writer",
    Stage.BOOK: "book_builder",
}
TRANSITIONS_AROUND = 7
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


def estimate_run(course: CourseEstimate, terms: EstimateTerms) -> RunEstimate:
    """Estimate a run's time and money."""
    amounts = course.amounts
    at_once = concurrency_within_functions(course, terms.functions_at_once, terms.bounds, terms.content_type)
    plan = schedule(course_work(course, terms.pace), at_once)
    by_quota = terms.quota.seconds_for(amounts.usage)
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
    )


def state_transitions(course: CourseEstimate, content_type: ContentType) -> int:
    """Return the number of states in a run without retries."""
    lessons = course.amounts.lessons * TRANSITIONS_A_LESSON
    return TRANSITIONS_AROUND + len(course.modules) * TRANSITIONS_A_MODULE[content_type] + lessons


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
    text = terms.prices.text_price(terms.text_model_id, terms.service_tier)
    image = terms.prices.image_price(terms.image_model_id) if terms.image_model_id else None
    tokens = amounts.usage
    per_million = 1_000_000
    aws = {name: price.each for name, price in terms.prices.aws.items()}
    images: float | None = 0.0
    if terms.image_model_id:
        images = image.each * amounts.visuals * _ILLUSTRATION_SHARE if image else None
    return Money(
        text_model=(tokens.input_tokens * text.input + tokens.output_tokens * text.output) / per_million
        if text
        else None,
        image_model=images,
        step_functions=transitions * aws["state_transition"],
        aws_lambda=gb_seconds * aws["lambda_gb_second"] + transitions * aws["lambda_request"],
    )
