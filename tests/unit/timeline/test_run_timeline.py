"""From what a run recorded to when everything was done, what waited, and what decided its end."""

from itertools import pairwise

import pytest
from pydantic import JsonValue

from coursewright.timeline import timeline_of
from coursewright.timeline.layout import lay_out
from coursewright.timeline.model import Timeline
from tests.support.timeline_runs import BEGAN, at, labs, large_run, run, theory

STEPS = {"prepare": (0.2, 0.6), "book": (10.0, 12.0), "pdf": (12.1, 13.0)}


@pytest.fixture
def one_module() -> Timeline:
    """Two lessons at once, a barrier, their visuals, the images; labs beside them; a book."""
    made = theory(1, lessons=[(1, 3), (1, 5)], visuals=[(5.2, 6), (5.3, 7)], images=(7.1, 9), began=0.9)
    beside = labs(1, plan=(1, 2), guides=[(2.1, 4), (2.1, 8)])
    return timeline_of(run({1: {"": made, "labs": beside}}, steps=STEPS, ended=13.5))


def test_everything_with_a_start_and_an_end_is_a_piece_of_work(one_module: Timeline) -> None:
    assert one_module.stages == ["content", "visuals", "images", "lab plan", "labs"]
    spans = {(work.stage, work.label): (work.started, work.ended) for work in one_module.works}
    assert spans == {
        ("content", "1.1"): (1, 3),
        ("content", "1.2"): (1, 5),
        ("visuals", "1.1"): (5.2, 6),
        ("visuals", "1.2"): (5.3, 7),
        ("images", "1"): (7.1, 9),
        ("lab plan", "1"): (1, 2),
        ("labs", "01-01-01"): (2.1, 4),
        ("labs", "01-01-02"): (2.1, 8),
        ("prepare", "Preparation"): (0.2, 0.6),
        ("book", "Book"): (10, 12),
        ("pdf", "PDF"): (12.1, 13),
    }
    assert one_module.wall_seconds == 13.5
    assert one_module.sequential_seconds == pytest.approx(22.5)


def test_waiting_counts_from_when_everything_needed_was_there(one_module: Timeline) -> None:
    waited = {(work.stage, work.label): round(work.waited, 3) for work in one_module.works}
    # Lesson 1's visuals need lesson 1 alone; that they wait for lesson 2 as well is the graph's doing.
    assert waited["visuals", "1.1"] == 2.2
    assert waited["visuals", "1.2"] == 0.3
    assert waited["images", "1"] == 0.1
    assert waited["book", "Book"] == 1.0
    assert one_module.modules[0].waited == pytest.approx(0.3)


def test_the_critical_path_leads_through_what_was_waited_for_last(one_module: Timeline) -> None:
    path = [(work.stage, work.label) for work in one_module.critical]
    assert path == [
        ("prepare", "Preparation"),
        ("content", "1.2"),
        ("visuals", "1.2"),
        ("images", "1"),
        ("book", "Book"),
        ("pdf", "PDF"),
    ]


def test_the_critical_path_goes_through_the_module_and_the_lesson_whose_end_made_room() -> None:
    # Given: one module at a time, one lesson at a time; the third module is the one that runs longest.
    modules = {
        1: {"": theory(1, lessons=[(1, 2), (2.01, 3)])},
        2: {"": theory(2, lessons=[(3.02, 4)])},
        3: {"": theory(3, lessons=[(4.03, 5), (5.01, 9)])},
    }
    # When
    timeline = timeline_of(run(modules, steps=STEPS, ended=13))
    # Then
    assert [work.label for work in timeline.critical][1:-2] == ["1.1", "1.2", "2.1", "3.1", "3.2"]
    assert [round(module.waited, 2) for module in timeline.modules] == [0.4, 2.42, 3.43]


def test_a_reused_lesson_decides_nothing() -> None:
    # Given: a module in which everything was there, and one that was written.
    modules = {1: {"": theory(1, lessons=[(1, 1), (1, 1)], reused=True)}, 2: {"": theory(2, lessons=[(1, 4)])}}
    # When
    timeline = timeline_of(run(modules, steps=STEPS, ended=13))
    # Then
    assert timeline.reused_count == 2
    assert [work.label for work in timeline.critical] == ["Preparation", "2.1", "Book", "PDF"]


def test_a_manifest_of_a_kind_not_known_yet_is_shown_all_the_same() -> None:
    # Given: another stage beside the visuals, with a manifest of its own.
    study: dict[str, JsonValue] = {
        "title": "Title 1",
        "execution_name": "run-1",
        "quizzes": [
            {"lesson_number": 1, "started_at": at(3.5).isoformat(), "ended_at": at(6).isoformat(), "is_reused": False}
        ],
        "review_started_at": at(6).isoformat(),
        "review_ended_at": at(7).isoformat(),
        "figures": {"01-01-0001": {"width": 3}},
    }
    # When
    timeline = timeline_of(run({1: {"": theory(1, lessons=[(1, 3)]), "study": study}}, steps=STEPS, ended=13))
    # Then
    assert timeline.stages == ["content", "study quizzes", "study review"]
    quiz = next(work for work in timeline.works if work.stage == "study quizzes")
    assert (quiz.label, quiz.title, quiz.ready) == ("1.1", "Lesson 1", 3)


def test_modules_that_failed_or_did_not_begin_are_named() -> None:
    # When
    timeline = timeline_of(
        run(
            {1: {"": theory(1, lessons=[(1, 3)])}, 2: {"": theory(2, lessons=[(1, 2)])}},
            steps={"prepare": (0.2, 0.6)},
            ended=8,
            status="failed",
            error="ModulesFailed: module 2 failed with TextRejected: too short",
            module_numbers=(1, 2, 5),
            titles={5: "Never begun"},
            failures={2: "TextRejected"},
        )
    )
    # Then
    assert [(module.number, module.title, module.failure, module.began) for module in timeline.modules] == [
        (1, "Title 1", "", 1.0),
        (2, "Title 2", "TextRejected", 1.0),
        (5, "Never begun", "", None),
    ]


def test_a_run_that_has_only_begun_has_a_timeline() -> None:
    timeline = timeline_of(run({}, steps={}, ended=2, module_numbers=(1,), status="running"))
    assert (timeline.works, timeline.critical, timeline.wall_seconds) == ([], [], 2)


def test_the_critical_path_of_a_large_run_is_as_long_as_the_run() -> None:
    # When
    timeline = timeline_of(large_run(40))
    # Then: nothing of note lies between its pieces, and no two of them overlap.
    assert timeline.critical[0].stage == "prepare"
    assert timeline.critical[-1].stage == "pdf"
    assert timeline.critical_seconds > 0.9 * timeline.wall_seconds
    assert all(one.ended <= other.started + 0.05 for one, other in pairwise(timeline.critical))


def test_clocks_of_functions_that_differ_give_no_negative_times() -> None:
    # Given: a function whose clock is before the state machine's.
    records = run({1: {"": theory(1, lessons=[(-2, -1)])}}, steps={"prepare": (-1, -0.5)}, ended=4)
    # When
    timeline = timeline_of(records)
    # Then
    assert records.started_at == BEGAN
    assert all(0 <= work.ready <= work.started <= work.ended for work in timeline.works)


def test_the_brief_comes_before_all_modules_and_the_edits_after_them() -> None:
    # Given
    steps = {"prepare": (0.2, 0.6), "brief": (0.7, 2.5), "editing": (5.2, 7.0), "book": (7.1, 9.0)}
    modules = {1: {"": theory(1, lessons=[(3, 5)])}, 2: {"": theory(2, lessons=[(3.1, 4)])}}
    # When
    timeline = timeline_of(run(modules, steps=steps, ended=9.5))
    # Then
    waited = {(work.stage, work.label): round(work.waited, 3) for work in timeline.works}
    assert waited["brief", "Brief"] == 0.1
    assert waited["editing", "Edits"] == 0.2
    assert [module.ready for module in timeline.modules] == [2.5, 2.5]
    assert [work.label for work in timeline.critical] == ["Preparation", "Brief", "1.1", "Edits", "Book"]
    bands = [band.label for band in lay_out(timeline).bands]
    assert [name for name in bands if not name[0].isdigit()] == ["Preparation", "Brief", "Edits", "Book"]
    assert bands[:2] == ["Preparation", "Brief"]
