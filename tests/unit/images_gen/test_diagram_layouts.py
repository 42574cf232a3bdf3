"""Diagrams as large as print asks for, and a renderer that blames no diagram for a busy machine."""

import itertools
import os
import signal
from pathlib import Path

import pytest

from course_kit.errors import WorkRemaining
from images_gen.diagram_engine import DrawingOrder
from images_gen.diagram_process import DiagramProcess
from images_gen.diagram_renderer import DiagramInvalid, render_diagram
from images_gen.diagram_source import cleaned_source, turned_source

SMALL = DrawingOrder(source='flowchart TD\n a["x"] --> b["y"]', config={}, scale=1.0)
ENDLESS = DrawingOrder(
    source="flowchart TD\n" + " & ".join(f"a{n}" for n in range(20)) + " --> " + " & ".join(f"b{n}" for n in range(20)),
    config={},
    scale=1.0,
)


@pytest.mark.parametrize(
    ("source", "turned"),
    [
        ("flowchart LR\n a --> b", "flowchart TB\n a --> b"),
        ("graph TD\n a --> b", "graph LR\n a --> b"),
        ("flowchart\n a --> b", "flowchart LR\n a --> b"),
        ("stateDiagram-v2\n a --> b", "stateDiagram-v2\n  direction LR\n a --> b"),
        ("classDiagram\n direction LR\n A <|-- B", "classDiagram\n direction TB\n A <|-- B"),
        # The block's direction is not the diagram's.
        (
            "stateDiagram-v2\n state A {\n direction LR\n }",
            "stateDiagram-v2\n  direction LR\n state A {\n direction LR\n }",
        ),
        ("sequenceDiagram\n a->>b: x", None),
    ],
)
def test_a_diagram_is_turned_where_its_kind_has_two_ways(source: str, turned: str | None) -> None:
    assert turned_source(source) == turned


def test_a_wide_row_is_turned_and_many_roles_are_drawn_closer() -> None:
    # Given: a root with ten children, across the page as written, and seven roles.
    children = "\n".join(f' r["Root"] --> n{n}["Child number {n}"]' for n in range(10))
    roles = "\n".join(f" p{n}->>p{n + 1}: send request number {n}" for n in range(6))
    # Then
    assert render_diagram(f"flowchart TD\n{children}").width < 1000
    assert render_diagram(f"sequenceDiagram\n{roles}").width < 2100


def test_what_stays_too_small_is_refused_in_words_that_its_author_can_act_on() -> None:
    boxes = "\n".join(f' n{n}["Step number {n}"] --> n{n + 1}["Step number {n + 1}"]' for n in range(18))
    words = r"printed at \d\.\d points, expected at least 6\.5: use fewer nodes, shorter labels or another direction"
    with pytest.raises(DiagramInvalid, match=words):
        render_diagram(f"flowchart TD\n{boxes}")


def test_a_drawing_that_was_stopped_is_drawn_once_more() -> None:
    # Given: a process that stands still, and a clock on which hours pass for as long as it does.
    diagrams = DiagramProcess(clock=lambda: 1e6 if _stands_still(halted) else 0.0)
    halted: list[int] = []
    assert diagrams.draw(SMALL)[0].svg
    assert diagrams._process is not None
    os.kill(diagrams._process.pid, signal.SIGSTOP)
    halted.append(diagrams._process.pid)
    began = diagrams._clock
    times = itertools.chain([0.0], itertools.repeat(None))
    diagrams._clock = lambda: began() if (time := next(times)) is None else time
    # When / Then: another process draws it, and nobody hears of it.
    drawing, png = diagrams.draw(SMALL)
    assert (drawing.refusal, bool(png)) == ("", True)


def _stands_still(halted: list[int]) -> bool:
    return any(Path(f"/proc/{pid}").exists() for pid in halted)


def test_a_machine_that_never_comes_to_drawing_is_no_fault_of_the_diagram() -> None:
    # Given: a clock that is past all patience whenever it is looked at.
    diagrams = DiagramProcess(clock=itertools.count(step=10_000).__next__)
    # When / Then: no refusal, for which a model would be asked.
    with pytest.raises(WorkRemaining, match="too busy"):
        diagrams.draw(ENDLESS)


def test_a_crowded_axis_lies_on_its_side() -> None:
    months = "January, February, March, April, May, June, July, August, September, October"
    assert cleaned_source(f"xychart-beta\n x-axis [{months}]\n bar [1]").startswith("xychart-beta horizontal\n")
    assert cleaned_source("xychart-beta\n x-axis [jan, feb]\n bar [1, 2]").startswith("xychart-beta\n")


def test_a_diagram_without_words_is_refused() -> None:
    with pytest.raises(DiagramInvalid, match="shows no words"):
        render_diagram("flowchart TD")
