"""``runs/{execution}.json``: the request of a run and, once the book is done, its results."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from pydantic import Field, JsonValue

from course_kit.data_models import ClosedModel
from course_kit.forecast.course_estimate import Amounts
from course_kit.price_rows import ModelPrices
from course_kit.records.journal import ExecutionEntry, write_together
from course_kit.store.artefact_store import ArtefactStore
from course_kit.usage import Usage


class RunStatus(StrEnum):
    """The status of a run by its own steps; a failed run stays ``running`` here (ask Step Functions)."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"


class StepTimes(ClosedModel):
    """The times of a step of the whole course; the times of modules are in their manifests."""

    started_at: datetime
    ended_at: datetime


class EstimateRecord(ClosedModel):
    """The estimate of a run without reuse, and its actual amounts; money is for model calls only.

    Actual amounts compare with ``to_make``: the estimate for the work that the run did not reuse.
    """

    estimated: Amounts
    estimated_usd: float | None
    prices: ModelPrices | None
    to_make: Usage | None = None
    """None until the book is built."""
    to_make_usd: float | None = None
    actual: Amounts | None = None
    actual_usd: float | None = None
    ratios: dict[str, float] = Field(default_factory=dict)
    """Actual divided by estimated: content by the whole estimate, calls and tokens by ``to_make``."""

    @classmethod
    def of(cls, estimated: Amounts, prices: ModelPrices | None) -> Self:
        """Return the record of an estimate before its run; without prices it has tokens only."""
        return cls(estimated=estimated, estimated_usd=_cost(estimated.usage, prices), prices=prices)

    def compared_with(self, actual: Amounts, to_make: Usage) -> Self:
        """Return the estimate with the run's actual amounts and the work that was to do."""
        if self.prices is None or self.prices.short is None:
            to_make = to_make.by_text_model()
        pairs = {
            name: (getattr(self.estimated, name), getattr(actual, name))
            for name in ("lessons", "labs", "words", "visuals")
        } | {
            "model_calls": (to_make.model_calls, actual.usage.model_calls),
            # From a cache or not: the estimate of the work to do knows no cache.
            "input_tokens": (to_make.sent_tokens, actual.usage.sent_tokens),
            "output_tokens": (to_make.output_tokens, actual.usage.output_tokens),
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
    return None if prices is None else prices.cost(usage)


class RunSummary(ExecutionEntry):
    """One execution: written by prepare_modules, completed by pdf_renderer, the last step.

    ``steps`` gets the times of ``prepare``, ``book`` and ``pdf`` when each of them ends.
    """

    status: RunStatus
    request: dict[str, JsonValue]
    modules: tuple[int, ...]
    regenerates: tuple[str, ...] = ()
    """What the request wants made again, by the numbers in keys: those that readers see may change before a resume."""
    started_at: datetime
    ended_at: datetime | None = None
    steps: dict[str, StepTimes] = Field(default_factory=dict)
    estimate: EstimateRecord | None = None
    book: dict[str, str] = Field(default_factory=dict)
    lab_guide: dict[str, str] = Field(default_factory=dict)


def enter_in_summary(store: ArtefactStore, key: str, changed: Callable[[RunSummary], RunSummary]) -> None:
    """Change a run's summary; a step called outside a run has no summary.

    Raises ``ArtefactConflict`` as `write_together` does.
    """
    stored, summary = store.find(key), store.read_model(key, RunSummary)
    if stored is not None and summary is not None:
        write_together(store, key, changed(summary), replacing=stored, together_with=changed)


def record_step(store: ArtefactStore, key: str, name: str, times: StepTimes) -> None:
    """Record in a run's summary when a step of the whole course began and ended."""
    enter_in_summary(store, key, lambda summary: summary.model_copy(update={"steps": summary.steps | {name: times}}))


def record_book(store: ArtefactStore, key: str, started_at: datetime, actual: Amounts, to_make: Usage) -> None:
    """Record in a run's summary that its book is built, with the actual amounts and the estimate."""
    times = StepTimes(started_at=started_at, ended_at=datetime.now(UTC))

    def built(summary: RunSummary) -> RunSummary:
        estimate = summary.estimate.compared_with(actual, to_make) if summary.estimate else None
        return summary.model_copy(update={"steps": summary.steps | {"book": times}, "estimate": estimate})

    enter_in_summary(store, key, built)
