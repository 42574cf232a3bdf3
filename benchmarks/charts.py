"""The charts that the measurements draw for the documentation, as SVG: who did what when, speed-up, cost."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from benchmarks.bench_aws import Ended
from benchmarks.cost_growth import CostPoint
from benchmarks.measurement import Measured
from benchmarks.scenarios import Scenario
from course_kit.forecast.scheduling import Stage, schedule, sequential_schedule

# Paul Tol's bright scheme, told apart with the common forms of colour blindness, too.
_COLOURS = {
    Stage.CONTENT: "#4477aa",
    Stage.VISUALS: "#ccbb44",
    Stage.IMAGES: "#228833",
    Stage.STUDY: "#ee6677",
    Stage.BRIEF: "#aa3377",
    Stage.EDITS: "#bbaa33",
    Stage.BOOK: "#777777",
}
# Study parts are made beside visuals and images, so a module's row has two lanes: top and height of each.
_UPPER, _LOWER, _WHOLE = (-0.35, 0.35), (0.0, 0.35), (-0.35, 0.7)
_LANES = {Stage.VISUALS: _UPPER, Stage.IMAGES: _UPPER, Stage.STUDY: _LOWER}
_LINES = ("#4477aa", "#228833", "#ee6677")
# Text stays text, and the same figures give the same file.
mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "coursewright", "font.family": "sans-serif"})


def draw_gantt(measured: Measured, path: Path) -> None:
    """Draw both designs of one scenario on one time axis: a row a module, and one for the book."""
    runs = (("one after the other", measured.sequential[-1]), ("side by side", measured.ours[-1]))
    figure = Figure(figsize=(9, 4.2), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True)
    for axes, (name, run) in zip((upper, lower), runs, strict=True):
        _draw_run(axes, run, measured.scenario.modules)
        axes.set_title(f"{name}: {run.seconds:.1f} s", loc="left", fontsize=10)
    lower.set_xlabel("seconds")
    figure.legend(
        handles=[Patch(color=colour, label=stage.value) for stage, colour in _COLOURS.items()],
        loc="outside right upper",
        frameon=False,
    )
    _save(figure, path)


def _draw_run(axes: Axes, run: Ended, modules: int) -> None:
    rows = {number: number - 1 for number in range(1, modules + 1)}
    for stage, colour in _COLOURS.items():
        for interval in (interval for interval in run.intervals if interval.stage is stage):
            row = modules if interval.module_number is None else rows[interval.module_number]
            span = (interval.starts_at, interval.ends_at - interval.starts_at)
            top, height = _LANES.get(stage, _WHOLE)
            axes.broken_barh([span], (row + top, height), color=colour)
    axes.set_yticks(range(modules + 1), [*(f"module {number}" for number in rows), "book"])
    axes.invert_yaxis()
    _open(axes)


def draw_speedup(measured: Sequence[Measured], path: Path) -> None:
    """Draw speed-up by modules: what list scheduling allows, as lines, and what was measured, as points."""
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    book = measured[0].book_seconds
    for colour, result in zip(_LINES, measured, strict=False):
        scenario = result.scenario
        counts = range(1, 13)
        allowed = [_allowed_speedup(scenario, modules, book) for modules in counts]
        lessons = f", {scenario.lessons} lessons of each" if scenario.lessons > 1 else ""
        axes.plot(counts, allowed, color=colour, label=f"{scenario.concurrency.modules} modules at once{lessons}")
        speedup = float(str(result.row()["speedup"]))
        axes.plot([scenario.modules], [speedup], "o", color=colour)
        axes.annotate(f"{speedup:.1f}", (scenario.modules, speedup), xytext=(6, -12), textcoords="offset points")
    axes.set_xlabel("modules of the course")
    axes.set_ylabel("times as fast as one after the other")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, title="lines: the limit; points: measured", loc="best")
    _open(axes)
    _save(figure, path)


def _allowed_speedup(scenario: Scenario, modules: int, book: float) -> float:
    work = scenario.of_modules(modules).work(book=book)
    return sequential_schedule(work).makespan / schedule(work, scenario.concurrency).makespan


def draw_cost(points: Sequence[CostPoint], path: Path) -> None:
    """Draw how states, Lambda's time and tokens grow with a course: estimated as lines, measured as points."""
    figure = Figure(figsize=(10, 3.2), layout="constrained")
    estimated = [point for point in points if not point.is_measured]
    measured = [point for point in points if point.is_measured]
    for axes, colour, (title, field, unit) in zip(
        figure.subplots(1, 3),
        _LINES,
        (
            ("state transitions", "transitions", 1),
            ("Lambda, GB-seconds", "gb_seconds", 1),
            ("tokens, thousands", "tokens", 1000),
        ),
        strict=True,
    ):
        for series, style in ((estimated, "-"), (measured, "o")):
            amounts = [getattr(point, field) / unit for point in series]
            axes.plot([point.modules for point in series], amounts, style, color=colour)
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("modules of five lessons")
        axes.set_ylim(bottom=0)
        _open(axes)
    _save(figure, path)


def _open(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, metadata={"Date": None})
    # matplotlib leaves blanks at line ends, of which git complains.
    path.write_text(
        "\n".join(line.rstrip() for line in path.read_text(encoding="utf-8").splitlines()) + "\n", encoding="utf-8"
    )
