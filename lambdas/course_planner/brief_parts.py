"""The calls for one brief: each keeps its answer by itself, so that one that fails costs no other a second time."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from course_kit.model.drafts import UnitOfWork, unit_of_work
from course_kit.records.project_lease import ProjectLease
from course_kit.usage import Usage

Part = TypeVar("Part")


@dataclass
class BriefParts:
    """The frame of a brief and its groups of lessons, each a unit of work until the brief is stored."""

    lease: ProjectLease
    key: str
    """The key of the brief."""
    _units: list[UnitOfWork] = field(default_factory=list)

    async def made(self, name: str, make: Callable[[], Awaitable[Part]]) -> Part:
        """Return one part, from the answers of earlier attempts if there are any; its own are kept.

        Raises what ``make`` raises. After ``TextRejected``, the answers of this part alone are dropped.
        """
        async with unit_of_work(self.lease, f"{self.key}-{name}") as unit:
            part = await make()
            await unit.keep()
        self._units.append(unit)
        return part

    @property
    def used(self) -> Usage:
        """What the calls of this execution have used, in all its attempts."""
        return sum((unit.used for unit in self._units), Usage())

    async def done(self) -> None:
        """Drop the answers: the brief is stored."""
        for unit in self._units:
            await unit.done()
