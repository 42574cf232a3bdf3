"""The price of one conversation's model calls, reserved before each and settled after it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from course_kit.errors import ModelThrottled
from course_kit.records.spending import Spending
from course_kit.usage import Usage

# What providers add to a conversation: roles, and the instructions that go with tools.
_FRAMING_TOKENS = 1000


@dataclass
class Bill:
    """What one call has used; nobody knows of one that broke off, or of a server that does not count."""

    usage: Usage | None = None


@dataclass(frozen=True)
class CallBudget:
    """Reserves before each model call, and settles after it; a run without a budget has no spending to keep."""

    spending: Spending | None
    max_tokens: int

    @asynccontextmanager
    async def paid(self, sent: object) -> AsyncIterator[Bill]:
        """Hold the most that a call may cost while it is made; ``sent`` is everything that goes to the model."""
        bill = Bill()
        if self.spending is None:
            yield bill
            return
        prices = self.spending.budget.prices
        # A token is at least one byte, in every tokenizer that works on bytes.
        most = prices.cost(bytes_of(sent) + _FRAMING_TOKENS, self.max_tokens)
        reservation = await self.spending.reserve(most)
        try:
            yield bill
        except ModelThrottled:
            await self.spending.settle(reservation, 0.0)
            raise
        except BaseException:
            # A connection that broke may have been billed for what came before.
            await self.spending.settle(reservation, None)
            raise
        used = bill.usage
        is_known = used is not None and used.input_tokens + used.output_tokens > 0
        cost = prices.cost(used.input_tokens, used.output_tokens) if used and is_known else None
        await self.spending.settle(reservation, cost)


def bytes_of(sent: object) -> int:
    """Return how many bytes go to a model."""
    return len(json.dumps(sent, ensure_ascii=False, default=str).encode("utf-8", "replace"))
