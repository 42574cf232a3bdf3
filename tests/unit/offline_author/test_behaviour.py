"""How the author behaves when it is told to: late, and not before what a test wants to happen first."""

import pytest

from coursewright.offline_author.behaviour import Behaviour, BehaviourBook, CallKind, Calls

LESSON = Calls(kind=CallKind.LESSON, module_number=1, lesson_number=2)
LAB = Calls(kind=CallKind.LAB, module_number=1, lesson_number=1)


def book(**behaviour: object) -> BehaviourBook:
    return BehaviourBook(Behaviour.model_validate(behaviour))


@pytest.mark.parametrize(
    ("hold", "is_held"),
    [
        ({}, True),
        ({"kind": "lesson"}, True),
        ({"kind": "lesson", "module_number": 1, "lesson_number": 2}, True),
        ({"kind": "lesson", "module_number": 2}, False),
        ({"kind": "lab"}, False),
    ],
)
def test_a_hold_is_for_the_calls_that_it_names(hold: dict[str, object], is_held: bool) -> None:
    held = book(holds=[hold])
    held.enter(LESSON)
    assert held.holds(LESSON) is is_held


def test_a_call_that_is_held_goes_on_when_as_many_others_have_come_in_as_it_waits_for() -> None:
    # Given
    held = book(holds=[{"kind": "lesson", "until": {"kind": "lab"}, "until_calls": 2}])
    held.enter(LESSON)
    # When / Then
    for is_held in (True, False):
        held.enter(LAB)
        assert held.holds(LESSON) is is_held


def test_calls_may_wait_for_each_other() -> None:
    lesson = {"kind": "lesson"}
    held = book(holds=[{**lesson, "until": lesson, "until_calls": 2}])
    held.enter(LESSON)
    assert held.holds(LESSON)
    held.enter(LESSON)
    assert not held.holds(LESSON)


def test_a_call_takes_what_its_kind_takes_and_what_its_rule_adds() -> None:
    # Given
    slow = book(
        latency_seconds={"lesson": 1, "lab": 2},
        latencies=[{"kind": "lesson", "lesson_number": 2, "seconds": 5}],
        rules=[{"misbehaviour": "slow", "module_number": 1, "latency_seconds": 10, "first_calls": 1}],
    )
    # When: two calls that match the rule, of which it is for the first.
    first, second = slow.latency_for(LESSON, slow.rule_for(LESSON)), slow.latency_for(LAB, slow.rule_for(LAB))
    # Then
    assert (first, second) == (15, 2)
    assert slow.latency_for(Calls(), None) == 0
