"""The price of one conversation's model calls, reserved before each and settled after it."""

import json

from strands.hooks import AfterModelCallEvent, BeforeModelCallEvent, HookProvider, HookRegistry
from strands.types.exceptions import ModelThrottledException

from course_kit.spending import Spending

# What providers add to a conversation: roles, and the instructions that go with tools.
_FRAMING_TOKENS = 1000


class CallBudget(HookProvider):
    """Reserves before each model call of one conversation, and settles after it."""

    def __init__(self, spending: Spending, *, max_tokens: int) -> None:
        self._spending = spending
        self._max_tokens = max_tokens
        self._reservation: str | None = None

    def register_hooks(self, registry: HookRegistry, **_: object) -> None:
        """Take part in every model call of an agent."""
        registry.add_callback(BeforeModelCallEvent, self._before_model_call)
        registry.add_callback(AfterModelCallEvent, self._after_model_call)

    async def _before_model_call(self, event: BeforeModelCallEvent) -> None:
        agent = event.agent
        sent = json.dumps(
            [agent.messages, agent.system_prompt, agent.tool_registry.get_all_tool_specs()],
            ensure_ascii=False,
            default=str,
        )
        # A token is at least one byte, in every tokenizer that works on bytes.
        most = self._spending.budget.prices.cost(len(sent.encode()) + _FRAMING_TOKENS, self._max_tokens)
        self._reservation = await self._spending.reserve(most)

    async def _after_model_call(self, event: AfterModelCallEvent) -> None:
        reservation, self._reservation = self._reservation, None
        if reservation is not None:
            await self._spending.settle(reservation, self._cost(event))

    def _cost(self, event: AfterModelCallEvent) -> float | None:
        if isinstance(event.exception, ModelThrottledException):
            return 0.0
        if event.stop_response is None:
            # A connection that broke may have been billed for what came before.
            return None
        usage = event.stop_response.message.get("metadata", {}).get("usage")
        if not usage or not usage["totalTokens"]:
            # A server that does not count.
            return None
        return self._spending.budget.prices.cost(usage["inputTokens"], usage["outputTokens"])
