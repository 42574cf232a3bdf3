"""``manifests/brief.json``: what the step that plans the course made in one execution."""

from datetime import datetime

from pydantic import Field

from course_kit.records.journal import ExecutionEntry
from course_kit.records.written import Written
from course_kit.usage import Usage


class BriefManifest(ExecutionEntry):
    """The brief of a course, from one execution."""

    started_at: datetime
    ended_at: datetime
    is_reused: bool = False
    slices: int = 0
    """Lessons that have a slice."""
    slices_made: int = 0
    """Those of them that this execution asked for."""
    model_id: str = ""
    prompt_version: str = ""
    usage: Usage = Usage()
    written: dict[str, Written] = Field(default_factory=dict)
    """What is stored, by key; it goes on from execution to execution."""
