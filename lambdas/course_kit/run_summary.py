"""``runs/{execution}.json``: what was asked, and once the book is done, what came out."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, JsonValue


class RunStatus(StrEnum):
    """Where a run stands as far as its own steps know; a run that failed stays ``running`` (Step Functions knows)."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"


class RunSummary(BaseModel):
    """One execution: written by prepare_modules, completed by pdf_renderer, the last step."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    execution_name: str
    status: RunStatus
    request: dict[str, JsonValue]
    modules: tuple[int, ...]
    started_at: datetime
    ended_at: datetime | None = None
    book: dict[str, str] = {}
    lab_guide: dict[str, str] = {}
