"""Which artefacts are made and which are kept: one question, answered here for every function and for `plan`.

Each function says in its own ``wanted`` module which artefacts a run wants.
"""

from dataclasses import dataclass
from enum import Enum, auto

from course_kit.records.project_lease import ProjectLease
from course_kit.store.artefact import Artefact
from course_kit.store.provenance import usage_of
from course_kit.usage import Usage


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One artefact that a run wants: its name among its kind, its key, and the fingerprint of its sources."""

    identity: str
    key: str
    fingerprint: str
    is_forced: bool = False
    """It is made again although it exists: once by an execution and those that resume it."""


class Verdict(Enum):
    """What a run does with a wanted artefact. Every verdict but `MAKE` leaves the stored artefact as it is."""

    MAKE = auto()
    KEEP = auto()
    """It counts as reused."""
    OWN = auto()
    """An earlier attempt of this very execution made it: it counts as made, with its usage."""

    def usage(self, stored: Artefact) -> Usage:
        """Return what this execution has paid for a stored artefact; an attempt that was killed has paid, too."""
        return usage_of(stored) if self is Verdict.OWN else Usage()


def verdict(wanted: Wanted, stored: Artefact | None, lease: ProjectLease | None) -> Verdict:
    """Return whether an artefact is made or kept.

    Parameters
    ----------
    stored
        The artefact under the wanted key; None when there is none.
    lease
        The lease of the execution that asks. None stands for an execution that has made nothing yet.
    """
    if stored is None or stored.fingerprint != wanted.fingerprint:
        return Verdict.MAKE
    if lease is not None and lease.has_made(stored):
        return Verdict.OWN
    if wanted.is_forced and not (lease is not None and lease.has_inherited(stored)):
        return Verdict.MAKE
    return Verdict.KEEP
