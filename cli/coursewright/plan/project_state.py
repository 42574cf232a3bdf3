"""The stored artefacts of a project, read once: keys by listing, fingerprints in parallel."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from course_kit.store.artefact import Artefact
from course_kit.store.artefact_store import ArtefactStore
from course_kit.work.wanted import Verdict, Wanted, verdict

_READERS = 16


@dataclass(frozen=True)
class ProjectState:
    """The current artefacts of a project."""

    store: ArtefactStore

    def kept(self, wanted: Iterable[Wanted]) -> frozenset[Wanted]:
        """Return the wanted artefacts that a new run would keep."""
        asked = list(wanted)
        stored = self.find_all(one.key for one in asked)
        return frozenset(one for one in asked if verdict(one, stored.get(one.key), lease=None) is not Verdict.MAKE)

    def find_all(self, keys: Iterable[str]) -> Mapping[str, Artefact]:
        """Return the existing artefacts by key."""
        wanted = list(dict.fromkeys(keys))
        with ThreadPoolExecutor(_READERS) as readers:
            return {
                key: found for key, found in zip(wanted, readers.map(self.store.find, wanted), strict=True) if found
            }

    def read_all(self, keys: Iterable[str]) -> Mapping[str, bytes]:
        """Return the bytes of the existing artefacts by key."""
        wanted = list(dict.fromkeys(keys))
        with ThreadPoolExecutor(_READERS) as readers:
            bodies = readers.map(self.store.read, wanted)
            return {key: body for key, body in zip(wanted, bodies, strict=True) if body is not None}

    def others(self, prefix: str, current: Iterable[str]) -> list[str]:
        """Return the keys under a prefix that are not among the current ones."""
        return sorted(set(self.store.keys(prefix)) - set(current))
