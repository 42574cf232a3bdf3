"""A visual on its way: planned by visual_planner, rendered by images_gen, placed by book_builder. One shape for all."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class VisualKind(StrEnum):
    """How a visual is made: Mermaid source rendered as code, or a picture by an image model."""

    DIAGRAM = "diagram"
    ILLUSTRATION = "illustration"


class PlannedVisual(BaseModel):
    """What ``prompts/MM-LL-NNNN-*.json`` holds.

    ``source`` is Mermaid; an illustration has it as well, for when no image model is configured. ``image_prompt`` is
    for an image model only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    visual_id: str
    kind: VisualKind
    description: str
    caption: str = Field(min_length=1)
    alt_text: str = Field(min_length=1)
    long_description: tuple[str, ...] = ()
    """Of a complex visual: a statement for each thing that it shows, in reading order."""
    source: str
    image_prompt: str = ""
    language: str = "en"


class Figure(BaseModel):
    """A rendered visual, as a module's manifest lists it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

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
    """The diagram's source could not be rendered even after its repair: a framed text stands in."""
    model_id: str = ""
    """The image model that drew an illustration."""
    is_stand_in: bool = False
    """A diagram stands for an illustration that the image model would not draw."""
    is_reused: bool = False
