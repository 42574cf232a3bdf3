"""Designs of a lesson's visuals: the right kind of Mermaid for what a description says, in its language."""

import re
from textwrap import shorten

from pydantic import BaseModel, ConfigDict

from coursewright.offline_author.phrases import Phrases

_LABEL_CHARACTERS = 44
_MAX_NODES = 8
_NOT_IN_LABELS = re.compile(r"[\"`<>{}\[\]#;|\\]")
_ROLES = 3


class VisualWanted(BaseModel):
    """One visual of a request."""

    model_config = ConfigDict(extra="ignore")

    visual_id: str
    description: str
    context: str = ""


class VisualRequest(BaseModel):
    """What stands between ``<visual_plan_request>`` tags."""

    model_config = ConfigDict(extra="ignore")

    language: str
    lesson_title: str
    visuals: list[VisualWanted]


class DiagramRepair(BaseModel):
    """What stands between ``<diagram_repair>`` tags."""

    model_config = ConfigDict(extra="ignore")

    description: str
    source: str = ""
    parser_message: str = ""


class Design(BaseModel):
    """The arguments of the ``VisualPlan`` tool, for one visual."""

    visual_id: str
    kind: str = "diagram"
    caption: str
    alt_text: str
    mermaid: str
    image_prompt: str = ""


def design_visuals(request: VisualRequest) -> list[Design]:
    """Return a design for each visual asked for, in their order."""
    phrases = Phrases.of(request.language)
    return [_design(visual, phrases) for visual in request.visuals]


def plain_diagram(description: str) -> str:
    """Return a flowchart of a description's parts; valid whatever the description says."""
    _, items = _parts(description)
    return _flowchart(items)


def _design(visual: VisualWanted, phrases: Phrases) -> Design:
    subject, items = _parts(visual.description)
    kinds = (
        (phrases.visual_exchange, phrases.caption_exchange, _sequence),
        (phrases.visual_cycle, phrases.caption_cycle, _cycle),
        (phrases.visual_process, phrases.caption_process, _flowchart),
        (phrases.visual_overview, phrases.caption_overview, _overview),
    )
    caption, mermaid, topic = subject, _flowchart(items), subject
    for pattern, caption_pattern, draw in kinds:
        lead = pattern.split("{topic}")[0]
        if visual.description.startswith(lead):
            topic = subject.removeprefix(lead).strip()
            caption = caption_pattern.format(topic=topic)
            mermaid = _overview([topic, *items]) if draw is _overview else draw(items)
    return Design(
        visual_id=visual.visual_id,
        caption=_capitalised(caption),
        alt_text=phrases.alt_text.format(topic=topic, items=", ".join(items)),
        mermaid=mermaid,
    )


def _parts(description: str) -> tuple[str, list[str]]:
    """Split ``Subject — one; two; three``; a description without parts is its own only one."""
    subject, separator, listed = description.rpartition(" — ")
    if not separator or ";" not in listed:
        subject, listed = description, description
    items = [item for part in listed.split(";") if (item := _label(part))]
    return subject.strip(), items[:_MAX_NODES] or ["…"]


def _label(text: str) -> str:
    return shorten(_NOT_IN_LABELS.sub(" ", text), _LABEL_CHARACTERS, placeholder="…")


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _flowchart(items: list[str]) -> str:
    # More than three boxes in a row would be printed too small to read.
    lines = ["flowchart TD" if len(items) > 3 else "flowchart LR"]  # noqa: PLR2004
    lines += [f'  n{number}["{item}"]' for number, item in enumerate(items)]
    lines += [f"  n{number} --> n{number + 1}" for number in range(len(items) - 1)]
    return "\n".join(lines)


def _overview(items: list[str]) -> str:
    centre, *parts = items
    lines = ["flowchart LR", f'  c(["{_label(centre)}"])']
    for number, part in enumerate(parts):
        lines += [f'  p{number}["{part}"]', f"  c --> p{number}"]
    return "\n".join(lines)


def _sequence(items: list[str]) -> str:
    roles, messages = items[:_ROLES], items[_ROLES:]
    lines = ["sequenceDiagram", *(f"  participant r{number} as {role}" for number, role in enumerate(roles))]
    last = len(roles) - 1
    # There and back again: to the last role, then back to the first.
    path = [(n, n + 1) for n in range(last)] + [(n, n - 1) for n in range(last, 0, -1)]
    for (source, target), message in zip(path, messages, strict=False):
        arrow = "->>" if target > source else "-->>"
        lines.append(f"  r{source}{arrow}r{target}: {message}")
    return "\n".join(lines)


def _cycle(items: list[str]) -> str:
    lines = ["stateDiagram-v2", *(f'  state "{item}" as s{number}' for number, item in enumerate(items))]
    lines += ["  [*] --> s0", *(f"  s{number} --> s{number + 1}" for number in range(len(items) - 1))]
    return "\n".join([*lines, f"  s{len(items) - 1} --> [*]"])
