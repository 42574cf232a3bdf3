"""How far a run is, and how long it still takes: its forecast, corrected by the pace of its own calls.

Work counts by its expected seconds, and reused work counts as done. The remaining time is the schedule of the missing
work. The model's part of it is scaled by the time that this run's calls have taken. After some rounds of calls, all of
it is scaled by the run's own speed, in which quotas and narrow limits show.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from course_kit.forecast.course_estimate import CourseEstimate, estimate_course
from course_kit.forecast.course_work import MODEL_PACE, OFFLINE_PACE, Pace, course_work
from course_kit.forecast.estimated_calls import CallKind
from course_kit.forecast.scheduling import Concurrency, CourseWork, ModuleWork, Stage, durations_of, schedule
from course_kit.forecast.writers import writer_of
from course_kit.model_ids import is_offline_author
from course_kit.outline import Course, Editing, Module, Outline
from course_kit.run.events import ContentType
from coursewright.run.progress import ModuleProgress, RunManifests

_NOT_YET_ALL = 99
# A run is neither 50 times quicker nor 50 times slower than its forecast: then the clocks of records are wrong.
_LEAST_FACTOR, _MOST_FACTOR = 0.02, 50.0
# Between two results the rest counts down, and not to nothing while nothing arrives.
_LEAST_OF_THE_REST = 0.5
# Earlier, calls under way would count as time without a result.
_ROUNDS_BEFORE_SPEED = 3
# 49 times a forty-ninth is a little less than one.
_ROUNDING = 1e-9
_LEAST_SPEED, _MOST_SPEED = 0.1, 10.0

Shares = Mapping[int, Mapping[Stage, float]]
"""Parts of the work by module and stage, from 0 to 1."""


@dataclass(frozen=True)
class RunForecast:
    """The expected work of a run."""

    estimate: CourseEstimate
    pace: Pace
    at_once: Concurrency

    @classmethod
    def of(
        cls,
        modules: Sequence[Module],
        content_type: ContentType,
        *,
        model_id: str,
        book_parts: str,
        at_once: Concurrency,
        editing: Editing = Editing.OFF,
    ) -> "RunForecast":
        """Return the forecast of a run's modules; ``model_id`` may be empty for an unknown model."""
        # Seconds follow from the modules alone.
        outline = Outline.model_construct(course=Course(title="course"), modules=tuple(modules))
        numbers = [module.number for module in modules]
        writer = writer_of(model_id)
        estimate = estimate_course(outline, numbers, content_type, writer, book_parts=book_parts, editing=editing)
        return cls(estimate, OFFLINE_PACE if is_offline_author(model_id) else MODEL_PACE, at_once)

    def expected_call_seconds(self, module_number: int, kind: CallKind) -> float:
        """Return the mean of a module's calls of one kind; 0 without such calls."""
        found = next((module for module in self.estimate.modules if module.number == module_number), None)
        calls = found.of_kind(kind) if found else []
        return sum(map(self.pace.call_seconds, calls)) / len(calls) if calls else 0.0


@dataclass(frozen=True)
class RunPosition:
    """What is done of a run."""

    done: Shares
    reused: Shares
    """The part of it that existed before."""
    has_brief: bool
    has_edits: bool
    has_book: bool
    factor: float | None
    """How many times longer the run's calls take than expected; None before the first one."""


def position_of(
    forecast: RunForecast,
    modules: Mapping[int, ModuleProgress],
    manifests: RunManifests,
    *,
    has_edits: bool = False,
    has_book: bool,
) -> RunPosition:
    """Return the position of a run, by its modules' progress and its records."""
    done = {number: _done_of(progress) for number, progress in modules.items()}
    for number in manifests.labs:
        # Its manifest is written when the labs are planned.
        done.setdefault(number, {})[Stage.LAB_PLAN] = 1.0
    reused = {
        number: {
            stage: min(share, done[number].get(stage, 0.0)) for stage, share in _reused_of(number, manifests).items()
        }
        for number in modules
    }
    return RunPosition(
        done,
        reused,
        has_brief=manifests.has_begun or manifests.brief is not None,
        has_edits=has_edits or has_book,
        has_book=has_book,
        factor=_factor(forecast, manifests),
    )


def _done_of(module: ModuleProgress) -> dict[Stage, float]:
    has_all_lessons = module.lessons_done >= module.lesson_total
    shares = {
        Stage.CONTENT: _share(module.lessons_done, module.lesson_total),
        Stage.STUDY: _share(module.study_done, module.study_total),
        Stage.LABS: _share(module.labs_done, module.lab_total),
        # A lesson that is not written yet may ask for more of them.
        Stage.VISUALS: _share(module.visuals_planned, module.visual_total) if has_all_lessons else 0.0,
        Stage.IMAGES: _share(module.visuals_done, module.visual_total) if has_all_lessons else 0.0,
    }
    return dict.fromkeys(Stage, 1.0) if module.is_complete else shares


def _reused_of(number: int, manifests: RunManifests) -> dict[Stage, float]:
    theory, study, labs = manifests.theory.get(number), manifests.study.get(number), manifests.labs.get(number)
    shares: dict[Stage, float] = {}
    if theory is not None:
        shares[Stage.CONTENT] = _share(sum(lesson.is_reused for lesson in theory.lessons), theory.lesson_total)
        shares[Stage.VISUALS] = _share(sum(plan.is_reused for plan in theory.visual_plans), theory.lesson_total)
        shares[Stage.IMAGES] = _share(sum(f.is_reused for f in theory.figures.values()), len(theory.figures))
    if study is not None:
        shares[Stage.STUDY] = _share(sum(lesson.is_reused for lesson in study.lessons), study.lesson_total)
    if labs is not None:
        shares[Stage.LAB_PLAN] = float(labs.is_plan_reused)
        shares[Stage.LABS] = _share(sum(lab.is_reused for lab in labs.labs), len(labs.planned_ids))
    return shares


def _share(done: int, total: int) -> float:
    return min(done / total, 1.0) if total else 0.0


def _factor(forecast: RunForecast, manifests: RunManifests) -> float | None:
    taken = expected = 0.0
    for module_number, kind, seconds in manifests.call_seconds():
        if as_forecast := forecast.expected_call_seconds(module_number, kind):
            taken, expected = taken + seconds, expected + as_forecast
    return min(max(taken / expected, _LEAST_FACTOR), _MOST_FACTOR) if expected else None


@dataclass
class ForecastMeter:
    """Percent and remaining seconds of one run: the percent never goes back."""

    forecast: RunForecast
    _percent: int = 0
    _position: RunPosition | None = None
    _moved_at: float = 0.0
    _rest: float | None = None

    def move(self, position: RunPosition, elapsed: float) -> None:
        """Take the run's newest position, after so many seconds."""
        if position == self._position:
            return
        self._position, self._moved_at = position, elapsed
        work = course_work(self.forecast.estimate, self.forecast.pace)
        self._percent = max(self._percent, min(int(100 * _done_share(work, position)), _NOT_YET_ALL))
        if position.factor is not None:
            self._rest = self._remaining(position, position.factor, elapsed)

    def _remaining(self, position: RunPosition, factor: float, elapsed: float) -> float:
        at_this_pace = course_work(self.forecast.estimate, _slower(self.forecast.pace, factor))
        rest = self._makespan(
            CourseWork(
                modules=_rest_of(at_this_pace, position.done),
                brief=() if position.has_brief else at_this_pace.brief,
                edits=() if position.has_edits else at_this_pace.edits,
                book=0.0 if position.has_book else at_this_pace.book,
            )
        )
        whole = replace(at_this_pace, modules=_rest_of(at_this_pace, position.reused), prepare=0.0)
        made = self._makespan(whole) - rest
        longest_call = max((max(module.content, default=0.0) for module in at_this_pace.modules), default=0.0)
        if made <= _ROUNDS_BEFORE_SPEED * longest_call or not made:
            return rest
        return rest * min(max(elapsed / made, _LEAST_SPEED), _MOST_SPEED)

    def _makespan(self, work: CourseWork) -> float:
        return schedule(work, self.forecast.at_once).makespan

    def percent(self, *, has_succeeded: bool) -> int:
        """Return the percent: 100 only for a run that has ended with its book."""
        return 100 if has_succeeded else self._percent

    def remaining_seconds(self, elapsed: float) -> float | None:
        """Return the expected seconds until the end; None when nobody knows."""
        if self._rest is None:
            return None
        return max(self._rest - (elapsed - self._moved_at), self._rest * _LEAST_OF_THE_REST)


def _slower(pace: Pace, factor: float) -> Pace:
    return replace(pace, first_token=pace.first_token * factor, tokens_per_second=pace.tokens_per_second / factor)


def _done_share(work: CourseWork, position: RunPosition) -> float:
    of_course = (
        (sum(work.brief), position.has_brief),
        (sum(work.edits), position.has_edits),
        (work.book, position.has_book),
    )
    done = sum(seconds for seconds, is_done in of_course if is_done)
    whole = sum(seconds for seconds, _ in of_course)
    for module in work.modules:
        shares = position.done.get(module.number, {})
        for stage, durations in durations_of(module).items():
            done += sum(durations) * shares.get(stage, 0.0)
            whole += sum(durations)
    return done / whole if whole else 0.0


def _rest_of(work: CourseWork, shares: Shares) -> tuple[ModuleWork, ...]:
    """Return the modules without shares of their work: whole tasks, as nobody knows how far one under way is."""

    def rest(module: ModuleWork) -> ModuleWork:
        own = shares.get(module.number, {})
        left = {
            stage: tasks[int(len(tasks) * own.get(stage, 0.0) + _ROUNDING) :]
            for stage, tasks in durations_of(module).items()
        }
        plans = left[Stage.LAB_PLAN]
        return ModuleWork(
            number=module.number,
            content=left[Stage.CONTENT],
            visuals=left[Stage.VISUALS],
            study=left[Stage.STUDY],
            images=left[Stage.IMAGES],
            lab_plan=plans[0] if plans else None,
            labs=left[Stage.LABS],
        )

    return tuple(map(rest, work.modules))
