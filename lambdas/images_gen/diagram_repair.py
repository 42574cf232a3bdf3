"""Repair of a diagram that mermaid.js refuses: one call of the language model, with the error message."""

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from course_kit.data_models import OpenModel
from course_kit.records.visuals import PlannedVisual
from course_kit.text.prompt_template import PromptTemplate, as_prompt_data

if TYPE_CHECKING:
    from course_kit.model.model_provider import TextModel

_PROMPTS = Path(__file__).parent / "prompts"
_SYSTEM = PromptTemplate.load(_PROMPTS / "system.md")
_REPAIR = PromptTemplate.load(_PROMPTS / "repair.md")
_MAX_TOKENS = 2048


class DiagramRepairRequest(OpenModel):
    """The JSON data of the repair prompt."""

    description: str
    source: str
    parser_message: str


class RepairedDiagram(BaseModel):
    """The model's answer."""

    mermaid: str = Field(min_length=1, max_length=8000, description="Mermaid 11 source that parses")


async def repaired_source(model: "TextModel", visual: PlannedVisual, parser_message: str) -> str:
    """Return repaired Mermaid source for a visual.

    Raises
    ------
    ModelThrottled, ModelUnavailable, BudgetExceeded, TextRejected
        The call failed, for now or for good.
    """
    request = DiagramRepairRequest(description=visual.description, source=visual.source, parser_message=parser_message)
    decision = await model.decide(
        _REPAIR.fill(request=as_prompt_data(request)), RepairedDiagram, system=_SYSTEM.text, max_tokens=_MAX_TOKENS
    )
    return decision.value.mermaid
