"""The stored artefacts of a project, read in parallel, and what a new run would do with each."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from course_kit.records.written import Written, is_authors
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_store import ArtefactStore
from course_kit.work.earlier import earlier_as_wanted
from course_kit.work.wanted import Verdict, Wanted, verdict
from coursewright.plan.reasons import reason

_READERS = 16


@dataclass(frozen=True)
class Judged:
    """What a new run would do with a wanted artefact."""

    wanted: Wanted
    stored: Artefact | None
    """What it would go on with: what is stored, or an earlier version that it would take back."""
    found: Verdict
    is_taken_back: bool
    why: str

    @property
    def is_made(self) -> bool:
        """Whether a model would be asked for it."""
        return self.found is Verdict.MAKE


@dataclass(frozen=True)
class NotWanted:
    """Keys that a run has no use for."""

    drop: list[str]
    """Those that it would drop."""
    left_behind: list[str]
    """The author's, which stay."""


@dataclass(frozen=True)
class ProjectState:
    """The current artefacts of a project."""

    store: ArtefactStore

    def find_all(self, keys: Iterable[str]) -> dict[str, Artefact]:
        """Return what is stored under keys, by key and in their order."""
        with ThreadPoolExecutor(_READERS) as readers:
            return {found.key: found for found in readers.map(self.store.find, keys) if found is not None}

    def judge(self, wanted: Iterable[Wanted], known: Mapping[str, Written]) -> list[Judged]:
        """Return what a new run would do with each artefact, in their order.

        Parameters
        ----------
        known
            What the module's manifest remembers about each key.
        """
        with ThreadPoolExecutor(_READERS) as readers:
            return list(readers.map(lambda one: self._judge(one, known.get(one.key)), wanted))

    def _judge(self, wanted: Wanted, known: Written | None) -> Judged:
        stored = self.store.find(wanted.key)
        found = verdict(wanted, stored, None, known)
        if found is Verdict.MAKE and (earlier := earlier_as_wanted(self.store, wanted)):
            return Judged(wanted, earlier, verdict(wanted, earlier, None), is_taken_back=True, why="made before")
        return Judged(wanted, stored, found, is_taken_back=False, why=reason(wanted, stored, known, found))

    def read(self, judged: Judged) -> bytes:
        """Return the bytes of a kept artefact; empty when it is gone meanwhile."""
        version = judged.stored.version if judged.stored and judged.is_taken_back else None
        return self.store.read(judged.wanted.key, version) or b""

    def read_all(self, judged: Iterable[Judged]) -> list[bytes]:
        """Return the bytes of kept artefacts, in their order."""
        with ThreadPoolExecutor(_READERS) as readers:
            return list(readers.map(self.read, judged))

    def not_wanted(self, prefix: str, current: Iterable[str], known: Mapping[str, Written]) -> NotWanted:
        """Return the keys under a prefix that are not current."""
        found = self.find_all(sorted(set(self.store.keys(prefix)) - set(current)))
        authors = [key for key, one in found.items() if is_authors(one, known.get(key))]
        return NotWanted([key for key in found if key not in authors], authors)
