"""The duration of a course: the brief, list scheduling of modules × lessons × stages within limits, edits, the book.

This is arithmetic on durations in seconds. `schedule` is the pipeline without gaps between tasks: the ideal for the
measurement of runs, and the start of estimates. `sequential_schedule` is the earlier design.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Stage(StrEnum):
    """The stages of tasks, in the order of a run."""

    PREPARE = "prepare"
    BRIEF = "brief"
    CONTENT = "content"
    VISUALS = "visuals"
    IMAGES = "images"
    STUDY = "study"
    LAB_PLAN = "lab_plan"
    LABS = "labs"
    EDITS = "edits"
    BOOK = "book"


@dataclass(frozen=True, kw_only=True)
class ModuleWork:
    """Durations of one module's tasks in seconds, in the order of their starts."""

    number: int
    content: tuple[float, ...] = ()
    """Writing each lesson."""
    visuals: tuple[float, ...] = ()
    """Planning each lesson's visuals."""
    images: tuple[float, ...] = ()
    """Rendering each visual."""
    study: tuple[float, ...] = ()
    """Writing each lesson's study parts."""
    lab_plan: float | None = None
    """Planning the labs; None without labs."""
    labs: tuple[float, ...] = ()
    """Writing each lab."""


@dataclass(frozen=True, kw_only=True)
class CourseWork:
    """Durations of all tasks of a run, in seconds."""

    modules: tuple[ModuleWork, ...]
    prepare: float = 0.0
    brief: tuple[float, ...] = ()
    """The brief, or its frame and then groups of lessons, side by side."""
    edits: tuple[float, ...] = ()
    """The check of all lessons, and then the replacement of passages, side by side."""
    book: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Concurrency:
    """The numbers of parallel modules and, within a module, of parallel lessons (and labs) and visuals."""

    modules: int
    lessons: int
    images: int
    planners: int = 40
    """Lessons of a module whose visuals are planned in parallel, within ``lessons``; each has a separate function. 40
    is the limit of an inline Map (AWS Step Functions developer guide, "Map workflow state").
    """

    @property
    def planners_at_once(self) -> int:
        """The number of parallel functions that plan visuals of one module."""
        return min(self.planners, self.lessons)


@dataclass(frozen=True)
class Interval:
    """The start and end of one task, in seconds from the start of the run.

    ``position`` counts from 1 within module and stage.
    """

    stage: Stage
    starts_at: float
    ends_at: float
    module_number: int | None = None
    position: int | None = None


@dataclass(frozen=True)
class Schedule:
    """The intervals of all tasks in a run."""

    intervals: tuple[Interval, ...] = field(default=())

    @property
    def makespan(self) -> float:
        """Seconds from the start of the run to its end."""
        return max((interval.ends_at for interval in self.intervals), default=0.0)

    def stage_seconds(self, stage: Stage) -> float:
        """Return the sum of seconds of work in one stage."""
        return sum(interval.ends_at - interval.starts_at for interval in self.intervals if interval.stage is stage)


def schedule(work: CourseWork, concurrency: Concurrency) -> Schedule:
    """Return the pipeline's schedule: each module starts as soon as a module slot is free.

    Within a module: content → visuals → images, each stage after the one before. The study parts are parallel to the
    visuals, and the labs to all other stages.
    """
    intervals = [*_preparation(work), *_of_course(Stage.BRIEF, work.brief, work.prepare, concurrency.lessons)]
    begins_at = _end_of(intervals)
    slots = [begins_at] * min(concurrency.modules, max(len(work.modules), 1))
    for module in work.modules:
        content = _in_stages(module, (Stage.CONTENT,), heapq.heappop(slots), concurrency)
        visuals = _in_stages(module, (Stage.VISUALS, Stage.IMAGES), content.ends_at, concurrency)
        study = _in_stages(module, (Stage.STUDY,), content.ends_at, concurrency)
        labs = _in_stages(module, _LABS, content.begins_at, concurrency)
        spans = (content, visuals, study, labs)
        intervals += [interval for span in spans for interval in span.intervals]
        heapq.heappush(slots, max(span.ends_at for span in spans))
    edits = _of_course(Stage.EDITS, work.edits, max(slots), concurrency.lessons)
    return _with_book([*intervals, *edits], work, max(_end_of(edits), *slots))


def sequential_schedule(work: CourseWork) -> Schedule:
    """Return the schedule with one task at a time: one stage after the other over all modules, then the book."""
    intervals = [*_preparation(work), *_in_slots(Stage.BRIEF, None, work.brief, 1, work.prepare)]
    now = _end_of(intervals)
    for stage in (*_THEORY, *_LABS):
        for module in work.modules:
            tasks = _in_slots(stage, module.number, durations_of(module)[stage], 1, now)
            intervals += tasks
            now = max((task.ends_at for task in tasks), default=now)
    edits = _in_slots(Stage.EDITS, None, work.edits, 1, now)
    return _with_book([*intervals, *edits], work, max(now, _end_of(edits)))


def seconds_under_quota(amounts: Iterable[tuple[float, float | None]]) -> float:
    """Return the least seconds that a quota requires for a run.

    Parameters
    ----------
    amounts
        Pairs of the run's total (tokens, or requests) and the quota of a minute (None for no limit).
    """
    return max((needed / per_minute * 60 for needed, per_minute in amounts if per_minute), default=0.0)


_THEORY = (Stage.CONTENT, Stage.VISUALS, Stage.IMAGES, Stage.STUDY)
_LABS = (Stage.LAB_PLAN, Stage.LABS)


@dataclass(frozen=True)
class _Span:
    begins_at: float
    ends_at: float
    intervals: list[Interval]


def _in_stages(module: ModuleWork, stages: Sequence[Stage], begins_at: float, concurrency: Concurrency) -> _Span:
    slots_of = {Stage.IMAGES: concurrency.images, Stage.VISUALS: concurrency.planners_at_once}
    intervals: list[Interval] = []
    now = begins_at
    for stage in stages:
        slots = slots_of.get(stage, concurrency.lessons)
        tasks = _in_slots(stage, module.number, durations_of(module)[stage], slots, now)
        intervals += tasks
        now = max((task.ends_at for task in tasks), default=now)
    return _Span(begins_at, now, intervals)


def _of_course(stage: Stage, durations: Sequence[float], begins_at: float, slots: int) -> list[Interval]:
    """Return the first task of a stage of the whole course, and the others after it, side by side."""
    first = _in_slots(stage, None, durations[:1], 1, begins_at)
    return first + _in_slots(stage, None, durations[1:], slots, _end_of(first))


def _end_of(intervals: Sequence[Interval]) -> float:
    return max((interval.ends_at for interval in intervals), default=0.0)


def _in_slots(
    stage: Stage, module: int | None, durations: Sequence[float], slots: int, begins_at: float
) -> list[Interval]:
    """Give each task in turn the slot that becomes free first."""
    free = [begins_at] * max(1, slots)
    intervals = []
    for position, duration in enumerate(durations, start=1):
        starts_at = heapq.heappop(free)
        heapq.heappush(free, starts_at + duration)
        intervals.append(Interval(stage, starts_at, starts_at + duration, module, position))
    return intervals


def durations_of(module: ModuleWork) -> dict[Stage, tuple[float, ...]]:
    """Return the seconds of each task of a module, by stage."""
    return {
        Stage.CONTENT: module.content,
        Stage.VISUALS: module.visuals,
        Stage.IMAGES: module.images,
        Stage.STUDY: module.study,
        Stage.LAB_PLAN: () if module.lab_plan is None else (module.lab_plan,),
        Stage.LABS: module.labs,
    }


def _preparation(work: CourseWork) -> list[Interval]:
    return [Interval(Stage.PREPARE, 0.0, work.prepare)] if work.prepare else []


def _with_book(intervals: list[Interval], work: CourseWork, begins_at: float) -> Schedule:
    book = [Interval(Stage.BOOK, begins_at, begins_at + work.book)] if work.book else []
    return Schedule((*intervals, *book))
