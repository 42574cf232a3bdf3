"""What a run costs beside money for tokens, and how it grows: states, Lambda's GB-seconds, tokens."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from benchmarks.bench_aws import BenchAws
from benchmarks.deployed_settings import BOOK_PARTS
from benchmarks.scenarios import Scenario
from course_kit.forecast.course_estimate import estimate_course
from course_kit.forecast.course_work import OFFLINE_PACE, course_work
from course_kit.forecast.scheduling import Concurrency, Schedule, schedule
from course_kit.forecast.writers import OFFLINE_AUTHOR
from course_kit.outline import read_outline
from course_kit.run.events import ContentType
from coursewright.estimate.run_estimate import gb_seconds, state_transitions

MEASURED = (4, 12)
ESTIMATED = (4, 12, 25, 50, 100, 200)
SCENARIO = Scenario(
    name="cost",
    modules=4,
    lessons=5,
    concurrency=Concurrency(modules=4, lessons=5, images=5),
    minute_seconds=0,
)


@dataclass(frozen=True, kw_only=True)
class CostPoint:
    """One course of five lessons a module: measured with a model that answers at once, or as the estimate has it.

    States are counted by `state_transitions` in both, which tests compare with the definition as it is run: the history
    that local AWS keeps leaves out those within Maps.
    """

    modules: int
    is_measured: bool
    transitions: int
    gb_seconds: float
    tokens: int

    def row(self) -> dict[str, object]:
        """Return the point's line of the results."""
        lessons = self.modules * SCENARIO.lessons
        return {**asdict(self), "lessons": lessons, "transitions_a_lesson": round(self.transitions / lessons, 2)}


def measure_cost(aws: BenchAws, progress: Callable[[str], None]) -> list[CostPoint]:
    """Run courses of two sizes; return what they cost, and what the estimate says of sizes up to 200 modules."""
    points = [estimated_cost(modules) for modules in ESTIMATED]
    for modules in MEASURED:
        aws.behave(author={}, proxy={})
        run = aws.run_well(aws.ours, SCENARIO.of_modules(modules).outline(), max_concurrency=4)
        point = CostPoint(
            modules=modules,
            is_measured=True,
            transitions=estimated_cost(modules).transitions,
            gb_seconds=round(gb_seconds(Schedule(run.intervals)), 1),
            tokens=aws.tokens_used(),
        )
        points.append(point)
        progress(f"cost: {point.row()}")
    return points


def estimated_cost(modules: int) -> CostPoint:
    """Return what the estimate says of a course of so many modules."""
    outline = read_outline(SCENARIO.of_modules(modules).outline())
    course = estimate_course(outline, outline.module_numbers, ContentType.THEORY, OFFLINE_AUTHOR, book_parts=BOOK_PARTS)
    # The functions' own time: steps are what a warm worker of local AWS needs.
    plan = schedule(course_work(course, replace(OFFLINE_PACE, step=0.1)), SCENARIO.concurrency)
    usage = course.amounts.usage
    return CostPoint(
        modules=modules,
        is_measured=False,
        transitions=state_transitions(course, ContentType.THEORY),
        gb_seconds=round(gb_seconds(plan), 1),
        tokens=usage.input_tokens + usage.output_tokens,
    )
