"""Designs of a lesson's visuals: a Mermaid diagram of the form that fits a description, in its language."""

from pydantic import BaseModel

from course_kit.data_models import OpenModel
from offline_author.diagram_forms import DiagramForm, as_label, draw, flowchart
from offline_author.phrases import Phrases

_MAX_NODES = 8


class VisualWanted(OpenModel):
    """One visual of a request."""

    visual_id: str
    description: str
    context: str = ""


class VisualRequest(OpenModel):
    """The data between ``<visual_plan_request>`` tags."""

    language: str
    lesson_title: str
    visuals: list[VisualWanted]


class DiagramRepair(OpenModel):
    """The data between ``<diagram_repair>`` tags."""

    description: str
    source: str = ""
    parser_message: str = ""


class Design(BaseModel):
    """The arguments of the ``VisualPlan`` tool, for one visual."""

    visual_id: str
    kind: str = "diagram"
    caption: str
    alt_text: str
    long_description: list[str] = []
    mermaid: str
    image_prompt: str = ""


def design_visuals(request: VisualRequest) -> list[Design]:
    """Return a design for each visual asked for, in their order."""
    phrases = Phrases.of(request.language)
    return [_design(visual, phrases) for visual in request.visuals]


def plain_diagram(description: str) -> str:
    """Return a flowchart of a description's parts; the source is valid for any description."""
    _, items = _parts(description)
    return flowchart(items).mermaid


def _design(visual: VisualWanted, phrases: Phrases) -> Design:
    subject, items = _parts(visual.description)
    caption, topic, drawn = subject, subject, flowchart(items)
    for form in DiagramForm:
        lead = phrases.visuals[form].split("{topic}")[0]
        if visual.description.startswith(lead):
            topic = subject.removeprefix(lead).strip()
            caption = phrases.captions[form].format(topic=topic)
            drawn = draw(form, topic, items)
    return Design(
        visual_id=visual.visual_id,
        caption=_capitalised(caption),
        alt_text=phrases.alt_text.format(topic=topic, items=", ".join(items)),
        long_description=list(drawn.statements),
        mermaid=drawn.mermaid,
    )


def _parts(description: str) -> tuple[str, list[str]]:
    """Split ``Subject — one; two; three``; a description without parts is one part."""
    subject, separator, listed = description.rpartition(" — ")
    if not separator or ";" not in listed:
        subject, listed = description, description
    items = [item for part in listed.split(";") if (item := as_label(part))]
    return subject.strip(), items[:_MAX_NODES] or ["…"]


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
