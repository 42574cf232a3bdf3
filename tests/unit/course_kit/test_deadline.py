"""A deadline lets the first piece of work start whatever the time, and stops before the last would not end."""

from course_kit.deadline import Deadline


class Remaining:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


def test_even_a_few_seconds_are_enough_to_begin() -> None:
    assert Deadline.of(Remaining(3)).has_time_for_another()


def test_no_piece_begins_that_is_longer_than_the_time_left() -> None:
    # Given: ten seconds, and a first piece of work that took twelve.
    deadline = Deadline.of(Remaining(10))
    deadline.record(12)
    # Then
    assert not deadline.has_time_for_another()


def test_the_longest_piece_counts_not_the_last() -> None:
    deadline = Deadline.of(Remaining(100))
    deadline.record(99)
    deadline.record(1)
    assert not deadline.has_time_for_another()
