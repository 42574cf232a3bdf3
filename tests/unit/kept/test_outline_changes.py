"""What each change of a course of 20 lessons costs: the lessons and the study parts that the next run makes."""

from collections.abc import Iterator

import pytest

from tests.support.outline_changes import CHANGES, ChangedCourse, made_course, usd_of

# Lessons and study parts. When every source was a reason to make a text again, a title, an audience, a prompt and a
# model cost 20 of each, two swapped modules 10, and a lesson at the front 6.
MADE = {
    "title of the course": (0, 0),
    "one more audience": (0, 0),
    "lesson renamed": (0, 0),
    "lesson inserted at the front": (1, 1),
    "module inserted at the front": (1, 1),
    "two modules swapped": (0, 0),
    "lesson in another module": (0, 0),
    "module split in two": (0, 0),
    "minutes of a lesson +5 %": (0, 0),
    "minutes of a lesson +50 %": (1, 1),
    "topic added": (1, 1),
    "lesson removed": (0, 0),
    "new prompts": (0, 0),
    "another model": (0, 0),
    "another language": (20, 20),
    "lesson edited by hand": (0, 1),
    "lesson edited by hand, neighbour renamed": (0, 1),
}


@pytest.fixture(scope="module")
def changed() -> Iterator[ChangedCourse]:
    with made_course() as course:
        yield course


@pytest.mark.xdist_group("outline_changes")
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_costs_what_it_changes(changed: ChangedCourse, change: str) -> None:
    # When
    made = changed.made_after(CHANGES[change])
    # Then
    assert (made.lessons, made.studies) == MADE[change]
    # And: a change that makes nothing costs nothing, and one of a lesson costs about a lesson.
    dollars = usd_of(made)
    assert (dollars > 0) == any(made.calls.values())
    assert dollars < 0.2 or made.lessons == 20
