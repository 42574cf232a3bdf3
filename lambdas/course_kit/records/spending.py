"""What a run's model calls have cost, kept in one object of the bucket so that functions side by side share one limit.

Before a call its highest possible price is reserved; after it, what it really cost takes the reservation's place. Each
change is a conditional write: of two functions that reserve at once, one has to look again. So money spent and money
reserved never add up to more than the limit, and neither does what the provider bills.
"""

import asyncio
import random
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict

from course_kit.budget import Budget
from course_kit.errors import ArtefactConflict, BudgetExceeded, ModelThrottled, RequestInvalid
from course_kit.run.events import BaseParams
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import Artefact, ArtefactStore

# Calls in flight may cost less than they have reserved, so a call that does not fit waits for them before it gives up.
_PATIENCE = timedelta(minutes=5)
# Longer than any function lives: who has reserved this long ago is gone, and its call may have been billed.
_ABANDONED_AFTER = timedelta(minutes=16)
_LONGEST_PAUSE_SECONDS = 1.5


class Reservation(BaseModel):
    """The most that a call in flight may cost."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    usd: float
    made_at: datetime


class SpendingRecord(BaseModel):
    """``spending/{execution}.json``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limit_usd: float
    spent_usd: float = 0.0
    calls: int = 0
    in_flight: dict[str, Reservation] = {}

    @property
    def reserved_usd(self) -> float:
        """What calls in flight may cost at most."""
        return sum(reservation.usd for reservation in self.in_flight.values())

    def fits(self, usd: float) -> bool:
        """Whether a call of at most this price keeps the limit, whatever the calls in flight cost."""
        return self.spent_usd + self.reserved_usd + usd <= self.limit_usd

    def may_come_to_fit(self, usd: float, now: datetime) -> bool:
        """Whether it may, once calls in flight turn out to be cheaper."""
        lost = sum(held.usd for held in self.in_flight.values() if now - held.made_at > _ABANDONED_AFTER)
        is_awaited = any(now - held.made_at <= _ABANDONED_AFTER for held in self.in_flight.values())
        return is_awaited and self.spent_usd + lost + usd <= self.limit_usd


@dataclass
class Spending:
    """The spending of one run, as one function sees it."""

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
        """Begin to count, unless an earlier attempt of the same execution has."""
        record = SpendingRecord(limit_usd=self.budget.limit_usd)
        # The object is this execution's own: who was quicker was another attempt of it.
        with suppress(ArtefactConflict):
            self.store.write_model(self.key, record, replacing=None)

    async def reserve(self, usd: float) -> str:
        """Set money aside for a call and return the reservation's id.

        Raises
        ------
        BudgetExceeded
            The call could pass the limit, and no call in flight can change that.
        """
        give_up_at = datetime.now(UTC) + _PATIENCE
        identity = secrets.token_hex(6)
        while True:
            async with self._lock:
                stored, record = await asyncio.to_thread(self._read)
                # A write whose answer was lost is tried again by the client and refused: it has been done all the same.
                if identity in record.in_flight:
                    return identity
                if record.fits(usd):
                    reservation = Reservation(usd=usd, made_at=datetime.now(UTC))
                    changed = record.model_copy(update={"in_flight": record.in_flight | {identity: reservation}})
                    if await asyncio.to_thread(self._has_replaced, stored, changed):
                        return identity
                    pause = random.uniform(0, 0.1)  # noqa: S311 - not a secret
                else:
                    now = datetime.now(UTC)
                    if now > give_up_at or not record.may_come_to_fit(usd, now):
                        raise BudgetExceeded(self._refusal(record, usd))
                    pause = random.uniform(0.3, _LONGEST_PAUSE_SECONDS)  # noqa: S311 - not a secret
            await asyncio.sleep(pause)

    async def settle(self, identity: str, usd: float | None) -> None:
        """Put what a call cost in its reservation's place.

        ``usd`` None means that nobody knows: the whole reservation counts as spent.
        """
        while True:
            async with self._lock:
                stored, record = await asyncio.to_thread(self._read)
                held = record.in_flight.get(identity)
                if held is None:
                    return
                cost = held.usd if usd is None else usd
                changed = record.model_copy(
                    update={
                        "spent_usd": record.spent_usd + cost,
                        "calls": record.calls + (cost > 0),
                        "in_flight": {other: kept for other, kept in record.in_flight.items() if other != identity},
                    }
                )
                if await asyncio.to_thread(self._has_replaced, stored, changed):
                    return
            await asyncio.sleep(random.uniform(0, 0.1))  # noqa: S311 - not a secret

    def _read(self) -> tuple[Artefact, SpendingRecord]:
        # The ETag first: if the body is newer than it, the write is refused and done again.
        stored, record = self.store.find(self.key), self.store.read_model(self.key, SpendingRecord)
        if stored is None or record is None:
            raise RequestInvalid(f"budget: found no object {self.key!r}, expected prepare_modules to have written it")
        return stored, record

    def _has_replaced(self, stored: Artefact, record: SpendingRecord) -> bool:
        try:
            self.store.write_model(self.key, record, replacing=stored)
        except ArtefactConflict:
            return False
        return True

    def _refusal(self, record: SpendingRecord, usd: float) -> str:
        in_flight = f", and calls in flight may take ${record.reserved_usd:.4f}" if record.in_flight else ""
        return (
            f"spent ${record.spent_usd:.4f} of the budget of ${record.limit_usd:.4f} in {record.calls} model calls"
            f"{in_flight}; the next call may take up to ${usd:.4f}. What was made is kept: run again with a higher "
            "budget_usd (--max-cost)"
        )


@asynccontextmanager
async def drawing_paid_by(spending: Spending | None) -> AsyncIterator[None]:
    """Reserve the price of one image while it is drawn; a throttled call cost nothing, any other may have."""
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
