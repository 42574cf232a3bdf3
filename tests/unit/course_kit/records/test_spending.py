"""A run's budget: shared by functions side by side, and never passed."""

import asyncio
import random
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from pydantic import BaseModel

from course_kit.budget import Budget
from course_kit.errors import ArtefactConflict, BudgetExceeded, ModelThrottled, RequestInvalid, TextRejected
from course_kit.price_rows import ModelPrices
from course_kit.records.spending import Reservation, Spending, SpendingRecord, drawing_paid_by
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_store import ArtefactStore

KEY = "p/spending/run-1.json"
GIVE_UP_SECONDS = 240
PRICES = ModelPrices(usd_per_million_input=3, usd_per_million_output=15, usd_per_image=0.25)


def spending(store: ArtefactStore, limit: float = 1.0) -> Spending:
    opened = Spending(store=store, key=KEY, budget=Budget(limit_usd=limit, prices=PRICES))
    opened.open()
    return opened


def record(store: ArtefactStore) -> SpendingRecord:
    found = store.read_model(KEY, SpendingRecord)
    assert found is not None
    return found


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda low, high: 0.001)


def test_a_call_costs_what_it_cost_and_not_what_was_reserved(store: ArtefactStore) -> None:
    # Given
    budget = spending(store)

    async def one_call() -> None:
        reservation = await budget.reserve(0.6)
        assert record(store).reserved_usd == 0.6
        await budget.settle(reservation, 0.1)

    # When
    asyncio.run(one_call())
    asyncio.run(one_call())
    # Then
    assert record(store) == SpendingRecord(limit_usd=1, spent_usd=0.2, calls=2)


def test_a_call_that_could_pass_the_limit_is_not_made_and_the_refusal_names_the_money(store: ArtefactStore) -> None:
    # Given
    budget = spending(store)
    asyncio.run(budget.settle(asyncio.run(budget.reserve(0.7)), 0.7))
    # When
    with pytest.raises(BudgetExceeded) as refused:
        asyncio.run(budget.reserve(0.31))
    # Then
    text = str(refused.value)
    assert "spent $0.7000 of the budget of $1.0000 in 1 model calls; the next call may take up to $0.3100" in text
    assert "--max-cost" in text
    assert record(store).reserved_usd == 0
    # And: what still fits is made.
    asyncio.run(budget.reserve(0.3))


@dataclass(frozen=True)
class Watched(ArtefactStore):
    """A store that counts how often its objects were looked up."""

    found: list[str] = field(default_factory=list)

    @property
    def looks(self) -> int:
        return len(self.found)

    def find(self, key: str, version: str | None = None) -> Artefact | None:
        self.found.append(key)
        return super().find(key, version)


def test_a_call_waits_for_calls_in_flight_that_may_turn_out_cheaper(store: ArtefactStore) -> None:
    # Given: a call in flight that has reserved most of the budget.
    watched = Watched(store.client, store.bucket)
    budget = spending(watched)

    async def both() -> SpendingRecord:
        first = await budget.reserve(0.9)
        looks = watched.looks
        second = asyncio.create_task(budget.reserve(0.5))
        # What does not fit is looked at again; what does would be reserved after one look.
        while watched.looks < looks + 2 and not second.done():
            await asyncio.sleep(0)
        assert not second.done()
        # When: it turns out to be cheap.
        await budget.settle(first, 0.2)
        await second
        return record(store)

    assert asyncio.run(both()).spent_usd == 0.2


def test_a_call_of_which_nobody_knows_the_price_counts_in_full(store: ArtefactStore) -> None:
    budget = spending(store)
    asyncio.run(budget.settle(asyncio.run(budget.reserve(0.4)), None))
    assert record(store).spent_usd == 0.4


def test_what_a_killed_function_had_reserved_stays_reserved_and_is_not_waited_for(store: ArtefactStore) -> None:
    # Given: a function that reserved, called the model, and was killed, long ago.
    budget = spending(store)
    lost = Reservation(usd=0.8, made_at=datetime.now(UTC) - timedelta(hours=1))
    stored = store.find(KEY)
    store.write_model(KEY, SpendingRecord(limit_usd=1, in_flight={"lost": lost}), replacing=stored)
    # When / Then
    with pytest.raises(BudgetExceeded, match=r"calls in flight may take \$0.8000"):
        asyncio.run(budget.reserve(0.3))
    asyncio.run(budget.reserve(0.2))


def test_a_write_whose_answer_was_lost_is_not_done_twice(store: ArtefactStore) -> None:
    # Given: a store whose every first write arrives, and yet is reported as refused.
    class Forgetful(ArtefactStore):
        refused: ClassVar[list[bool]] = []

        def write_model(
            self,
            key: str,
            model: BaseModel,
            *,
            replacing: Artefact | None,
            fingerprint: str = "",
            shape: str = "",
            metadata: Mapping[str, str] | None = None,
        ) -> Artefact:
            written = super().write_model(
                key, model, replacing=replacing, fingerprint=fingerprint, shape=shape, metadata=metadata
            )
            self.refused.append(len(self.refused) % 2 == 0)
            if self.refused[-1]:
                raise ArtefactConflict("refused")
            return written

    spending(store)
    budget = Spending(Forgetful(store.client, store.bucket), KEY, Budget(limit_usd=1, prices=PRICES))
    # When
    reservation = asyncio.run(budget.reserve(0.6))
    assert len(record(store).in_flight) == 1
    Forgetful.refused.clear()
    asyncio.run(budget.settle(reservation, 0.5))
    # Then
    assert record(store) == SpendingRecord(limit_usd=1, spent_usd=0.5, calls=1)


def test_an_attempt_of_the_same_execution_counts_on(store: ArtefactStore) -> None:
    asyncio.run(spending(store).settle(asyncio.run(spending(store).reserve(0.4)), 0.4))
    assert record(store).spent_usd == 0.4


def test_a_run_whose_spending_was_not_opened_makes_no_call(store: ArtefactStore) -> None:
    budget = Spending(store=store, key=KEY, budget=Budget(limit_usd=1, prices=PRICES))
    with pytest.raises(RequestInvalid, match=r"p/spending/run-1\.json"):
        asyncio.run(budget.reserve(0.1))


@pytest.mark.parametrize(
    ("error", "spent"), [(None, 0.25), (ModelThrottled("later"), 0), (TextRejected("filtered"), 0.25)]
)
def test_an_image_costs_its_price_unless_its_call_was_throttled(
    store: ArtefactStore, error: Exception | None, spent: float
) -> None:
    budget = spending(store)

    async def draw() -> None:
        async with drawing_paid_by(budget):
            assert record(store).reserved_usd == 0.25
            if error:
                raise error

    if error:
        with pytest.raises(type(error)):
            asyncio.run(draw())
    else:
        asyncio.run(draw())
    assert (record(store).spent_usd, record(store).reserved_usd) == (spent, 0)


@dataclass(frozen=True)
class OneAtATime(ArtefactStore):
    """A store whose conditional writes are atomic between threads, as S3's are and moto's are not."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    seen: list[SpendingRecord] = field(default_factory=list)

    def write_model(
        self,
        key: str,
        model: BaseModel,
        *,
        replacing: Artefact | None,
        fingerprint: str = "",
        shape: str = "",
        metadata: Mapping[str, str] | None = None,
    ) -> Artefact:
        with self.lock:
            written = super().write_model(
                key, model, replacing=replacing, fingerprint=fingerprint, shape=shape, metadata=metadata
            )
            assert isinstance(model, SpendingRecord)
            self.seen.append(model)
            return written


def test_functions_side_by_side_never_pass_the_limit_together(store: ArtefactStore) -> None:
    # Given: eight functions with three lessons side by side each, more than the budget can pay for.
    atomic = OneAtATime(store.client, store.bucket)
    spending(atomic, limit=2.0)
    made: list[float] = []

    def function(number: int) -> None:
        chance = random.Random(number)  # noqa: S311
        budget = Spending(store=atomic, key=KEY, budget=Budget(limit_usd=2.0, prices=PRICES))

        async def lesson() -> None:
            try:
                # What is lost from the record would be waited for without end.
                reservation = await asyncio.wait_for(budget.reserve(0.3), GIVE_UP_SECONDS)
            except BudgetExceeded:
                return
            await asyncio.sleep(0.002)
            cost = chance.uniform(0.05, 0.3)
            made.append(cost)
            await budget.settle(reservation, cost)

        async def lessons() -> None:
            await asyncio.gather(*(lesson() for _ in range(3)))

        asyncio.run(lessons())

    # When
    with ThreadPoolExecutor(8) as functions:
        list(functions.map(function, range(8)))
    # Then: at no moment more than the limit, and in the end what was really spent.
    assert all(seen.spent_usd + seen.reserved_usd <= 2.0 for seen in atomic.seen)
    assert record(store).spent_usd == pytest.approx(sum(made))
    assert 1.5 < sum(made) <= 2.0
    assert record(store).in_flight == {}
