"""A run's own bounds: what the deployment allows, within what the account has of the model and of Lambda."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_kit.forecast.course_estimate import CourseEstimate, estimate_course
from course_kit.forecast.course_work import MODEL_PACE, course_work
from course_kit.forecast.functions_at_once import FEWEST_FUNCTIONS, functions_at_once
from course_kit.forecast.scheduling import Concurrency, schedule
from course_kit.outline import Outline, read_outline
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import ContentType, ModelProvider
from prepare_modules.run_concurrency import concurrency_of_run, concurrency_within_functions

DEFAULTS = Concurrency(modules=3, lessons=5, images=4)


def outline_of(*lessons: int) -> Outline:
    modules = ", ".join(
        f"{{title: M, lab_activities: [A], lessons: [{', '.join(['{title: L}'] * count)}]}}" for count in lessons
    )
    return read_outline(f"course: {{title: C}}\nmodules: [{modules}]")


def estimate_of(content_type: ContentType, *lessons: int) -> CourseEstimate:
    outline = outline_of(*lessons)
    return estimate_course(outline, outline.module_numbers, content_type)


def chosen(*lessons: int, functions: int, content_type: ContentType = ContentType.BOTH) -> Concurrency:
    return concurrency_within_functions(estimate_of(content_type, *lessons), functions, DEFAULTS, content_type)


def of_run(provider: ModelProvider = ModelProvider.BEDROCK, **limits: int) -> Concurrency:
    outline = outline_of(*[6] * 12)
    environment = FunctionEnvironment.model_validate(
        {
            "COURSE_BUCKET": "course-bucket",
            "TEXT_MODEL_ID": "global.anthropic.claude-sonnet-4-6",
            "MODULE_MAX_CONCURRENCY": 3,
            "LESSON_MAX_CONCURRENCY": 5,
            "IMAGE_MAX_CONCURRENCY": 4,
            **{name.upper(): value for name, value in limits.items()},
        }
    )
    return concurrency_of_run(
        estimate_course(outline, outline.module_numbers, ContentType.BOTH, book_parts=environment.book_parts),
        ContentType.BOTH,
        provider=provider,
        wanted_modules=None,
        environment=environment,
    )


def test_ten_functions_are_three_modules_of_one_planner_each() -> None:
    # Given: a planner takes seconds, the lessons before it a minute and no function of their own.
    assert chosen(*[6] * 12, functions=10) == Concurrency(modules=3, lessons=5, images=4, planners=1)
    # And: what a module does not need is no reason to do less.
    assert chosen(*[6] * 12, functions=10, content_type=ContentType.THEORY).planners == 2
    assert chosen(*[6] * 12, functions=10, content_type=ContentType.LABS) == DEFAULTS
    assert chosen(6, functions=10) == DEFAULTS
    assert chosen(1, 1, 1, functions=9) == DEFAULTS


@pytest.mark.parametrize("functions", [0, 21, 1000])
def test_where_there_are_functions_enough_the_bounds_rule(functions: int) -> None:
    assert chosen(*[6] * 12, functions=functions) == DEFAULTS


@given(
    lessons=st.lists(st.integers(1, 8), min_size=1, max_size=8),
    functions=st.integers(FEWEST_FUNCTIONS, 40),
    bounds=st.builds(Concurrency, modules=st.integers(1, 6), lessons=st.integers(1, 6), images=st.just(4)),
    content_type=st.sampled_from(ContentType),
)
def test_no_run_takes_more_functions_than_it_may_and_none_is_wider_than_its_bounds(
    *, lessons: list[int], functions: int, bounds: Concurrency, content_type: ContentType
) -> None:
    # When
    course = estimate_of(content_type, *lessons)
    narrow = concurrency_within_functions(course, functions, bounds, content_type)
    # Then
    assert functions_at_once(narrow, content_type, lessons) <= functions
    assert 1 <= narrow.modules <= bounds.modules
    assert 1 <= narrow.planners_at_once <= bounds.planners_at_once
    assert (narrow.lessons, narrow.images) == (bounds.lessons, bounds.images)
    # And: one more function never makes it slower.
    work = course_work(course, MODEL_PACE)
    more = concurrency_within_functions(course, functions + 1, bounds, content_type)
    assert schedule(work, more).makespan <= schedule(work, narrow).makespan


def test_a_quota_of_the_model_narrows_all_that_ask_it() -> None:
    assert of_run() == DEFAULTS
    for quota in ({"tokens_per_minute": 10_000}, {"requests_per_minute": 1}):
        narrow = of_run(ModelProvider.BEDROCK, **quota)
        assert (narrow.modules, narrow.lessons, narrow.planners_at_once, narrow.images) == (1, 1, 1, 1), quota


def test_the_quota_is_bedrocks_and_the_functions_are_everybodys() -> None:
    assert of_run(ModelProvider.OPENAI, tokens_per_minute=10_000) == DEFAULTS
    assert of_run(ModelProvider.OPENAI, functions_at_once=10).planners == 1


def test_under_both_the_quota_gets_what_the_functions_leave() -> None:
    # Given: tokens for a few lessons in flight, and functions for one module.
    quota_alone = of_run(tokens_per_minute=160_000)
    both = of_run(tokens_per_minute=160_000, functions_at_once=5)
    # Then: fewer modules, and more lessons of each.
    assert functions_at_once(both, ContentType.BOTH, [6] * 12) <= 5
    assert both.modules < quota_alone.modules
    assert both.lessons > quota_alone.lessons
