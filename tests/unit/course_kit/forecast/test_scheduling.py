"""The scheduling model against arithmetic that can be done by hand."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_kit.forecast.scheduling import (
    Concurrency,
    CourseWork,
    ModuleWork,
    Stage,
    schedule,
    seconds_under_quota,
    sequential_schedule,
)

MINUTE = 60.0


def plan_module(number: int, lessons: int = 1) -> ModuleWork:
    """A module of the plan: content 5 minutes, visuals 1, images 2, each spread evenly over its lessons."""
    return ModuleWork(
        number=number,
        content=(5 * MINUTE / lessons,) * lessons,
        visuals=(1 * MINUTE / lessons,) * lessons,
        images=(2 * MINUTE / lessons,) * lessons,
    )


PLAN = CourseWork(modules=tuple(plan_module(number) for number in range(1, 5)), book=MINUTE)


def minutes(work: CourseWork, *, modules: int, lessons: int = 1) -> float:
    return schedule(work, Concurrency(modules=modules, lessons=lessons, images=lessons)).makespan / MINUTE


@pytest.mark.parametrize(("modules", "expected"), [(1, 33), (2, 17), (3, 17), (4, 9), (40, 9)])
def test_the_plans_four_modules_take_seventeen_minutes_at_three_and_nine_at_four(modules: int, expected: int) -> None:
    assert minutes(PLAN, modules=modules) == expected


def test_the_sequential_design_takes_a_stage_after_the_other() -> None:
    # Given: the plan's own table, 20 + 3 + 8 + 1.
    work = replace(PLAN, modules=tuple(replace(module, visuals=(45.0,)) for module in PLAN.modules))
    # When
    sequential = sequential_schedule(work)
    # Then
    assert sequential.makespan / MINUTE == 32
    begins = {
        stage: min(i.starts_at for i in sequential.intervals if i.stage is stage) / MINUTE
        for stage in Stage
        if stage in {i.stage for i in sequential.intervals}
    }
    assert begins == {Stage.CONTENT: 0, Stage.VISUALS: 20, Stage.IMAGES: 23, Stage.BOOK: 31}


def test_lessons_side_by_side_beat_modules_side_by_side() -> None:
    work = replace(PLAN, modules=tuple(plan_module(number, lessons=5) for number in range(1, 5)))
    assert minutes(work, modules=4, lessons=5) == pytest.approx(1 + 0.2 + 0.4 + 1)


def test_labs_run_beside_the_theory_of_their_module() -> None:
    # Given
    module = ModuleWork(number=1, content=(5.0,), visuals=(1.0,), images=(2.0,), lab_plan=1.0, labs=(3.0, 3.0))
    # When
    result = schedule(CourseWork(modules=(module,), book=1.0), Concurrency(modules=1, lessons=2, images=1))
    # Then
    [plan] = [interval for interval in result.intervals if interval.stage is Stage.LAB_PLAN]
    assert (plan.starts_at, result.makespan) == (0.0, 9.0)


def test_a_long_module_last_is_what_everything_waits_for() -> None:
    # Given
    modules = tuple(ModuleWork(number=number, content=(seconds,)) for number, seconds in ((1, 1.0), (2, 1.0), (3, 9.0)))
    # When / Then
    at_once = Concurrency(modules=2, lessons=1, images=1)
    assert schedule(CourseWork(modules=modules), at_once).makespan == 10.0
    assert schedule(CourseWork(modules=modules[::-1]), at_once).makespan == 9.0


def test_a_quota_bounds_a_run_by_what_it_is_short_of() -> None:
    assert seconds_under_quota([(300_000, 100_000), (50, 10)]) == 300
    assert seconds_under_quota([(300_000, None)]) == 0


durations = st.lists(st.integers(0, 100).map(float), max_size=5).map(tuple)
works = st.lists(st.tuples(durations, durations, durations, durations), min_size=1, max_size=6).map(
    lambda modules: CourseWork(
        modules=tuple(
            ModuleWork(number=number, content=content, visuals=visuals, images=images, lab_plan=0.0, labs=labs)
            for number, (content, visuals, images, labs) in enumerate(modules, start=1)
        ),
        prepare=1.0,
        book=2.0,
    )
)
bounds = st.builds(Concurrency, modules=st.integers(1, 4), lessons=st.integers(1, 4), images=st.integers(1, 4))


@given(works, bounds)
def test_no_schedule_breaks_a_bound_or_loses_work(work: CourseWork, concurrency: Concurrency) -> None:
    # When
    result, sequential = schedule(work, concurrency), sequential_schedule(work)
    # Then
    for stage in Stage:
        assert result.stage_seconds(stage) == sequential.stage_seconds(stage)
    assert result.makespan <= sequential.makespan
    for module in work.modules:
        own = [i for i in result.intervals if i.module_number == module.number and i.stage is Stage.CONTENT]
        for interval in own:
            beside = [i for i in own if i.starts_at <= interval.starts_at < i.ends_at]
            assert len(beside) <= concurrency.lessons
