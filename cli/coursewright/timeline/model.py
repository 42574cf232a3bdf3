"""What a timeline is: pieces of work with their times, in seconds since the execution began."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

COURSE = 0
"""Stands for a module's number where a piece of work belongs to the whole course."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """One piece of work as it was done: a lesson written, its visuals planned, a lab, a book built."""

    module: int
    branch: str
    """Pieces of different branches of one module do not wait for one another: theory, labs."""
    stage: str
    lesson: int | None
    """Which lesson of its module it is for; None when it is for all of them."""
    label: str
    title: str
    ready: float
    """When everything it needs was there."""
    started: float
    ended: float
    is_reused: bool = False
    model_calls: int = 0

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.ended - self.started

    @property
    def waited(self) -> float:
        """How long it could have begun before it did: for a free place, a function's start, or a barrier."""
        return max(self.started - self.ready, 0.0)


@dataclass(frozen=True, kw_only=True)
class ModuleTrack:
    """One module of the run."""

    number: int
    title: str
    ready: float
    began: float | None
    """None: it did not begin."""
    works: Sequence[Work] = ()
    failure: str = ""
    """The name of the error that it failed with."""

    @property
    def ended(self) -> float | None:
        """When its last piece was done."""
        return max((work.ended for work in self.works), default=self.began)

    @property
    def waited(self) -> float:
        """How long it waited for a free place among the modules at once."""
        return 0.0 if self.began is None else max(self.began - self.ready, 0.0)


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """One run."""

    project: str
    execution_name: str
    status: str
    error: str
    started_at: str
    """Date and time (UTC) for people."""
    wall_seconds: float
    """From the execution's start to its end, or to now."""
    modules: Sequence[ModuleTrack]
    course_works: Sequence[Work]
    """Before and after the modules: prepare, book, pdf."""
    critical: Sequence[Work]
    """The works that decided when the run ended, first to last; each began when the one before it was done."""
    failed_attempts: Mapping[str, int] = field(default_factory=dict)
    """Attempts of steps that failed, by error, where the execution's history tells."""

    @property
    def works(self) -> list[Work]:
        """Everything that was done."""
        return [*self.course_works, *(work for module in self.modules for work in module.works)]

    @property
    def stages(self) -> list[str]:
        """The stages of the modules, in the order in which they first appear."""
        return list(dict.fromkeys(work.stage for module in self.modules for work in module.works))

    @property
    def sequential_seconds(self) -> float:
        """How long the same pieces take one after another."""
        return sum(work.seconds for work in self.works)

    @property
    def critical_seconds(self) -> float:
        """Work on the critical path; the rest of the wall clock went by between its pieces."""
        return sum(work.seconds for work in self.critical)

    @property
    def reused_count(self) -> int:
        """Pieces that were there already."""
        return sum(work.is_reused for work in self.works)
