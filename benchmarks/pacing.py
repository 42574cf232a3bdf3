"""Which client-side pacing keeps a quota busy without losing a lesson: botocore's modes against `ModelRetries`."""

from collections.abc import Callable

from benchmarks.bench_aws import BenchAws
from benchmarks.quota_clients import PACING, play
from benchmarks.token_quota import MINUTE_SECONDS, SCENARIO, author_behaviour

# Thirty lessons of 2,130 tokens; what six in flight reserve is a little more than a minute's worth.
MODULES = 6
TOKENS_PER_MINUTE = 24_000


def measure_pacing(aws: BenchAws, progress: Callable[[str], None]) -> list[dict[str, object]]:
    """Write the same lessons with each client under the same quota; return a row a client."""
    rows: list[dict[str, object]] = []
    for settings in PACING:
        quota = {"tokens_per_minute": TOKENS_PER_MINUTE, "minute_seconds": MINUTE_SECONDS}
        aws.behave(author=author_behaviour(), proxy={"quota": quota})
        result = play(aws, SCENARIO.of_modules(MODULES).outline(), settings)
        # What refills until the end, and the minute's worth that is there at the start.
        limit = max(aws.tokens_used() / TOKENS_PER_MINUTE - 1, 0) * MINUTE_SECONDS
        rows.append(
            {
                "name": settings.name,
                "seconds": round(result.seconds, 1),
                "limit_s": round(limit, 1),
                "lessons": result.lessons,
                "lessons_written": result.lessons_written,
                "modules_failed": result.modules_failed,
                "throttles": result.throttles,
            }
        )
        progress(f"pacing: {rows[-1]}")
    return rows
