"""The step's event and result."""

from typing import ClassVar

from pydantic import BaseModel, Field

from course_kit.run.events import BaseParams


class EditingRequest(BaseParams):
    """The lessons of a course, by the manifests of their modules."""

    asks: ClassVar[str] = "edit"

    manifest_keys: tuple[str, ...] = Field(min_length=1)
    edit_max_calls: int | None = Field(default=None, ge=0)
    """The most model calls of the run for passages that do not go together; None uses the deployment's number."""


class EditingResult(BaseModel):
    """Keys and counts only."""

    findings_key: str
    manifest_key: str
    counts: dict[str, int]
