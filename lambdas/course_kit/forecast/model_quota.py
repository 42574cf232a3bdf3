"""An account's quota of a language model in a minute, and the way in which calls count."""

from dataclasses import dataclass

from course_kit.forecast.scheduling import seconds_under_quota
from course_kit.usage import Usage


@dataclass(frozen=True, kw_only=True)
class ModelQuota:
    """The account's quota of tokens in a minute, and the deployment's own limit on requests; 0 means unknown."""

    tokens_per_minute: int
    requests_per_minute: int
    output_burndown: int = 1
    """The quota tokens for one output token (`ModelTable.burndown_of`)."""

    @property
    def is_known(self) -> bool:
        """Whether any limit is known."""
        return bool(self.tokens_per_minute or self.requests_per_minute)

    def seconds_for(self, usage: Usage) -> float:
        """Return the least seconds that the quota requires for calls; 0 when unknown.

        What is read from a cache does not count, and what is written to one does.
        """
        # Amazon Bedrock user guide, "How tokens are counted in Amazon Bedrock".
        sent = usage.input_tokens + usage.cache_write_tokens
        tokens = sent + usage.output_tokens * self.output_burndown
        return seconds_under_quota(((tokens, self.tokens_per_minute), (usage.model_calls, self.requests_per_minute)))
