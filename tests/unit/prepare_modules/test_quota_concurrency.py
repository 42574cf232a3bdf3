"""How many modules and lessons at once follow from a quota."""

import pytest

from course_kit.course_estimate import estimate_course
from course_kit.events import ContentType
from course_kit.outline import read_outline
from prepare_modules.quota_concurrency import (
    ModelQuota,
    RunConcurrency,
    concurrency_within_quota,
    output_burndown,
)

BOUNDS = RunConcurrency(modules=10, lessons=5)


def outline(modules: int, lessons: int, labs: int = 0):
    lesson = "{title: Lesson, duration_minutes: 45}"
    lab = f", lab_activities: [{', '.join(f'Lab {number}' for number in range(labs))}]" if labs else ""
    module = f"{{title: M, lessons: [{', '.join([lesson] * lessons)}]{lab}}}"
    # Without study parts, so that the arithmetic is of lessons and visuals.
    book = "book: {quiz: false, key_points: false, glossary: false}"
    return read_outline(f"course: {{title: C}}\n{book}\nmodules: [{', '.join([module] * modules)}]")


def chosen(quota: ModelQuota, *, modules: int = 12, lessons: int = 5, content_type=ContentType.THEORY, labs: int = 0):
    course = outline(modules, lessons, labs)
    estimate = estimate_course(course, course.module_numbers, content_type)
    return concurrency_within_quota(estimate, content_type, quota, BOUNDS)


def in_flight(concurrency: RunConcurrency) -> int:
    return concurrency.modules * concurrency.lessons


def test_without_a_quota_the_deployments_bounds_rule() -> None:
    assert chosen(ModelQuota(tokens_per_minute=0, requests_per_minute=0)) == BOUNDS


def test_calls_in_flight_follow_from_tokens_a_minute() -> None:
    # Given: a lesson of 2,500 words is 3,750 tokens of output and about 650 of input, and takes 64 s; its visuals are
    # a call of 500 and 1,600 tokens, 10 s. So 74 s of calls take 6,500 tokens, of which 60,000 a minute give 9.2 pairs.
    quota = ModelQuota(tokens_per_minute=60_000, requests_per_minute=0)
    # Then: 74 × 9.2 / 60 = 11 in flight, and a quarter more.
    assert 12 <= in_flight(chosen(quota)) <= 16


@pytest.mark.parametrize(("tokens", "expected"), [(1_000, RunConcurrency(modules=1, lessons=1)), (10_000_000, BOUNDS)])
def test_the_bounds_are_kept_at_both_ends(tokens: int, expected: RunConcurrency) -> None:
    assert chosen(ModelQuota(tokens_per_minute=tokens, requests_per_minute=0)) == expected


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
    assert in_flight(five) < in_flight(once) / 2


def test_labs_written_beside_lessons_take_half_of_the_room() -> None:
    quota = ModelQuota(tokens_per_minute=60_000, requests_per_minute=0)
    assert in_flight(chosen(quota, labs=5, content_type=ContentType.BOTH)) <= in_flight(chosen(quota)) / 2 + 1


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [
        ("global.anthropic.claude-sonnet-4-6", 5),
        ("us.anthropic.claude-3-7-sonnet-20250219-v1:0", 5),
        ("anthropic.claude-3-5-haiku-20241022-v1:0", 1),
        ("amazon.nova-pro-v1:0", 1),
    ],
)
def test_newer_claude_models_count_an_output_token_five_times(model_id: str, expected: int) -> None:
    assert output_burndown(model_id) == expected
