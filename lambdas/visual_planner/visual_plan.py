"""What is asked of the model for a lesson's visuals, and the shape of its answer."""

from typing import Annotated

from pydantic import BaseModel, Field

from course_kit.brief.course_brief import RunningExample
from course_kit.data_models import ClosedModel, OpenModel
from course_kit.records.visuals import VisualKind
from course_kit.text.printed_text import PrintedText


class RequestedVisual(OpenModel):
    """One place in the lesson where the writer wants a visual."""

    visual_id: str
    description: str
    context: str = Field(exclude=True)
    """The text before it by length, by which a later run sees whether it has changed."""
    before: str = ""
    """The paragraphs before it, under their heading."""
    after: str = ""
    """The paragraph after it."""


class VisualPlanRequest(ClosedModel):
    """Stands as JSON in the planner's prompt."""

    language: str
    course_title: str = ""
    lesson_title: str
    running_example: RunningExample = RunningExample()
    terms: tuple[str, ...] = ()
    visuals: tuple[RequestedVisual, ...]


class VisualDesign(BaseModel):
    """The design of one visual."""

    visual_id: str = Field(description="The id from the request, unchanged")
    kind: VisualKind = Field(description="diagram, or illustration for what must look like a thing or a scene")
    caption: PrintedText = Field(min_length=1, max_length=300, description="One sentence, without a number")
    alt_text: PrintedText = Field(
        min_length=1, max_length=1000, description="What a reader who cannot see it needs to know"
    )
    long_description: list[Annotated[PrintedText, Field(min_length=1, max_length=300)]] = Field(
        default=[],
        max_length=30,
        description="Of a figure with more than five labels: a statement for each thing it shows, in reading order",
    )
    mermaid: str = Field(min_length=1, max_length=8000, description="Mermaid 11 source")
    image_prompt: str = Field(default="", max_length=2000, description="For an image model; empty for a diagram")


class VisualPlan(BaseModel):
    """The design of every visual of one lesson."""

    visuals: list[VisualDesign] = Field(max_length=100)
