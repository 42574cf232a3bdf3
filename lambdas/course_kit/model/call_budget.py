"""The price of one conversation's model calls, reserved before each and settled after it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from course_kit.errors import ModelThrottled
from course_kit.price_rows import ModelPrices
from course_kit.records.spending import Spending
from course_kit.usage import Usage

# The tokens that providers add to a conversation: roles, and instructions for tools.
_FRAMING_TOKENS = 1000


@dataclass
class Bill:
    """The usage of one call; unknown for a call that broke off, or for a server that does not count."""

    usage: Usage | None = None


@dataclass(frozen=True)
class CallBudget:
    """Reserves money before each model call and settles it afterwards; a run without a budget has no record."""

    spending: Spending | None
    max_tokens: int
    is_short: bool = False
    """Whether the calls are the short text model's, at its prices."""
    may_cache: bool = False
    """Whether what is sent may be written to a cache, at the price of that."""

    @asynccontextmanager
    async def paid(self, sent: object) -> AsyncIterator[Bill]:
        """Reserve a call's highest price while it runs; ``sent`` is everything that goes to the model."""
        bill = Bill()
        if self.spending is None:
            yield bill
            return
        prices = self._prices(self.spending)
        # In every tokenizer for bytes, a token is at least one byte.
        most = prices.most(bytes_of(sent) + _FRAMING_TOKENS, self.max_tokens, may_cache=self.may_cache)
        reservation = await self.spending.reserve(most)
        try:
            yield bill
        except ModelThrottled:
            await self.spending.settle(reservation, 0.0)
            raise
        except BaseException:
            # A call whose connection broke may have been billed for its first part.
            await self.spending.settle(reservation, None)
            raise
        used = bill.usage
        is_known = used is not None and used.sent_tokens + used.output_tokens > 0
        await self.spending.settle(reservation, prices.cost(used) if used and is_known else None)

    def _prices(self, spending: Spending) -> ModelPrices:
        prices = spending.budget.prices
        return prices.of_short if self.is_short else prices


def bytes_of(sent: object) -> int:
    """Return the number of bytes that go to a model."""
    return len(json.dumps(sent, ensure_ascii=False, default=str).encode("utf-8", "replace"))
