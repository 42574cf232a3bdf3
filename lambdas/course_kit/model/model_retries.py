"""How often one model call is tried inside a function: patiently when throttled, briefly when the provider is down.

The one layer of retries in a function: botocore, the OpenAI client and strands try once, and the state machine comes
after it.
"""

import asyncio
import random

from course_kit.errors import ModelThrottled
from course_kit.model.model_errors import is_outage

# A quota refills all the time, so a throttled call waits for its tokens here, where nothing else has to be done again:
# up to 1, 2, 4, 8 s, then 10 s, with full jitter; 20 attempts are a minute and a half. A refused call costs no token.
THROTTLE_ATTEMPTS = 20
OUTAGE_ATTEMPTS = 3
MAX_DELAY_SECONDS = 10.0


class ModelRetries:
    """Counts the failures of one model call."""

    def __init__(self) -> None:
        self._throttles = 0
        self._outages = 0

    async def has_waited(self, error: Exception) -> bool:
        """Wait before the call is tried again; False, at once, when it is not to be."""
        if isinstance(error, ModelThrottled):
            self._throttles += 1
            return self._throttles < THROTTLE_ATTEMPTS and await _waited(self._throttles)
        if is_outage(error):
            self._outages += 1
            return self._outages < OUTAGE_ATTEMPTS and await _waited(self._outages)
        return False


async def _waited(failures: int) -> bool:
    await asyncio.sleep(random.uniform(0, min(2 ** (failures - 1), MAX_DELAY_SECONDS)))  # noqa: S311 - not a secret
    return True
