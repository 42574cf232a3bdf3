"""Retries of one model call inside a function: many after throttles, few when the provider is down.

The only layer of retries in a function: botocore, the OpenAI client and strands try once. The state machine retries the
step afterwards.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable

from course_kit.errors import ModelThrottled
from course_kit.model.model_errors import is_outage

# A quota refills all the time, so a throttled call waits for its tokens here, where no other work is repeated. The
# waits are up to 1, 2, 4, 8 s, then 10 s, with full jitter; 20 attempts take a minute and a half. A refused call costs
# no token.
THROTTLE_ATTEMPTS = 20
OUTAGE_ATTEMPTS = 3
MAX_DELAY_SECONDS = 10.0


class ModelRetries:
    """Counts the failures of one model call and waits before retries.

    ``tell`` gets each failure that is tried again, and the seconds until then.
    """

    def __init__(self, tell: Callable[[Exception, float], Awaitable[None]] | None = None) -> None:
        self._tell = tell
        self._throttles = 0
        self._outages = 0

    async def has_waited(self, error: Exception) -> bool:
        """Wait before a retry and return True; return False at once when there is no retry."""
        if isinstance(error, ModelThrottled):
            self._throttles += 1
            return self._throttles < THROTTLE_ATTEMPTS and await self._waited(error, self._throttles)
        if is_outage(error):
            self._outages += 1
            return self._outages < OUTAGE_ATTEMPTS and await self._waited(error, self._outages)
        return False

    async def _waited(self, error: Exception, failures: int) -> bool:
        seconds = random.uniform(0, min(2 ** (failures - 1), MAX_DELAY_SECONDS))  # noqa: S311 - not a secret
        telling = [] if self._tell is None else [self._tell(error, seconds)]
        await asyncio.gather(asyncio.sleep(seconds), *telling)
        return True
