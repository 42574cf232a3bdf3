"""The scenario `one-voice`: how its faults are scored, and what its figures count."""

from datetime import UTC, datetime

import pytest

from benchmarks.one_voice_cost import added_cost
from benchmarks.one_voice_score import scores
from course_kit.price_rows import ModelPrices
from course_kit.records.editing import Finding, FindingKind, FindingState, Passage
from offline_author.app import CallRecord
from offline_author.behaviour import CallKind
from offline_author.seeded_fault import SeededFault

NOW = datetime(2026, 1, 1, tzinfo=UTC)
REPEAT, DEAD = FindingKind.REPEATED_PASSAGE, FindingKind.DEAD_REFERENCE


def fault(kind: FindingKind, lesson: str, text: str) -> SeededFault:
    return SeededFault(kind=kind, lesson=lesson, text=text)


def finding(kind: FindingKind, *passages: tuple[str, str], mended: bool = False) -> Finding:
    state = FindingState.MENDED if mended else FindingState.OPEN
    places = tuple(Passage(lesson=lesson, text=text) for lesson, text in passages)
    return Finding(kind=kind, about="a", passages=places, state=state)


def test_a_fault_is_found_by_a_finding_of_its_kind_in_its_passage() -> None:
    # Given: two repeats of which one is found and mended, and a dead reference found as something else.
    faults = [fault(REPEAT, "1.1", "one"), fault(REPEAT, "1.2", "two"), fault(DEAD, "1.3", "three")]
    found = [
        finding(REPEAT, ("2.1", "its own"), ("1.1", "one"), mended=True),
        finding(REPEAT, ("1.3", "three"), ("1.1", "other")),
    ]
    # When
    repeats, *_, dead = scores(faults, found, [finding(DEAD, ("1.1", "x"))])
    # Then
    assert (repeats.seeded, repeats.found, repeats.mended, repeats.unexpected) == (2, 1, 1, 1)
    assert (dead.seeded, dead.found, dead.false_findings) == (1, 0, 1)


def call(kind: CallKind, *, system: int = 0, prompt: int = 0, answer: int = 0) -> CallRecord:
    return CallRecord(
        number=1,
        kind=kind,
        module_number=1,
        lesson_number=1,
        misbehaviour=None,
        prompt_tokens=system + prompt,
        system_tokens=system,
        completion_tokens=answer,
        started_at=NOW,
        ended_at=NOW,
    )


def test_what_is_added_is_the_brief_the_edits_and_the_shared_part_of_prompts() -> None:
    # Given: a million tokens cost a dollar, written ones two, read ones a tenth, and answers five.
    prices = ModelPrices(
        usd_per_million_input=1,
        usd_per_million_output=5,
        usd_per_million_cache_read=0.1,
        usd_per_million_cache_write=2,
    )
    short = ModelPrices(usd_per_million_input=0.25, usd_per_million_output=1.25)
    calls = [
        call(CallKind.BRIEF, prompt=1_000_000),
        *(call(CallKind.LESSON, system=2_000_000, prompt=1_000_000, answer=1_000_000) for _ in range(30)),
        call(CallKind.EDIT, prompt=1_000_000, answer=200_000),
    ]
    # When: half of each lesson's system prompt is the course's.
    cost = added_cost(calls, prices, short, shared_tokens=1_000_000, min_cached=1024)
    # Then
    assert (cost.calls_before, cost.calls_after) == (1, 1)
    assert cost.usd == pytest.approx(1 + 30 * 8 + 2)
    assert cost.share_of_money == pytest.approx((1 + 30 + 2) / cost.usd)
    # And: with a cache one call writes that half, and each lesson reads it.
    assert cost.usd_with_caching == pytest.approx(2 + 1 + 30 * (0.1 + 7) + 2)
    assert cost.share_of_money_with_caching == pytest.approx((2 + 1 + 30 * 0.1 + 2) / cost.usd_with_caching)
    # And: a second model at a quarter of the prices writes the edit.
    by_two = 2 + 1 + 30 * (0.1 + 7) + 0.5
    assert cost.share_of_money_with_a_short_model == pytest.approx((2 + 1 + 30 * 0.1 + 0.5) / by_two)
    # And: each call takes two seconds, and a second for sixty tokens.
    assert cost.seconds_before == pytest.approx(2)
    assert cost.seconds_after == pytest.approx(2 + 200_000 / 60)
