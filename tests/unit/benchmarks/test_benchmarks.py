"""The measurements' own logic: courses, limits, rows and charts, without running anything."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks.bench_aws import Ended
from benchmarks.charts import draw_cost, draw_gantt, draw_speedup
from benchmarks.cost_growth import ESTIMATED, CostPoint, estimated_cost
from benchmarks.measurement import Measured
from benchmarks.report import PAGE, tables
from benchmarks.scenarios import SCENARIOS, STUDY, Scenario
from benchmarks.token_quota import BOUNDS, TOKENS_PER_MINUTE, chosen_concurrency, course_estimate
from course_kit.forecast.scheduling import Interval, Stage, schedule, sequential_schedule
from course_kit.outline import read_outline

# The plan's minutes, with a book of one.
PLAN = {"plan-concurrency-3": (33, 17), "plan-concurrency-4": (33, 9), "lessons-side-by-side": (33, 2.6)}


def scenario(name: str) -> Scenario:
    return next(scenario for scenario in SCENARIOS if scenario.name == name)


def minutes_of(course: Scenario) -> tuple[float, float]:
    """What the sequential design and ours take at least, with a book of one minute."""
    work = course.work(book=course.minute_seconds)
    sequential, ours = sequential_schedule(work), schedule(work, course.concurrency)
    return sequential.makespan / course.minute_seconds, ours.makespan / course.minute_seconds


def ended(seconds: float, *intervals: Interval, book: float = 1.0) -> Ended:
    return Ended(status="SUCCEEDED", seconds=seconds, book_seconds=book, cause="", intervals=intervals)


def measured(name: str = "plan-concurrency-4") -> Measured:
    lessons = [Interval(Stage.CONTENT, 0.5, 6.0, module, 1) for module in range(1, 5)]
    book = Interval(Stage.BOOK, 10.0, 11.0)
    return Measured(scenario(name), (ended(68.0), ended(66.0, *lessons, book)), (ended(18.0), ended(17.0, book)))


@pytest.mark.parametrize("name", PLAN)
def test_the_limits_are_the_plans_own_arithmetic(name: str) -> None:
    assert minutes_of(replace(scenario(name), study=0.0)) == pytest.approx(PLAN[name])


@pytest.mark.parametrize("name", PLAN)
def test_study_parts_take_the_sequential_design_longer_and_are_made_beside_the_figures_in_ours(name: str) -> None:
    # Given: the plan's two designs, in minutes.
    sequential, ours = PLAN[name]
    # Then
    assert minutes_of(scenario(name)) == pytest.approx((sequential + 4 * STUDY, ours))


@pytest.mark.parametrize("course", SCENARIOS, ids=lambda course: course.name)
def test_a_course_has_what_its_limit_counts_and_the_author_takes_that_time(course: Scenario) -> None:
    outline = read_outline(course.outline())
    work, behaviour = course.work(), course.author_behaviour()
    assert [len(module.lessons) for module in outline.modules] == [len(module.content) for module in work.modules]
    latencies = behaviour["latency_seconds"]
    assert isinstance(latencies, dict)
    if not course.content:
        assert {latencies["lesson"]} == {seconds for module in work.modules for seconds in module.content}
    assert {latencies["visual_plan"]} == {seconds for module in work.modules for seconds in module.visuals}
    assert {latencies["study"]} == {seconds for module in work.modules for seconds in module.study}


def test_a_row_holds_medians_and_ratios() -> None:
    row = measured().row()
    # Limit: 8 minutes of 2 s, and a book of 1 s.
    assert (row["sequential_s"], row["ours_s"], row["limit_s"]) == (67.0, 17.5, 17.0)
    assert (row["speedup"], row["efficiency"], row["overhead_s"]) == (3.83, 0.971, 0.5)


def test_the_course_under_a_quota_takes_about_four_minutes_of_it() -> None:
    usage = course_estimate().amounts.usage
    assert 3.0 <= (usage.input_tokens + usage.output_tokens) / TOKENS_PER_MINUTE <= 4.5
    chosen = chosen_concurrency()
    assert chosen.modules * chosen.lessons < BOUNDS.modules * BOUNDS.lessons


def test_a_lesson_takes_at_most_three_states_and_cost_grows_with_lessons() -> None:
    points = [estimated_cost(modules) for modules in ESTIMATED]
    assert all(float(str(point.row()["transitions_a_lesson"])) <= 3 for point in points)
    for smaller, larger in pairwise(points):
        ratio = larger.modules / smaller.modules
        assert larger.transitions <= smaller.transitions * ratio
        # Each lesson's prompt has the map of the course, which a large course shortens.
        assert larger.tokens == pytest.approx(smaller.tokens * ratio, rel=0.3)


def test_charts_are_pictures_with_the_measured_figures_and_the_same_each_time(tmp_path: Path) -> None:
    points = [estimated_cost(4), CostPoint(modules=4, is_measured=True, transitions=51, gb_seconds=9.5, tokens=70_000)]
    drawn = []
    for folder in (tmp_path / "first", tmp_path / "second"):
        folder.mkdir()
        draw_gantt(measured(), folder / "gantt.svg")
        draw_speedup([measured()], folder / "speed-up.svg")
        draw_cost(points, folder / "cost.svg")
        drawn.append({path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()})
    assert drawn[0] == drawn[1]
    texts = {name: set(ET.fromstring(source).itertext()) for name, source in drawn[0].items()}  # noqa: S314 - our own
    assert {"module 4", "book", "side by side: 17.0 s", "one after the other: 66.0 s"} <= texts["gantt.svg"]
    assert {"3.8", "4 modules at once"} <= texts["speed-up.svg"]
    assert {"state transitions", "modules of five lessons"} <= texts["cost.svg"]


def test_the_documented_figures_are_the_measured_ones() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, table in tables().items():
        assert f"<!-- measured: {name} -->\n{table}<!-- end -->" in page, "run `make bench`"
