"""Repair of a diagram that mermaid.js refuses: one call of the language model, with the error message."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from course_kit.records.spending import Spending
from course_kit.records.visuals import PlannedVisual
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import ModelProvider
from course_kit.text.prompt_template import as_prompt_data
from course_kit.usage import Usage
from images_gen.figure_fingerprint import REPAIR, SYSTEM

_MAX_TOKENS = 2048


class DiagramRepairRequest(BaseModel):
    """The JSON data of the repair prompt."""

    model_config = ConfigDict(frozen=True)

    description: str
    source: str
    parser_message: str


class RepairedDiagram(BaseModel):
    """The model's answer."""

    mermaid: str = Field(min_length=1, max_length=8000, description="Mermaid 11 source that parses")


@dataclass(frozen=True, kw_only=True)
class DiagramRepair:
    """Repairs of refused diagrams by the language model."""

    provider: ModelProvider
    environment: FunctionEnvironment
    spending: Spending | None

    async def repaired(self, visual: PlannedVisual, parser_message: str) -> tuple[str, Usage]:
        """Return repaired Mermaid source for a visual, and the usage of the call.

        Raises
        ------
        ModelThrottled, ModelUnavailable, BudgetExceeded, TextRejected
            The call failed, for now or for good.
        """
        # Few diagrams need a repair, and strands is half of this function's import time.
        from course_kit.model.model_provider import TextModel

        model = TextModel(self.provider, self.environment, spending=self.spending)
        request = DiagramRepairRequest(
            description=visual.description, source=visual.source, parser_message=parser_message
        )
        decision = await model.decide(
            REPAIR.fill(request=as_prompt_data(request)), RepairedDiagram, system=SYSTEM.text, max_tokens=_MAX_TOKENS
        )
        return decision.value.mermaid, decision.usage
