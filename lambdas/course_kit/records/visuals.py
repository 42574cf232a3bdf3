"""Visuals: planned by visual_planner, rendered by images_gen, placed by book_builder, all with these models."""

from enum import StrEnum

from pydantic import Field

from course_kit.data_models import ClosedModel


class VisualKind(StrEnum):
    """The kinds of visual: a diagram rendered from Mermaid source, or a picture by an image model."""

    DIAGRAM = "diagram"
    ILLUSTRATION = "illustration"


class PlannedVisual(ClosedModel):
    """The content of ``prompts/MM-LL-NNNN-*.json``.

    ``source`` is Mermaid; an illustration also has it, for deployments without an image model. ``image_prompt`` is for
    an image model only.
    """

    visual_id: str
    kind: VisualKind
    description: str
    caption: str = Field(min_length=1)
    alt_text: str = Field(min_length=1)
    long_description: tuple[str, ...] = ()
    """One statement for each part of a complex visual, in reading order."""
    source: str
    image_prompt: str = ""
    language: str = "en"


class Figure(ClosedModel):
    """A rendered visual in a module's manifest."""

    visual_id: str
    kind: VisualKind
    caption: str
    alt_text: str
    long_description: tuple[str, ...] = ()
    png_key: str
    svg_key: str | None = None
    width: int
    height: int
    is_fallback: bool = False
    """Whether a framed text replaces a diagram that failed even after its repair."""
    model_id: str = ""
    """The image model that drew an illustration."""
    is_stand_in: bool = False
    """Whether a diagram replaces an illustration that the image model refused."""
    is_reused: bool = False
    is_authors: bool = False
    """Whether its picture is the author's."""
    refusal: str = ""
    """Why the author's file cannot be shown, and what to do; a line then stands in the figure's place."""
    refused_file: str = ""
    content: str = ""
    """The hash of the author's files, so that other ones make another book."""
