"""How many modules and lessons to work on at once, so that a run uses its quota of the model without being throttled.

A provider counts tokens by the minute, and a deployment may limit its requests. What a run needs of them, over what a
minute allows, is the least time that the run can take. List scheduling of the course's own estimate gives the time for
each pair of modules and lessons at once. The smallest pair that is as fast as the quota is enough: more would only be
throttled, less would leave quota unused.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import inf
from statistics import mean

from course_kit.forecast.cached_calls import ONE_MODEL, AskedModels
from course_kit.forecast.course_estimate import CourseEstimate
from course_kit.forecast.course_work import MODEL_PACE, module_work
from course_kit.forecast.estimated_calls import CallKind, EstimatedCall
from course_kit.forecast.model_quota import ModelQuota
from course_kit.forecast.scheduling import Concurrency, CourseWork, ModuleWork, schedule

# The share of the quota's time in which the schedule has to be done: a bucket that is full at the start lends a minute,
# and what the schedule does not know (slow calls, functions that start) takes the rest.
_SHARE_OF_TIME = 0.9


@dataclass(frozen=True, kw_only=True)
class RunConcurrency:
    """Modules worked on at once, and lessons (and labs) of one module."""

    modules: int
    lessons: int


@dataclass(frozen=True, kw_only=True)
class _Choice:
    concurrency: RunConcurrency
    seconds: float

    @property
    def lessons_in_flight(self) -> int:
        return self.concurrency.modules * self.concurrency.lessons


def concurrency_within_quota(
    course: CourseEstimate, quota: ModelQuota, bounds: RunConcurrency, asked: AskedModels = ONE_MODEL
) -> RunConcurrency:
    """Return the concurrency that keeps a quota busy, within bounds; the bounds themselves without a quota.

    Parameters
    ----------
    course
        What the run will ask of the model.
    quota
        What a minute allows.
    bounds
        The most that the deployment, or the execution's input, wants.
    asked
        The text models: the quota is that of the first.
    """
    seconds = quota.seconds_for(asked.usage_of(course.calls).of_text_model())
    if not seconds:
        return bounds
    widest = max(_lessons_that_fit(course, quota, asked), 1)
    choices = [choice for choice in _choices(course, bounds) if choice.lessons_in_flight <= widest]
    fast_enough = [choice for choice in choices if choice.seconds <= seconds * _SHARE_OF_TIME]
    # The fewest lessons in flight; of equals the one with more modules, whose stages overlap.
    best = min(
        fast_enough,
        key=lambda choice: (choice.lessons_in_flight, -choice.concurrency.modules),
        default=min(choices, key=lambda choice: (choice.seconds, choice.lessons_in_flight)),
    )
    return best.concurrency


def _lessons_that_fit(course: CourseEstimate, quota: ModelQuota, asked: AskedModels) -> float:
    """Return the lessons in flight for whose calls a quota has tokens, each with what is asked for beside it.

    A call reserves its input, from a cache or not, and its ``max_tokens`` when it starts. A minute's worth is there at
    first, and what refills until the first calls end; more of them would only be throttled.
    """
    if not quota.tokens_per_minute:
        return inf

    calls = [call for call in course.calls if not asked.asks_short_model(call)]

    def average(kind: CallKind, of: Callable[[EstimatedCall], float]) -> float:
        return mean([of(call) for call in calls if call.kind is kind] or [0])

    def reserved(kind: CallKind) -> float:
        return average(kind, lambda call: call.input_tokens + call.max_tokens)

    beside = reserved(CallKind.VISUALS) + reserved(CallKind.STUDY)
    a_lesson = max(reserved(CallKind.LESSON), beside) + reserved(CallKind.LAB)
    minutes = 1 + max(average(kind, MODEL_PACE.call_seconds) for kind in (CallKind.LESSON, CallKind.LAB)) / 60
    return quota.tokens_per_minute * minutes / a_lesson


def _choices(course: CourseEstimate, bounds: RunConcurrency) -> Iterator[_Choice]:
    pieces = max((max(module.lessons, module.labs) for module in course.modules), default=1)
    work = [module_work(module, MODEL_PACE) for module in course.modules]
    for lessons in range(1, min(bounds.lessons, max(pieces, 1)) + 1):
        spans = [_seconds([module], modules=1, lessons=lessons) for module in work]
        whole = [ModuleWork(number=number, content=(span,)) for number, span in enumerate(spans, start=1)]
        for modules in range(1, min(bounds.modules, max(len(work), 1)) + 1):
            concurrency = RunConcurrency(modules=modules, lessons=lessons)
            yield _Choice(concurrency=concurrency, seconds=_seconds(whole, modules=modules, lessons=lessons))


def _seconds(work: Iterable[ModuleWork], *, modules: int, lessons: int) -> float:
    concurrency = Concurrency(modules=modules, lessons=lessons, images=lessons)
    return schedule(CourseWork(modules=tuple(work)), concurrency).makespan
