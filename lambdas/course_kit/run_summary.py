"""``runs/{execution}.json``: what was asked, and once the book is done, what came out."""

from datetime import UTC, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, JsonValue

from course_kit.artefact_store import ArtefactStore


class RunStatus(StrEnum):
    """Where a run stands as far as its own steps know; a run that failed stays ``running`` (Step Functions knows)."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"


class StepTimes(BaseModel):
    """When a step of the whole course ran; modules have theirs in their manifests."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    started_at: datetime
    ended_at: datetime


class RunSummary(BaseModel):
    """One execution: written by prepare_modules, completed by pdf_renderer, the last step.

    ``steps`` has the times of ``prepare``, ``book`` and ``pdf`` as each of them ends.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    execution_name: str
    status: RunStatus
    request: dict[str, JsonValue]
    modules: tuple[int, ...]
    started_at: datetime
    ended_at: datetime | None = None
    steps: dict[str, StepTimes] = {}
    book: dict[str, str] = {}
    lab_guide: dict[str, str] = {}


def record_step(store: ArtefactStore, key: str, name: str, started_at: datetime) -> None:
    """Enter in a run's summary that a step has just ended; raises ``ArtefactConflict`` as every write does."""
    stored, summary = store.find(key), store.read_model(key, RunSummary)
    # A step called on its own, outside a run, has no summary.
    if stored is None or summary is None:
        return
    times = StepTimes(started_at=started_at, ended_at=datetime.now(UTC))
    store.write_model(key, summary.model_copy(update={"steps": summary.steps | {name: times}}), replacing=stored)
