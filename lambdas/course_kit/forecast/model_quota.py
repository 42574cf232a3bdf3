"""What an account may use of a language model a minute, and how calls count against it."""

from dataclasses import dataclass

from course_kit.forecast.scheduling import seconds_under_quota
from course_kit.usage import Usage

_CLAUDE_BURNDOWN = 5


@dataclass(frozen=True, kw_only=True)
class ModelQuota:
    """What the account may use of the model a minute; 0: unknown."""

    tokens_per_minute: int
    requests_per_minute: int
    output_burndown: int = 1
    """Tokens of the quota that one output token takes."""

    @property
    def is_known(self) -> bool:
        """Whether it bounds anything."""
        return bool(self.tokens_per_minute or self.requests_per_minute)

    def seconds_for(self, usage: Usage) -> float:
        """Return the least seconds in which it lets calls through; 0 where nothing is known."""
        tokens = usage.input_tokens + usage.output_tokens * self.output_burndown
        return seconds_under_quota(((tokens, self.tokens_per_minute), (usage.model_calls, self.requests_per_minute)))


def output_burndown(model_id: str) -> int:
    """Return how many tokens of the quota an output token takes: 5 for Claude since 3.7, 1 for other models.

    Source: Amazon Bedrock user guide, "How tokens are counted in Amazon Bedrock".
    """
    is_claude = "anthropic.claude" in model_id
    is_older = any(f"claude-{old}" in model_id for old in ("v2", "instant", "3-haiku", "3-sonnet", "3-opus", "3-5-"))
    return _CLAUDE_BURNDOWN if is_claude and not is_older else 1
