"""The step's event and result."""

from pydantic import BaseModel

from course_kit.run.events import BaseParams


class CoursePlanningRequest(BaseParams):
    """A run whose lessons are to share a brief."""


class CoursePlanningResult(BaseModel):
    """Keys and counts only."""

    brief_params: dict[str, str | list[str]]
    """The parameters of later steps that the brief changes; none for a project that was made without one."""
    counts: dict[str, int]
