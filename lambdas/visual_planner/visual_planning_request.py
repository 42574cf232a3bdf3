"""The step's event and result."""

from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, Field

from course_kit.run.events import ModuleParams
from course_kit.usage import Usage


class VisualPlanningRequest(ModuleParams):
    """One lesson whose visuals are to be planned."""

    asks: ClassVar[str] = "visuals"

    lesson_number: int = Field(ge=1)
    lesson_key: str


class VisualPlanningResult(BaseModel):
    """Keys and counts only."""

    module_number: int
    lesson_number: int
    prompt_keys: tuple[str, ...]
    visual_ids: tuple[str, ...] = ()
    visual_count: int
    reused: int
    stale: int = 0
    prompt_version: str
    usage: Usage
    started_at: datetime
    ended_at: datetime
