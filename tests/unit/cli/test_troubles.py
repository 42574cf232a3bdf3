"""The lines of a run's troubles: what fails, in which modules, since when, and when it is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from course_kit.errors import CourseError, ModelThrottled, ModelUnavailable, StorageUnavailable
from course_kit.records.trouble import Trouble
from coursewright.run.troubles import trouble_lines

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def trouble(error: CourseError, *, since: int = 120, attempts: int = 5, next_try_in: float | None = 8.0) -> Trouble:
    """Return a trouble that began so many seconds ago, and was told just now."""
    told = Trouble.of(error, "run-1", now=NOW, next_try_in=next_try_in, before=None)
    return told.model_copy(update={"since": NOW - timedelta(seconds=since), "attempts": attempts})


def texts(troubles: dict[int, list[Trouble]], now: datetime = NOW) -> list[str]:
    return [line.text for line in trouble_lines(troubles, now)]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ModelThrottled("Rate exceeded"), "throttled by the model"),
        (ModelUnavailable("Error code: 503 - {'error': 'busy'}"), "the model server answers 503"),
        (ModelUnavailable("503 Service Unavailable"), "the model server answers 503"),
        (ModelUnavailable("Connection refused"), "the model server fails (Connection refused)"),
        (StorageUnavailable("p/x: S3 failed"), "storage (S3) fails"),
    ],
)
def test_a_trouble_names_module_failure_start_attempts_and_next_try(error: CourseError, words: str) -> None:
    since = (NOW - timedelta(seconds=120)).astimezone()
    assert texts({2: [trouble(error)]}) == [f"module 2: {words} since {since:%H:%M}, attempt 5, next try in about 8 s"]


def test_modules_with_one_trouble_share_a_line_from_the_first_start_on() -> None:
    # Given: three modules that are throttled, one of them with two texts, and a server that fails in one.
    slow = ModelThrottled("slow")
    troubles = {
        1: [trouble(slow, since=60, attempts=2), trouble(slow, since=600, attempts=9)],
        2: [trouble(slow)],
        5: [trouble(slow), trouble(ModelUnavailable("down"))],
    }
    # When
    first, second = texts(troubles)
    # Then
    since = (NOW - timedelta(seconds=600)).astimezone()
    assert first.startswith(f"modules 1, 2 and 5: throttled by the model since {since:%H:%M}, attempt 9, ")
    assert second.startswith("module 5: the model server fails (down)")


def test_many_modules_are_counted() -> None:
    (line,) = texts({number: [trouble(ModelThrottled("slow"))] for number in range(1, 41)})
    assert line.startswith("40 modules: throttled")


@pytest.mark.parametrize(
    ("error", "next_try_in", "later", "ending"),
    [
        (ModelThrottled("slow"), 8.0, 5, "next try in about 3 s"),
        (ModelThrottled("slow"), 8.0, 9, "trying again now"),
        (ModelThrottled("slow"), None, 9, "tried again within 5 min"),
        (ModelUnavailable("down"), None, 9, "tried again within 30 s"),
    ],
)
def test_the_next_try_is_said_as_it_is_known(
    error: CourseError, next_try_in: float | None, later: int, ending: str
) -> None:
    (line,) = texts({1: [trouble(error, next_try_in=next_try_in)]}, NOW + timedelta(seconds=later))
    assert line.endswith(ending)


def test_a_trouble_of_which_nothing_more_is_heard_is_not_shown() -> None:
    troubles = {1: [trouble(ModelThrottled("slow"))]}
    assert texts(troubles, NOW + timedelta(minutes=2)) == []


def test_a_trouble_since_yesterday_has_its_day() -> None:
    (line,) = texts({1: [trouble(ModelThrottled("slow"), since=2 * 86400)]})
    assert f"since {(NOW - timedelta(days=2)).astimezone():%Y-%m-%d %H:%M}" in line
