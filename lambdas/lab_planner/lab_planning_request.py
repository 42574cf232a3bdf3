"""The step's event and result."""

from typing import ClassVar

from pydantic import BaseModel

from course_kit.run.events import ModuleParams


class LabPlanningRequest(ModuleParams):
    """One module whose labs are to be planned."""

    asks: ClassVar[str] = "lab_plan"


class LabPlanningResult(BaseModel):
    """Keys and counts only."""

    module_number: int
    master_plan_key: str
    lab_count: int
