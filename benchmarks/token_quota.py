"""A course under a quota of tokens a minute: how near the pipeline comes to it, and what earlier settings did."""

from collections.abc import Callable
from statistics import median

from benchmarks.bench_aws import BenchAws, Ended
from benchmarks.deployed_settings import BOOK_PARTS
from benchmarks.quota_clients import EARLIER, ClientResult, play
from benchmarks.scenarios import Scenario
from course_kit.forecast.course_estimate import CourseEstimate, estimate_course
from course_kit.forecast.course_work import MODEL_PACE
from course_kit.forecast.estimated_calls import CallKind
from course_kit.forecast.model_quota import ModelQuota
from course_kit.forecast.scheduling import Concurrency
from course_kit.forecast.writers import OFFLINE_AUTHOR
from course_kit.outline import read_outline
from course_kit.run.events import ContentType
from prepare_modules.quota_concurrency import RunConcurrency, concurrency_within_quota

# How long a minute of the quota takes here; calls take their share of it, so every ratio is that of real time. Only
# what a throttled call waits is not scaled, so that a throttle costs twice what it does in truth.
MINUTE_SECONDS = 30.0
# The course's tokens are about three minutes of it. A reservation of 32,000 fits four times.
TOKENS_PER_MINUTE = 132_000
BOUNDS = RunConcurrency(modules=6, lessons=5)
RUNS = 2
SCENARIO = Scenario(
    name="token-quota",
    modules=12,
    lessons=5,
    lesson_minutes=20,
    topics=2,
    concurrency=Concurrency(modules=BOUNDS.modules, lessons=BOUNDS.lessons, images=5),
    minute_seconds=MINUTE_SECONDS,
    runs=RUNS,
)
PROXY = {
    "quota": {"tokens_per_minute": TOKENS_PER_MINUTE, "minute_seconds": MINUTE_SECONDS},
    "image_seconds": MODEL_PACE.diagram * MINUTE_SECONDS / 60,
}
CONTEXT = {
    "module_max_concurrency": BOUNDS.modules,
    "lesson_max_concurrency": BOUNDS.lessons,
    "tokens_per_minute": TOKENS_PER_MINUTE,
}


def author_behaviour() -> dict[str, object]:
    """Return an author that takes the time that the estimate gives a call, on the quota's clock."""
    calls = course_estimate().calls
    seconds = {
        kind: median(MODEL_PACE.call_seconds(call) for call in calls if call.kind is kind) * MINUTE_SECONDS / 60
        for kind in (CallKind.LESSON, CallKind.VISUALS, CallKind.STUDY)
    }
    return {
        "latency_seconds": {
            "lesson": seconds[CallKind.LESSON],
            "visual_plan": seconds[CallKind.VISUALS],
            "study": seconds[CallKind.STUDY],
        },
        "has_illustrations": True,
    }


def measure_token_quota(aws: BenchAws, progress: Callable[[str], None]) -> dict[str, object]:
    """Run the course under the quota, and the same lessons with the settings of the earlier system; return the row."""
    outline = SCENARIO.outline()
    aws.behave(author={"has_illustrations": True}, proxy={"image_seconds": 0.0})
    aws.run_well(aws.ours, SCENARIO.of_modules(3).outline())
    runs: list[Ended] = []
    over_limit, limits, throttles, used = [], [], 0, 0
    for _ in range(RUNS):
        aws.behave(author=author_behaviour(), proxy=PROXY)
        run = aws.run(aws.ours, outline)
        used = aws.tokens_used()
        limits.append(used / TOKENS_PER_MINUTE * MINUTE_SECONDS)
        throttles += aws.throttles()
        over_limit.append(run.seconds / limits[-1])
        runs.append(run)
        progress(f"token-quota: ours {run.seconds:.1f} s, {over_limit[-1]:.2f} of the limit, {run.status}")
    aws.behave(author=author_behaviour(), proxy=PROXY)
    earlier = play(aws, outline, EARLIER)
    progress(
        f"token-quota: earlier settings {earlier.seconds:.1f} s, {earlier.lessons_written} of {earlier.lessons} lessons"
    )
    estimated, chosen = course_estimate().amounts.usage, chosen_concurrency()
    return {
        "name": "token-quota",
        "sequential_s": None,
        "ours_s": round(median(run.seconds for run in runs), 2),
        "limit_s": round(median(limits), 2),
        "speedup": None,
        "efficiency": round(1 / median(over_limit), 3),
        "over_limit": round(median(over_limit), 3),
        "over_limit_without_the_full_bucket": round(
            median(run.seconds for run in runs) / (median(limits) - MINUTE_SECONDS), 3
        ),
        "failed_runs": sum(run.status != "SUCCEEDED" for run in runs),
        "throttles": throttles,
        "book_s": round(median(run.book_seconds for run in runs), 2),
        "minute_s": MINUTE_SECONDS,
        "tokens_per_minute": TOKENS_PER_MINUTE,
        "tokens_used": used,
        "tokens_estimated": estimated.input_tokens + estimated.output_tokens,
        "modules": SCENARIO.modules,
        "lessons": SCENARIO.modules * SCENARIO.lessons,
        "concurrency": chosen.modules,
        "lesson_concurrency": chosen.lessons,
        "earlier_settings": earlier_row(earlier),
        "ours_runs_s": [round(run.seconds, 2) for run in runs],
    }


def course_estimate() -> CourseEstimate:
    """Return what the course will ask of the model, as prepare_modules sees it."""
    course = read_outline(SCENARIO.outline())
    return estimate_course(course, course.module_numbers, ContentType.THEORY, OFFLINE_AUTHOR, book_parts=BOOK_PARTS)


def chosen_concurrency() -> RunConcurrency:
    """Return what prepare_modules derives for this course and quota."""
    quota = ModelQuota(tokens_per_minute=TOKENS_PER_MINUTE, requests_per_minute=0)
    return concurrency_within_quota(course_estimate(), quota, BOUNDS)


def earlier_row(result: ClientResult) -> dict[str, object]:
    """Return what a client's run came to."""
    return {
        "seconds": round(result.seconds, 2),
        "failed_runs": int(result.modules_failed > 0),
        "modules_failed": result.modules_failed,
        "lessons_written": result.lessons_written,
        "throttles": result.throttles,
    }
