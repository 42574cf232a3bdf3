"""Words asked for follow minutes and Bloom levels; max_tokens follows what is asked for, in calls as in estimates."""

import pytest

from course_kit.outline import Module, read_outline
from course_kit.outline.call_sizes import MAX_WORDS, MIN_WORDS, max_tokens_for_words, words_for_lesson


def _module(minutes: int | None, bloom: str = "remember", module_minutes: int | None = None) -> Module:
    duration = f"duration_minutes: {minutes}, " if minutes else ""
    module_duration = f"duration_minutes: {module_minutes}, " if module_minutes else ""
    return read_outline(
        "course: {title: C}\n"
        f"modules: [{{title: M, {module_duration}lessons: "
        f"[{{{duration}title: L, bloom_level: {bloom}}}, {{title: K}}]}}]"
    ).modules[0]


@pytest.mark.parametrize(
    ("minutes", "words"), [(15, 1000), (30, 1800), (45, 2500), (60, 3500), (90, 5000), (20, 1267), (75, 4250)]
)
def test_words_follow_the_minutes(minutes: int, words: int) -> None:
    module = _module(minutes)
    assert words_for_lesson(module, module.lessons[0]) == words


def test_deeper_bloom_levels_need_more_words() -> None:
    shallow, deep = _module(30, "remember"), _module(30, "create")
    assert words_for_lesson(deep, deep.lessons[0]) == 1.5 * words_for_lesson(shallow, shallow.lessons[0])


@pytest.mark.parametrize(("minutes", "words"), [(1, MIN_WORDS), (600, MAX_WORDS)])
def test_words_stay_within_bounds(minutes: int, words: int) -> None:
    module = _module(minutes)
    assert words_for_lesson(module, module.lessons[0]) == words


def test_a_lesson_without_minutes_takes_its_share_of_the_module() -> None:
    # Given: a module of 60 minutes with two lessons.
    module = _module(None, module_minutes=60)
    # Then: each is planned as 30 minutes.
    assert words_for_lesson(module, module.lessons[1]) == 1800


def test_max_tokens_is_far_below_the_fixed_number_that_once_throttled_everything() -> None:
    assert max_tokens_for_words(1000) < 4000
    assert max_tokens_for_words(MAX_WORDS) < 32_000 / 2
