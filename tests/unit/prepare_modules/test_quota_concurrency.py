"""How many modules and lessons at once follow from a quota."""

import pytest

from course_kit.forecast.cached_calls import ONE_MODEL, AskedModels
from course_kit.forecast.course_estimate import estimate_course
from course_kit.forecast.course_work import MODEL_PACE, course_work
from course_kit.forecast.model_quota import ModelQuota
from course_kit.forecast.scheduling import Concurrency, CourseWork, schedule
from course_kit.models import Caching, known_models
from course_kit.outline import Outline, read_outline
from course_kit.run.events import ContentType
from prepare_modules.quota_concurrency import RunConcurrency, concurrency_within_quota

BOUNDS = RunConcurrency(modules=10, lessons=5)


def outline(modules: int, lessons: int, labs: int = 0) -> Outline:
    lesson = "{title: Lesson, duration_minutes: 45}"
    lab = f", lab_activities: [{', '.join(f'Lab {number}' for number in range(labs))}]" if labs else ""
    module = f"{{title: M, lessons: [{', '.join([lesson] * lessons)}]{lab}}}"
    # Without brief and study parts, so that the arithmetic is of lessons and visuals.
    book = "book: {quiz: false, key_points: false, glossary: false}"
    return read_outline(f"course: {{title: C, brief: no}}\n{book}\nmodules: [{', '.join([module] * modules)}]")


def chosen(
    quota: ModelQuota,
    *,
    modules: int = 12,
    lessons: int = 5,
    content_type: ContentType = ContentType.THEORY,
    labs: int = 0,
) -> RunConcurrency:
    course = outline(modules, lessons, labs)
    estimate = estimate_course(course, course.module_numbers, content_type)
    return concurrency_within_quota(estimate, quota, BOUNDS)


def in_flight(concurrency: RunConcurrency) -> int:
    return concurrency.modules * concurrency.lessons


def test_without_a_quota_the_deployments_bounds_rule() -> None:
    assert chosen(ModelQuota(tokens_per_minute=0, requests_per_minute=0)) == BOUNDS


def test_lessons_in_flight_follow_from_tokens_a_minute() -> None:
    # Given: a lesson of 2,500 words is 5,000 tokens of output and 2,450 of input, and takes 85 s; its visuals are a
    # call of 640 and 1,860 tokens, 13 s. So 98 s of calls take 9,950 tokens, of which 60,000 a minute give 9.8 pairs:
    # 11 or 12 in flight keep it busy, a tenth more are wanted.
    quota = ModelQuota(tokens_per_minute=60_000, requests_per_minute=0)
    # When / Then
    assert 12 <= in_flight(chosen(quota)) <= 16


def test_a_course_is_as_fast_as_its_quota_wherever_that_fits() -> None:
    # Given: modules that do not fill the slots evenly, so that calls over time alone would leave quota unused.
    course = outline(modules=11, lessons=5)
    estimate = estimate_course(course, course.module_numbers, ContentType.THEORY)
    tokens = sum(call.input_tokens + call.output_tokens for call in estimate.calls)
    quota = ModelQuota(tokens_per_minute=round(tokens / 8), requests_per_minute=0)
    # When
    concurrency = concurrency_within_quota(estimate, quota, BOUNDS)
    # Then
    at_once = Concurrency(modules=concurrency.modules, lessons=concurrency.lessons, images=concurrency.lessons)
    work = CourseWork(modules=course_work(estimate, MODEL_PACE).modules)
    assert schedule(work, at_once).makespan <= 8 * 60


def test_the_bounds_are_kept_at_both_ends() -> None:
    tiny, huge = (ModelQuota(tokens_per_minute=tokens, requests_per_minute=0) for tokens in (1_000, 10_000_000))
    assert chosen(tiny) == RunConcurrency(modules=1, lessons=1)
    # Twelve modules, ten at once, come in two turns; so they do with six, and each lesson has a slot of its own.
    assert chosen(huge) == RunConcurrency(modules=6, lessons=5)
    assert chosen(huge, modules=10) == BOUNDS


def test_more_quota_never_means_less_at_once() -> None:
    calls = [
        in_flight(chosen(ModelQuota(tokens_per_minute=t, requests_per_minute=0))) for t in range(5_000, 400_000, 5_000)
    ]
    assert calls == sorted(calls)


def test_requests_a_minute_bound_it_too() -> None:
    tokens_only = chosen(ModelQuota(tokens_per_minute=200_000, requests_per_minute=0))
    both = chosen(ModelQuota(tokens_per_minute=200_000, requests_per_minute=10))
    assert in_flight(both) < in_flight(tokens_only)


def test_output_that_counts_five_times_leaves_room_for_fewer() -> None:
    once = chosen(ModelQuota(tokens_per_minute=100_000, requests_per_minute=0))
    five = chosen(ModelQuota(tokens_per_minute=100_000, requests_per_minute=0, output_burndown=5))
    assert in_flight(five) < in_flight(once)


def test_labs_written_beside_lessons_take_their_share_of_the_room() -> None:
    quota = ModelQuota(tokens_per_minute=60_000, requests_per_minute=0)
    assert in_flight(chosen(quota, labs=5, content_type=ContentType.BOTH)) < in_flight(chosen(quota))


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [
        ("global.anthropic.claude-sonnet-4-6", 5),
        # Not in the table: a maker's newer models count as its others do.
        ("us.anthropic.claude-sonnet-9-v1:0", 5),
        ("anthropic.claude-v2:1", 1),
        ("us.anthropic.claude-3-7-sonnet-20250219-v1:0", 5),
        ("anthropic.claude-3-5-haiku-20241022-v1:0", 1),
        ("amazon.nova-pro-v1:0", 1),
    ],
)
def test_newer_claude_models_count_an_output_token_five_times(model_id: str, expected: int) -> None:
    assert known_models().burndown_of(model_id) == expected


def test_what_a_short_model_writes_and_what_is_read_from_a_cache_takes_none_of_the_text_models_quota() -> None:
    # Given: a quota that decides.
    course = outline(modules=8, lessons=5)
    estimate = estimate_course(course, course.module_numbers, ContentType.THEORY)
    quota = ModelQuota(tokens_per_minute=60_000, requests_per_minute=0)

    def least(asked: AskedModels) -> float:
        return quota.seconds_for(asked.usage_of(estimate.calls).of_text_model())

    caching = Caching(min_tokens=1, hour=True)
    # When / Then
    assert least(AskedModels(has_short=True)) < least(ONE_MODEL)
    assert least(AskedModels(text=caching)) < least(ONE_MODEL)
    # And: more lessons fit beside calls that another model answers.
    alone = concurrency_within_quota(estimate, quota, BOUNDS)
    with_short = concurrency_within_quota(estimate, quota, BOUNDS, AskedModels(has_short=True))
    assert in_flight(with_short) >= in_flight(alone)
