"""The data of a timeline: pieces of work with their times, in seconds since the start of the execution."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

COURSE = 0
"""Stands for a module's number where a piece of work belongs to the whole course."""
_BEFORE_MODULES = ("prepare", "brief")


@dataclass(frozen=True, kw_only=True)
class Work:
    """One finished piece of work: a lesson, the plan of its visuals, a lab, a book."""

    module: int
    branch: str
    """The branch: works of different branches of a module (theory, labs) do not wait for each other."""
    stage: str
    lesson: int | None
    """The lesson's number in the module; None for work on the whole module."""
    label: str
    title: str
    ready: float
    """The time at which all its inputs existed."""
    started: float
    ended: float
    is_reused: bool = False
    model_calls: int = 0

    @property
    def seconds(self) -> float:
        """The duration of the work."""
        return self.ended - self.started

    @property
    def is_before_modules(self) -> bool:
        """Whether every module waits for it."""
        return self.module == COURSE and self.stage in _BEFORE_MODULES

    @property
    def waited(self) -> float:
        """The wait before its start: for a free place, a function's start, or a barrier."""
        return max(self.started - self.ready, 0.0)


@dataclass(frozen=True, kw_only=True)
class ModuleTrack:
    """One module of the run."""

    number: int
    title: str
    ready: float
    began: float | None
    """The start; None for a module that did not start."""
    works: Sequence[Work] = ()
    failure: str = ""
    """The name of the module's error, if it failed."""

    @property
    def ended(self) -> float | None:
        """The end of its last work."""
        return max((work.ended for work in self.works), default=self.began)

    @property
    def waited(self) -> float:
        """The wait for a free place among the parallel modules."""
        return 0.0 if self.began is None else max(self.began - self.ready, 0.0)


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """The timeline of one run."""

    project: str
    execution_name: str
    status: str
    error: str
    started_at: str
    """Date and time (UTC) for people."""
    wall_seconds: float
    """The seconds from the execution's start to its end, or to now."""
    modules: Sequence[ModuleTrack]
    course_works: Sequence[Work]
    """Steps before and after the modules: prepare, brief, editing, book, pdf."""
    critical: Sequence[Work]
    """The works that determined the end of the run, first to last; each started after the one before."""
    failed_attempts: Mapping[str, int] = field(default_factory=dict)
    """The failed attempts of steps by error, when the execution's history has them."""

    @property
    def works(self) -> list[Work]:
        """All works of the run."""
        return [*self.course_works, *(work for module in self.modules for work in module.works)]

    @property
    def stages(self) -> list[str]:
        """The stages of the modules, in order of first appearance."""
        return list(dict.fromkeys(work.stage for module in self.modules for work in module.works))

    @property
    def sequential_seconds(self) -> float:
        """The sum of all durations."""
        return sum(work.seconds for work in self.works)

    @property
    def critical_seconds(self) -> float:
        """The seconds of work on the critical path; the rest of the wall clock is gaps."""
        return sum(work.seconds for work in self.critical)

    @property
    def reused_count(self) -> int:
        """The number of reused works."""
        return sum(work.is_reused for work in self.works)
