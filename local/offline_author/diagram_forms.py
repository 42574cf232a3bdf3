"""Forms of diagrams: the choice for a topic, the Mermaid source, and the description in words."""

import re
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import pairwise
from textwrap import shorten

import yaml
from pydantic import TypeAdapter

from course_kit.data_models import OpenModel

_LABEL_CHARACTERS = 44
_NOT_IN_LABELS = re.compile(r"[\"`<>{}\[\]#;|\\]")
_WORD = re.compile(r"\w+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_ROLES = 3
_PARTS = 3
# The most characters that stay readable in a mind map of one column's width.
_MAX_BRANCHES = 6
# Positions of a choice's options, from 0 to 1 on each axis, one in each quadrant.
_POSITIONS = ((0.22, 0.8), (0.75, 0.72), (0.8, 0.24), (0.25, 0.2))


class DiagramForm(StrEnum):
    """The subject of a diagram, also a part of phrase names: ``visual_exchange``, ``caption_exchange``."""

    OVERVIEW = "overview"
    EXCHANGE = "exchange"
    CYCLE = "cycle"
    HISTORY = "history"
    CHOICE = "choice"
    DATA = "data"
    STRUCTURE = "structure"
    PROCESS = "process"


class Drawn(OpenModel):
    """A diagram's source, and one statement for each of its parts, in reading order."""

    mermaid: str
    statements: tuple[str, ...] = ()


def form_of(topic: str) -> DiagramForm:
    """Return the form that fits the words of a topic: a year means history; steps fit every other topic."""
    words = set(_WORD.findall(topic.casefold()))
    if any(_YEAR.fullmatch(word) for word in words):
        return DiagramForm.HISTORY
    return next((form for form, known in _words_of_forms().items() if known & words), DiagramForm.PROCESS)


@cache
def _words_of_forms() -> dict[DiagramForm, frozenset[str]]:
    text = files(__package__).joinpath("diagram_words.yaml").read_text(encoding="utf-8")
    return TypeAdapter(dict[DiagramForm, frozenset[str]]).validate_python(yaml.safe_load(text))


def draw(form: DiagramForm, topic: str, items: list[str]) -> Drawn:
    """Draw a form of items that `as_label` has cleaned, in the order of the author's phrases."""
    return _FORMS[form](as_label(topic), items)


def as_label(text: str) -> str:
    """Return any text in a form that is valid in a label."""
    return shorten(_NOT_IN_LABELS.sub(" ", text), _LABEL_CHARACTERS, placeholder="…")


def flowchart(items: list[str]) -> Drawn:
    """Return items as a chain."""
    # More than three boxes in a row would be printed too small to read.
    lines = ["flowchart TD" if len(items) > 3 else "flowchart LR"]  # noqa: PLR2004
    lines += [f'  n{number}["{item}"]' for number, item in enumerate(items)]
    lines += [f"  n{number} --> n{number + 1}" for number in range(len(items) - 1)]
    return Drawn(mermaid="\n".join(lines), statements=_steps(items))


def _process(_: str, items: list[str]) -> Drawn:
    return flowchart(items)


def _overview(topic: str, items: list[str]) -> Drawn:
    if len(items) <= _MAX_BRANCHES:
        lines = ["mindmap", f'  c(("{topic}"))', *(f'    p{number}["{part}"]' for number, part in enumerate(items))]
    else:
        lines = ["flowchart LR", f'  c(["{topic}"])']
        for number, part in enumerate(items):
            lines += [f'  p{number}["{part}"]', f"  c --> p{number}"]
    return Drawn(mermaid="\n".join(lines), statements=tuple(f"{topic} – {part}" for part in items))


def _exchange(_: str, items: list[str]) -> Drawn:
    roles, messages = items[:_ROLES], items[_ROLES:]
    lines = ["sequenceDiagram", *(f"  participant r{number} as {role}" for number, role in enumerate(roles))]
    statements = []
    last = len(roles) - 1
    # To the last role, then back to the first.
    path = [(n, n + 1) for n in range(last)] + [(n, n - 1) for n in range(last, 0, -1)]
    for (source, target), message in zip(path, messages, strict=False):
        arrow = "->>" if target > source else "-->>"
        lines.append(f"  r{source}{arrow}r{target}: {message}")
        statements.append(f"{roles[source]} → {roles[target]}: {message}")
    return Drawn(mermaid="\n".join(lines), statements=tuple(statements))


def _cycle(_: str, items: list[str]) -> Drawn:
    lines = ["stateDiagram-v2", *(f'  state "{item}" as s{number}' for number, item in enumerate(items))]
    lines += ["  [*] --> s0", *(f"  s{number} --> s{number + 1}" for number in range(len(items) - 1))]
    return Drawn(mermaid="\n".join([*lines, f"  s{len(items) - 1} --> [*]"]), statements=_steps(items))


def _history(_: str, items: list[str]) -> Drawn:
    # A colon separates a period from its events.
    periods = [item.replace(":", " ") for item in items]
    pairs = list(zip(periods[::2], periods[1::2], strict=False)) or [(periods[0], periods[0])]
    lines = ["timeline TD", *(f"  {period} : {event}" for period, event in pairs)]
    return Drawn(mermaid="\n".join(lines), statements=tuple(f"{period}: {event}" for period, event in pairs))


def _choice(topic: str, items: list[str]) -> Drawn:
    if len(items) <= len(_POSITIONS):
        return _overview(topic, items)
    (little_x, much_x, little_y, much_y), options = items[:4], items[4:]
    lines = ["quadrantChart", f'  x-axis "{little_x}" --> "{much_x}"', f'  y-axis "{little_y}" --> "{much_y}"']
    statements = []
    for option, (x, y) in zip(options, _POSITIONS, strict=False):
        lines.append(f'  "{option}": [{x}, {y}]')
        half = 0.5
        statements.append(f"{option}: {much_x if x > half else little_x}, {much_y if y > half else little_y}")
    return Drawn(mermaid="\n".join(lines), statements=tuple(statements))


def _data(_: str, items: list[str]) -> Drawn:
    entities, relations = items[:_PARTS], items[_PARTS:]
    lines = ["erDiagram", *(f'  e{number}["{entity}"]' for number, entity in enumerate(entities))]
    statements = []
    for number, (relation, sign) in enumerate(zip(relations, ("||--o{", "||--|{", "}o--||"), strict=False)):
        target = (number + 1) % len(entities)
        lines.append(f'  e{number} {sign} e{target} : "{relation}"')
        statements.append(f"{entities[number]} – {entities[target]}: {relation}")
    return Drawn(mermaid="\n".join(lines), statements=tuple(statements))


def _structure(topic: str, items: list[str]) -> Drawn:
    parts, members = items[:_PARTS], items[_PARTS:]
    lines = ["classDiagram", f'  class t["{topic}"]']
    statements = []
    for number, part in enumerate(parts):
        lines.append(f'  class c{number}["{part}"]')
        lines += [f"  c{number} : {member}" for member in members[number : number + 1]]
        lines.append(f"  t *-- c{number}")
        statements.append(f"{topic} – {': '.join([part, *members[number : number + 1]])}")
    return Drawn(mermaid="\n".join(lines), statements=tuple(statements))


def _steps(items: list[str]) -> tuple[str, ...]:
    return tuple(f"{first} → {second}" for first, second in pairwise(items))


_FORMS: dict[DiagramForm, Callable[[str, list[str]], Drawn]] = {
    DiagramForm.OVERVIEW: _overview,
    DiagramForm.EXCHANGE: _exchange,
    DiagramForm.CYCLE: _cycle,
    DiagramForm.HISTORY: _history,
    DiagramForm.CHOICE: _choice,
    DiagramForm.DATA: _data,
    DiagramForm.STRUCTURE: _structure,
    DiagramForm.PROCESS: _process,
}
