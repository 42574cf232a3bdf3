"""A model's Mermaid source in the book's form: without its own style, with labels that are shown literally."""

import re
from collections.abc import Callable
from functools import partial

from images_gen.class_source import class_source
from images_gen.entity_source import entity_source
from images_gen.flowchart_source import flowchart_source
from images_gen.label_text import Label, label, speaks_of_html
from images_gen.line_sources import (
    axes_source,
    outline_source,
    pie_source,
    quadrant_source,
    quoted_source,
    tasks_source,
    timeline_source,
)
from images_gen.sequence_source import sequence_source
from images_gen.source_form import kind_of, plain_source, without_looks
from images_gen.state_source import state_source

_KINDS: dict[str, Callable[[str, Label], str]] = {
    "flowchart": flowchart_source,
    "graph": flowchart_source,
    "sequenceDiagram": sequence_source,
    "stateDiagram": state_source,
    "classDiagram": class_source,
    "erDiagram": entity_source,
    "timeline": timeline_source,
    "gantt": tasks_source,
    "journey": tasks_source,
    "mindmap": outline_source,
    "kanban": outline_source,
    "pie": pie_source,
    "quadrantChart": quadrant_source,
    "xychart": axes_source,
}

_FLOWCHART = re.compile(r"(?P<kind>flowchart|graph)(?:[ \t]+(?P<way>TB|TD|BT|LR|RL|[<>^v]))?[ \t]*$")
_WITH_DIRECTION = ("stateDiagram", "classDiagram", "erDiagram", "requirementDiagram")
# The direction of the whole diagram comes before any block.
_DIRECTION = re.compile(r"\A[^{]*?^[ \t]*direction[ \t]+(?P<way>TB|TD|BT|LR|RL)[ \t]*$", re.MULTILINE)


def cleaned_source(source: str) -> str:
    """Return Mermaid source for drawing: escaped labels, no style or interaction, vertical timelines."""
    plain = plain_source(source)
    kind = kind_of(plain)
    read = next((read for name, read in _KINDS.items() if kind.startswith(name)), quoted_source)
    return read(without_looks(plain, kind), partial(label, is_about_html=speaks_of_html(plain))).strip()


def turned_source(source: str) -> str | None:
    """Return a diagram with the other direction, across or down; None for a kind with one direction."""
    first, _, rest = source.partition("\n")
    flowchart = _FLOWCHART.match(first)
    if flowchart:
        return f"{flowchart['kind']} {_other_way(flowchart['way'])}\n{rest}"
    if not first.startswith(_WITH_DIRECTION):
        return None
    direction = _DIRECTION.search(rest)
    if direction:
        rest = rest[: direction.start("way")] + _other_way(direction["way"]) + rest[direction.end("way") :]
        return f"{first}\n{rest}"
    return f"{first}\n  direction LR\n{rest}"


def _other_way(way: str | None) -> str:
    return "TB" if way in ("LR", "RL", ">", "<") else "LR"
