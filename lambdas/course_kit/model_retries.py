"""How often one model call is tried inside a function: patiently when throttled, briefly when the provider is down.

The one layer of retries in a function: botocore and the OpenAI client try once, strands' own strategy (no jitter, and
it knows only throttles) is off, and the state machine comes after it.
"""

import asyncio
import random

from strands.hooks import AfterModelCallEvent, HookProvider, HookRegistry
from strands.types.exceptions import ModelThrottledException

from course_kit.model_errors import is_outage

# A quota refills all the time, so a throttled call waits for its tokens here, where nothing else has to be done again:
# up to 1, 2, 4, 8 s, then 10 s, with full jitter; 20 attempts are a minute and a half. A refused call costs no token.
THROTTLE_ATTEMPTS = 20
OUTAGE_ATTEMPTS = 3
MAX_DELAY_SECONDS = 10.0


class ModelRetries(HookProvider):
    """Counts the attempts of one conversation's current call; a call that gets through begins anew."""

    def __init__(self) -> None:
        self._throttles = 0
        self._outages = 0

    def register_hooks(self, registry: HookRegistry, **_: object) -> None:
        """Take part in every model call of an agent."""
        registry.add_callback(AfterModelCallEvent, self._after_model_call)

    async def _after_model_call(self, event: AfterModelCallEvent) -> None:
        if event.exception is None:
            self._throttles = self._outages = 0
        elif isinstance(event.exception, ModelThrottledException):
            self._throttles += 1
            if self._throttles < THROTTLE_ATTEMPTS:
                event.retry = await _waited(self._throttles)
        elif is_outage(event.exception):
            self._outages += 1
            if self._outages < OUTAGE_ATTEMPTS:
                event.retry = await _waited(self._outages)


async def _waited(failures: int) -> bool:
    await asyncio.sleep(random.uniform(0, min(2 ** (failures - 1), MAX_DELAY_SECONDS)))  # noqa: S311 - not a secret
    return True
