"""``runs/{execution}.json``: what was asked, and once the book is done, what came out."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, JsonValue

from course_kit.artefact_store import ArtefactStore
from course_kit.course_estimate import Amounts
from course_kit.prices import ModelPrices


class RunStatus(StrEnum):
    """Where a run stands as far as its own steps know; a run that failed stays ``running`` (Step Functions knows)."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"


class StepTimes(BaseModel):
    """When a step of the whole course ran; modules have theirs in their manifests."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    started_at: datetime
    ended_at: datetime


class EstimateRecord(BaseModel):
    """What was expected of a run that finds nothing made, and what came; money is that of its model calls."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    estimated: Amounts
    estimated_usd: float | None
    prices: ModelPrices | None
    actual: Amounts | None = None
    actual_usd: float | None = None
    ratios: dict[str, float] = {}
    """Actual through estimated; less than 1 where a run found its work made already."""

    @classmethod
    def of(cls, estimated: Amounts, prices: ModelPrices | None) -> Self:
        """Return an estimate before its run; without prices, tokens alone."""
        return cls(estimated=estimated, estimated_usd=_cost(estimated, prices), prices=prices)

    def compared_with(self, actual: Amounts) -> Self:
        """Return the estimate with what the run has come to."""
        pairs = {
            name: (getattr(self.estimated, name), getattr(actual, name))
            for name in ("lessons", "labs", "words", "visuals")
        } | {
            name: (getattr(self.estimated.usage, name), getattr(actual.usage, name))
            for name in ("model_calls", "input_tokens", "output_tokens")
        }
        ratios = {name: round(came / expected, 3) for name, (expected, came) in pairs.items() if expected}
        return self.model_copy(update={"actual": actual, "actual_usd": _cost(actual, self.prices), "ratios": ratios})


def _cost(amounts: Amounts, prices: ModelPrices | None) -> float | None:
    return None if prices is None else prices.cost(amounts.usage.input_tokens, amounts.usage.output_tokens)


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
    estimate: EstimateRecord | None = None
    book: dict[str, str] = {}
    lab_guide: dict[str, str] = {}


def record_book(store: ArtefactStore, key: str, started_at: datetime, actual: Amounts) -> None:
    """Enter in a run's summary that its book has just been built, and what the run has come to.

    Raises ``ArtefactConflict`` as every write does.
    """
    stored, summary = store.find(key), store.read_model(key, RunSummary)
    # A step called on its own, outside a run, has no summary.
    if stored is None or summary is None:
        return
    times = StepTimes(started_at=started_at, ended_at=datetime.now(UTC))
    estimate = summary.estimate.compared_with(actual) if summary.estimate else None
    entered = summary.model_copy(update={"steps": summary.steps | {"book": times}, "estimate": estimate})
    store.write_model(key, entered, replacing=stored)
