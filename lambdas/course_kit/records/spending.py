"""The cost of a run's model calls, in one object of the bucket, so that parallel functions share one limit.

Before a call, its highest possible price is reserved; afterwards its real cost replaces the reservation. Each change is
a conditional write: of two functions that reserve at once, one must read again. So spent plus reserved money never
exceeds the limit, and neither does the provider's bill.
"""

import asyncio
import random
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

from pydantic import Field

from course_kit.budget import Budget
from course_kit.data_models import ClosedModel
from course_kit.errors import ArtefactConflict, BudgetExceeded, ModelThrottled, RequestInvalid
from course_kit.run.events import BaseParams
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore

# Calls in flight may cost less than reserved, so a call that does not fit waits for them before it fails.
_PATIENCE = timedelta(minutes=5)
# Longer than any function runs: the function of an older reservation is gone, and its call may have been billed.
_ABANDONED_AFTER = timedelta(minutes=16)
_LONGEST_PAUSE_SECONDS = 1.5


class Reservation(ClosedModel):
    """The highest cost of a call in flight."""

    usd: float
    made_at: datetime


class SpendingRecord(ClosedModel):
    """``spending/{execution}.json``."""

    limit_usd: float
    spent_usd: float = 0.0
    calls: int = 0
    in_flight: dict[str, Reservation] = Field(default_factory=dict)

    @property
    def reserved_usd(self) -> float:
        """The highest cost of all calls in flight."""
        return sum(reservation.usd for reservation in self.in_flight.values())

    def fits(self, usd: float) -> bool:
        """Whether a call of this highest price fits the limit, at any cost of the calls in flight."""
        return self.spent_usd + self.reserved_usd + usd <= self.limit_usd

    def may_come_to_fit(self, usd: float, now: datetime) -> bool:
        """Whether the call may fit later, if calls in flight cost less than reserved."""
        lost = sum(held.usd for held in self.in_flight.values() if now - held.made_at > _ABANDONED_AFTER)
        is_awaited = any(now - held.made_at <= _ABANDONED_AFTER for held in self.in_flight.values())
        return is_awaited and self.spent_usd + lost + usd <= self.limit_usd


@dataclass
class Spending:
    """The spending of one run, for one function."""

    store: ArtefactStore
    key: str
    budget: Budget
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    def of(cls, store: ArtefactStore, params: BaseParams) -> Self | None:
        """Return a run's spending; None for a run without a budget."""
        if params.budget is None:
            return None
        key = ProjectKeys(params.project_folder).spending(params.execution_name)
        return cls(store=store, key=key, budget=params.budget)

    def open(self) -> None:
        """Create the record, unless an earlier attempt of the same execution has done so."""
        record = SpendingRecord(limit_usd=self.budget.limit_usd)
        # The object belongs to this execution, so another attempt of it was faster.
        with suppress(ArtefactConflict):
            self.store.write_model(self.key, record, replacing=None)

    async def reserve(self, usd: float) -> str:
        """Reserve money for a call and return the reservation's id.

        Raises
        ------
        BudgetExceeded
            The call could exceed the limit, even if calls in flight cost nothing.
        """
        give_up_at = datetime.now(UTC) + _PATIENCE
        identity = secrets.token_hex(6)

        def reserved(record: SpendingRecord) -> SpendingRecord:
            # A write whose answer was lost is refused when it is repeated, because it had succeeded.
            if identity in record.in_flight or not record.fits(usd):
                return record
            reservation = Reservation(usd=usd, made_at=datetime.now(UTC))
            return record.model_copy(update={"in_flight": record.in_flight | {identity: reservation}})

        while True:
            record = await self._update(reserved)
            if identity in record.in_flight:
                return identity
            now = datetime.now(UTC)
            if now > give_up_at or not record.may_come_to_fit(usd, now):
                raise BudgetExceeded(self._refusal(record, usd))
            await asyncio.sleep(random.uniform(0.3, _LONGEST_PAUSE_SECONDS))  # noqa: S311 - not a secret

    async def settle(self, identity: str, usd: float | None) -> None:
        """Replace a reservation by the call's real cost.

        ``usd`` is None for an unknown cost: the whole reservation then counts as spent.
        """

        def settled(record: SpendingRecord) -> SpendingRecord:
            held = record.in_flight.get(identity)
            if held is None:
                return record
            cost = held.usd if usd is None else usd
            return record.model_copy(
                update={
                    "spent_usd": record.spent_usd + cost,
                    "calls": record.calls + (cost > 0),
                    "in_flight": {other: kept for other, kept in record.in_flight.items() if other != identity},
                }
            )

        await self._update(settled)

    async def _update(self, change: Callable[[SpendingRecord], SpendingRecord]) -> SpendingRecord:
        async with self._lock:
            record = await asyncio.to_thread(self.store.update, self.key, SpendingRecord, change)
        if record is None:
            raise RequestInvalid(f"budget: found no object {self.key!r}, expected prepare_modules to have written it")
        return record

    def _refusal(self, record: SpendingRecord, usd: float) -> str:
        in_flight = f", and calls in flight may take ${record.reserved_usd:.4f}" if record.in_flight else ""
        return (
            f"spent ${record.spent_usd:.4f} of the budget of ${record.limit_usd:.4f} in {record.calls} model calls"
            f"{in_flight}; the next call may take up to ${usd:.4f}. What was made is kept: run again with a higher "
            "budget_usd (--max-cost)"
        )


@asynccontextmanager
async def drawing_paid_by(spending: Spending | None) -> AsyncIterator[None]:
    """Reserve the price of one image while it is drawn; a throttled call is free, any other failure may be billed."""
    if spending is None:
        yield
        return
    usd = spending.budget.prices.usd_per_image
    reservation = await spending.reserve(usd)
    try:
        yield
    except ModelThrottled:
        await spending.settle(reservation, 0.0)
        raise
    except BaseException:
        await spending.settle(reservation, usd)
        raise
    await spending.settle(reservation, usd)
