"""What is asked of the model for a module's labs, and the shape of its answer."""

from pydantic import BaseModel, Field

from course_kit.data_models import ClosedModel
from course_kit.outline.labs import LabTool, OutlineLab
from course_kit.text.printed_text import PrintedText


class LessonOfLab(ClosedModel):
    """What readers have read when they come to the labs of a lesson."""

    lesson_title: str
    topics: tuple[str, ...]
    objectives: tuple[str, ...]
    step_of_running_example: str = ""


class EarlierLab(ClosedModel):
    """A lab of an earlier module."""

    module_title: str
    title: str


class LabPlanRequest(ClosedModel):
    """Stands as JSON in the planner's prompt."""

    language: str
    course_title: str
    course_level: str
    audience: tuple[str, ...]
    module_title: str
    module_summary: str
    lab_requirements: str
    labs: tuple[OutlineLab, ...]
    lessons: tuple[LessonOfLab, ...] = ()
    """The lessons of the module."""
    earlier_labs: tuple[EarlierLab, ...] = ()


class LabDesign(BaseModel):
    """The plan of one lab."""

    lab_id: str = Field(description="The id from the request, unchanged")
    title: str = Field(min_length=1, max_length=200)
    objectives: list[PrintedText] = Field(
        min_length=1, max_length=8, description="What the participant does and can check"
    )
    duration_minutes: int = Field(gt=0, le=1440)
    prerequisites: list[PrintedText] = Field(default_factory=list, max_length=12)
    environment: PrintedText = Field(min_length=1, max_length=1000, description="Where the lab runs")
    tools: list[LabTool] = Field(
        default_factory=list, max_length=20, description="A version only where the request states it"
    )
    depends_on: list[str] = Field(default_factory=list, max_length=20, description="Ids of earlier labs")


class LabPlan(BaseModel):
    """The plan of every lab of the request."""

    labs: list[LabDesign]
