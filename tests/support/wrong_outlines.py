"""Outlines with one or more fields wrong: which values each kind of field refuses, and where such fields stand."""

import copy
from dataclasses import dataclass

import yaml

GOOD: dict[str, object] = yaml.safe_load(
    """
course:
  title: Networks
  description: From cables to names.
  language: en
  level: beginner
  author: Ana
  audience: [administrators]
  prerequisites: [none]
  objectives: [Know]
  learning_outcomes: [Explain what a packet is]
  total_duration_minutes: 240
modules:
- title: Foundations
  summary: What a network is.
  description: Cables.
  objectives: [Know]
  duration_minutes: 120
  percent_theory: 60
  percent_practice: 40
  bloom_level: Understand
  lessons:
  - title: Packets
    description: Headers.
    objectives: [Know]
    duration_minutes: 30
    bloom_level: Apply
    topics: [{title: Headers, description: d, duration_minutes: 10, bloom_level: Remember}]
    lab_activities: [{title: Capture, duration_minutes: 20, bloom_level: Apply, objective: o, type: lab}]
  lab_activities: [{title: Build, duration_minutes: 20, bloom_level: Apply, description: d, type: demo}]
book: {paper: letter, quiz: no}
"""
)

_TITLE: list[object] = [None, "", "  ", [], {"a": 1}, "x" * 201, "a\u0007b"]
_TEXT: list[object] = [[[]], {"a": 1}, "x" * 5001, "a\u0007b"]
_MINUTES: list[object] = [
    0,
    -1,
    1.5,
    "soon",
    "12:30",
    "1:30:00",
    "1e3",
    True,
    [],
    {},
    60_001,
    10**30,
    float("nan"),
    float("inf"),
]
_PERCENT: list[object] = [-1, 101, "many", True, [], {}, float("inf")]
_BLOOM: list[object] = ["guess", 5, {"a": 1}, [1], "Apply / guess"]
_LINES: list[object] = [{"a": 1}, [""], ["x" * 501], [[]], [{"a": {}}], ["a"] * 51]
_ITEMS: list[object] = [{"a": 1}, [[]], [{}], [{"title": "T", "titel": "U"}], [{"title": "T"}] * 51, [{"title": []}]]

_LESSON, _MODULE = "modules[0].lessons[0]", "modules[0]"
WRONG: dict[str, list[object]] = {
    "course": [None, 5, [], "text", True],
    "course.title": _TITLE,
    "course.description": _TEXT,
    "course.language": ["", "!", "english please", [], {}, "e"],
    "course.audience": _LINES,
    "course.total_duration_minutes": _MINUTES,
    "course.subtitle": ["an unknown field"],
    "modules": [None, 5, [], {}, "text", [5], [None], [[]], [{}], [{"title": "M"}]],
    f"{_MODULE}.title": _TITLE,
    f"{_MODULE}.summary": _TEXT,
    f"{_MODULE}.objectives": _LINES,
    f"{_MODULE}.duration_minutes": _MINUTES,
    f"{_MODULE}.percent_theory": _PERCENT,
    f"{_MODULE}.bloom_level": _BLOOM,
    f"{_MODULE}.number": [0, -1, 1000, "one", True, [], {}, 1.5],
    f"{_MODULE}.lessons": [None, 5, [], {}, "text", [5], [None], [[]], [{}], [{"title": "L"}] * 51],
    f"{_MODULE}.lab_activities": _ITEMS,
    f"{_LESSON}.title": _TITLE,
    f"{_LESSON}.duration_minutes": _MINUTES,
    f"{_LESSON}.bloom_level": _BLOOM,
    f"{_LESSON}.topics": _ITEMS,
    f"{_LESSON}.topics[0].title": _TITLE,
    f"{_LESSON}.topics[0].duration_minutes": _MINUTES,
    f"{_LESSON}.lab_activities": _ITEMS,
    f"{_LESSON}.lab_activities[0].type": ["video", 1, []],
    f"{_LESSON}.lab_activities[0].objective": _TEXT,
    "book": [5, [], "letter"],
    "book.paper": ["a5", "", 5, [], True],
    "book.quiz": ["perhaps", 5, []],
    "book.poster": ["an unknown field"],
}


@dataclass(frozen=True)
class WrongField:
    """One field with a value that it must not have."""

    path: str
    value: object

    def __str__(self) -> str:
        return f"{self.path}={str(self.value)[:24]!r}"


CASES = [WrongField(path, value) for path, values in WRONG.items() for value in values]


def outline_with(*fields: WrongField) -> str:
    """Return the good outline as YAML with these fields set."""
    outline = copy.deepcopy(GOOD)
    for field in fields:
        *parents, last = _steps(field.path)
        part: object = outline
        for step in parents:
            part = part[step]  # type: ignore[index]
        part[last] = copy.deepcopy(field.value)  # type: ignore[index]
    return yaml.safe_dump(outline, allow_unicode=True)


def _steps(path: str) -> list[str | int]:
    steps: list[str | int] = []
    for name in path.split("."):
        field, _, index = name.partition("[")
        steps.append(field)
        if index:
            steps.append(int(index.removesuffix("]")))
    return steps
