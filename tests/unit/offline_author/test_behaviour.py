"""How the author behaves when it is told to: late, and not before what a test wants to happen first."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from pydantic import ValidationError

from offline_author import app
from offline_author.behaviour import Behaviour, BehaviourBook, CallKind, Calls
from tests.support.lesson_specifications import specification
from tests.support.waiting import wait_until
from tests.support.writing_server import WritingServer

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


def test_a_number_of_calls_without_which_ones_is_refused() -> None:
    with pytest.raises(ValidationError, match="until_calls: found a number without `until`, expected both or neither"):
        book(holds=[{"kind": "lesson", "until_calls": 2}])


def test_a_held_call_is_answered_when_the_other_has_come_in(writing_server: WritingServer) -> None:
    # Given
    writing_server.author.book = book(holds=[{"kind": "lesson", "until": {"kind": "lesson"}, "until_calls": 2}])
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(ask, writing_server.url)
        wait_until(lambda: httpx.get(f"{writing_server.url}/health").json()["held"] == 1, "the first call")
        # When
        second = pool.submit(ask, writing_server.url)
        # Then: both, the first after the second had come in.
        assert (first.result(), second.result()) == (200, 200)
    one, other = sorted(writing_server.calls(), key=lambda call: call.number)
    assert one.ended_at > other.started_at
    assert writing_server.author.held_in_vain == 0


def test_a_call_is_held_until_the_behaviour_changes(writing_server: WritingServer) -> None:
    writing_server.author.book = book(holds=[{}])
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(ask, writing_server.url)
        wait_until(lambda: writing_server.author.held == 1, "the call")
        assert not held.done()
        httpx.delete(f"{writing_server.url}/behaviour")
        assert held.result() == 200


def test_a_call_that_is_held_in_vain_goes_on_and_is_counted(
    writing_server: WritingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "_LONGEST_HOLD_SECONDS", 0)
    writing_server.author.book = book(holds=[{}])
    assert ask(writing_server.url) == 200
    assert httpx.get(f"{writing_server.url}/health").json() == {"status": "ok", "held": 0, "held_in_vain": 1}


def ask(url: str) -> int:
    """Ask for a lesson; return the status of the answer."""
    wanted = f"<lesson_specification>{specification().model_dump_json()}</lesson_specification>"
    question = {"model": "any", "messages": [{"role": "user", "content": wanted}]}
    return httpx.post(f"{url}/v1/chat/completions", json=question, timeout=None).status_code  # noqa: S113


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
