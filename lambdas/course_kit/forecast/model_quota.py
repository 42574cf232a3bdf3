"""What an account may use of a language model a minute, and how calls count against it."""

from dataclasses import dataclass

from course_kit.forecast.scheduling import seconds_under_quota
from course_kit.usage import Usage


@dataclass(frozen=True, kw_only=True)
class ModelQuota:
    """What the account may use of the model a minute; 0: unknown."""

    tokens_per_minute: int
    requests_per_minute: int
    output_burndown: int = 1
    """Tokens of the quota that one output token takes (`ModelTable.burndown_of`)."""

    @property
    def is_known(self) -> bool:
        """Whether it bounds anything."""
        return bool(self.tokens_per_minute or self.requests_per_minute)

    def seconds_for(self, usage: Usage) -> float:
        """Return the least seconds in which it lets calls through; 0 where nothing is known."""
        tokens = usage.input_tokens + usage.output_tokens * self.output_burndown
        return seconds_under_quota(((tokens, self.tokens_per_minute), (usage.model_calls, self.requests_per_minute)))
