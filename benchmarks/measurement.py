"""One scenario measured: sequential and ours in turn, and the limit that no pipeline with these durations can beat."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.bench_aws import BenchAws, Ended
from benchmarks.scenarios import Scenario
from course_kit.forecast.scheduling import schedule

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Measured:
    """All runs of one scenario."""

    scenario: Scenario
    sequential: tuple[Ended, ...]
    ours: tuple[Ended, ...]

    @property
    def book_seconds(self) -> float:
        """What building the book takes: real work of two functions, which both designs do in the same way."""
        return median(run.book_seconds for run in (*self.sequential, *self.ours))

    @property
    def limit(self) -> float:
        """The seconds of list scheduling: the model's durations as played, the book's as measured."""
        return schedule(self.scenario.work(book=self.book_seconds), self.scenario.concurrency).makespan

    def row(self) -> dict[str, object]:
        """Return the scenario's line of the results."""
        sequential = median(run.seconds for run in self.sequential)
        ours = median(run.seconds for run in self.ours)
        return {
            "name": self.scenario.name,
            "sequential_s": round(sequential, 2),
            "ours_s": round(ours, 2),
            "limit_s": round(self.limit, 2),
            "speedup": round(sequential / ours, 2),
            "efficiency": round(self.limit / ours, 3),
            "overhead_s": round(ours - self.limit, 2),
            "book_s": round(self.book_seconds, 2),
            "efficiency_if_the_book_took_no_time": round((self.limit - self.book_seconds) / ours, 3),
            "minute_s": self.scenario.minute_seconds,
            "modules": self.scenario.modules,
            "lessons": self.scenario.modules * self.scenario.lessons,
            "concurrency": self.scenario.concurrency.modules,
            "sequential_runs_s": [round(run.seconds, 2) for run in self.sequential],
            "ours_runs_s": [round(run.seconds, 2) for run in self.ours],
        }


def warm_up(aws: BenchAws, scenario: Scenario) -> None:
    """Start every worker that the measured runs use: the same course on both machines, with a quick model."""
    quick = {"has_illustrations": True, "latency_seconds": {"lesson": 0.3, "visual_plan": 0.3, "study": 0.3}}
    aws.behave(author=quick, proxy={"image_seconds": 0.3})
    _run_ours(aws, scenario)
    _run_sequential(aws, scenario)


def measure(aws: BenchAws, scenario: Scenario, sequential: Sequence[Ended] | None, progress: Progress) -> Measured:
    """Run a scenario as often as it says, the two designs in turn; with sequential runs given, only ours."""
    warm_up(aws, scenario)
    theirs, ours = list(sequential or ()), []
    for number in range(1, scenario.runs + 1):
        aws.behave(author=scenario.author_behaviour(), proxy={"image_seconds": scenario.image_seconds})
        if sequential is None and number <= scenario.sequential_runs:
            theirs.append(_run_sequential(aws, scenario))
            progress(f"{scenario.name}: sequential {theirs[-1].seconds:.1f} s")
        ours.append(_run_ours(aws, scenario))
        progress(f"{scenario.name}: ours {ours[-1].seconds:.1f} s")
    return Measured(scenario, tuple(theirs), tuple(ours))


def _run_sequential(aws: BenchAws, scenario: Scenario) -> Ended:
    return aws.run_well(aws.sequential, scenario.outline(), content_type=scenario.content_type)


def _run_ours(aws: BenchAws, scenario: Scenario) -> Ended:
    return aws.run_well(
        aws.ours,
        scenario.outline(),
        content_type=scenario.content_type,
        max_concurrency=scenario.concurrency.modules,
    )
