"""``runs/{execution}.json``: what was asked, and once the book is done, what came out."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from course_kit.forecast.course_estimate import Amounts
from course_kit.price_rows import ModelPrices
from course_kit.records.journal import ExecutionEntry, write_together
from course_kit.store.artefact_store import ArtefactStore
from course_kit.usage import Usage


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
    """What was expected of a run that finds nothing made, and what came; money is that of its model calls.

    What a run came to is measured by ``to_make``: what was expected of the work that it did not find made.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    estimated: Amounts
    estimated_usd: float | None
    prices: ModelPrices | None
    to_make: Usage | None = None
    """None until the run has come to its book."""
    to_make_usd: float | None = None
    actual: Amounts | None = None
    actual_usd: float | None = None
    ratios: dict[str, float] = {}
    """Actual through estimated: of what the course holds by the whole, of calls and tokens by ``to_make``."""

    @classmethod
    def of(cls, estimated: Amounts, prices: ModelPrices | None) -> Self:
        """Return an estimate before its run; without prices, tokens alone."""
        return cls(estimated=estimated, estimated_usd=_cost(estimated.usage, prices), prices=prices)

    def compared_with(self, actual: Amounts, to_make: Usage) -> Self:
        """Return the estimate with what the run has come to, and what was to be made."""
        pairs = {
            name: (getattr(self.estimated, name), getattr(actual, name))
            for name in ("lessons", "labs", "words", "visuals")
        } | {
            name: (getattr(to_make, name), getattr(actual.usage, name))
            for name in ("model_calls", "input_tokens", "output_tokens")
        }
        ratios = {name: round(came / expected, 3) for name, (expected, came) in pairs.items() if expected}
        return self.model_copy(
            update={
                "to_make": to_make,
                "to_make_usd": _cost(to_make, self.prices),
                "actual": actual,
                "actual_usd": _cost(actual.usage, self.prices),
                "ratios": ratios,
            }
        )


def _cost(usage: Usage, prices: ModelPrices | None) -> float | None:
    return None if prices is None else prices.cost(usage.input_tokens, usage.output_tokens)


class RunSummary(ExecutionEntry):
    """One execution: written by prepare_modules, completed by pdf_renderer, the last step.

    ``steps`` has the times of ``prepare``, ``book`` and ``pdf`` as each of them ends.
    """

    status: RunStatus
    request: dict[str, JsonValue]
    modules: tuple[int, ...]
    started_at: datetime
    ended_at: datetime | None = None
    steps: dict[str, StepTimes] = Field(default_factory=dict)
    estimate: EstimateRecord | None = None
    book: dict[str, str] = Field(default_factory=dict)
    lab_guide: dict[str, str] = Field(default_factory=dict)


def enter_in_summary(store: ArtefactStore, key: str, changed: Callable[[RunSummary], RunSummary]) -> None:
    """Change a run's summary; a step called on its own, outside a run, has none.

    Raises ``ArtefactConflict`` as `write_together` does.
    """
    stored, summary = store.find(key), store.read_model(key, RunSummary)
    if stored is not None and summary is not None:
        write_together(store, key, changed(summary), replacing=stored, together_with=changed)


def record_book(store: ArtefactStore, key: str, started_at: datetime, actual: Amounts, to_make: Usage) -> None:
    """Enter in a run's summary that its book has just been built, what the run has come to and what it was to make."""
    times = StepTimes(started_at=started_at, ended_at=datetime.now(UTC))

    def built(summary: RunSummary) -> RunSummary:
        estimate = summary.estimate.compared_with(actual, to_make) if summary.estimate else None
        return summary.model_copy(update={"steps": summary.steps | {"book": times}, "estimate": estimate})

    enter_in_summary(store, key, built)
