"""Records of one execution's work (manifests, a run's summary), safe for overlapping attempts of a step.

A function may still run after its time-out in the state machine, when the next attempt of its step starts. Both work
for the same execution, so neither is wrong. Their entries are merged, and both end with the same record.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Generic, Self, TypeVar

from pydantic import Field

from course_kit.data_models import ClosedModel
from course_kit.errors import ArtefactConflict
from course_kit.records.project_lease import ProjectLease
from course_kit.records.written import Maker, Written
from course_kit.run.events import WITHOUT_EXECUTION
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_store import ArtefactStore
from course_kit.usage import Usage

# Each refused write means progress of the other attempt; more than two parallel attempts have not been seen.
_ATTEMPTS = 10


class ExecutionEntry(ClosedModel):
    """The record of one execution's work, as one object."""

    execution_name: str


class ModuleEntry(ExecutionEntry, ABC):
    """The record of one execution's work for a module."""

    module_number: int
    title: str
    written: dict[str, Written] = Field(default_factory=dict)
    """What is stored for the module, by key; it goes on from execution to execution."""

    @property
    @abstractmethod
    def usage(self) -> Usage:
        """The usage of this execution's calls for it."""

    def is_authors(self, key: str) -> bool:
        """Whether the author made or changed what is stored under a key."""
        return key in self.written and self.written[key].maker is Maker.AUTHOR

    def with_written(self, written: dict[str, Written]) -> Self:
        """Return the record with what is stored under these keys."""
        return self.model_copy(update={"written": {**self.written, **written}})


Entry = TypeVar("Entry", bound=ExecutionEntry)
ModuleRecord = TypeVar("ModuleRecord", bound=ModuleEntry)


def write_together(
    store: ArtefactStore,
    key: str,
    entry: Entry,
    *,
    replacing: Artefact | None,
    together_with: Callable[[Entry], Entry],
) -> tuple[Entry, Artefact]:
    """Write an execution's record over the record of its attempts, merged if that has changed.

    Parameters
    ----------
    entry
        The record to store if nothing has changed.
    replacing
        The stored object when the entry was made.
    together_with
        Merges the entry with the stored record of another attempt of the same execution that was faster. Nothing is
        written if the merged record is stored already.

    Returns
    -------
    tuple
        The record that is stored now, and its object.

    Raises
    ------
    ArtefactConflict
        The stored record belongs to another execution, or to none, as for a step called on its own.
    """
    wanted = entry
    for _ in range(_ATTEMPTS - 1):
        try:
            return wanted, store.write_model(key, wanted, replacing=replacing)
        except ArtefactConflict:
            # Find the object first: if the content read next is newer, the write is refused and repeated.
            replacing, stored = store.find(key), store.read_model(key, type(entry))
            is_own = stored is not None and stored.execution_name == entry.execution_name != WITHOUT_EXECUTION
            if replacing is None or stored is None or not is_own:
                raise
            wanted = together_with(stored)
            if wanted == stored:
                return stored, replacing
    return wanted, store.write_model(key, wanted, replacing=replacing)


class Journal(Generic[ModuleRecord]):
    """One record, saved after each change so that progress is visible; one save at a time."""

    def __init__(self, store: ArtefactStore, key: str, entry: ModuleRecord, stored: Artefact | None) -> None:
        self.entry = entry
        """As it is now; saved by the first `save`."""
        self._store, self._key, self._stored = store, key, stored
        self._lock = asyncio.Lock()

    @classmethod
    def open(
        cls,
        lease: ProjectLease,
        key: str,
        entry_type: type[ModuleRecord],
        begin: Callable[[ModuleRecord | None], ModuleRecord],
    ) -> "Journal[ModuleRecord]":
        """Read the stored entry and open a journal over it.

        Parameters
        ----------
        begin
            Called with the entry of earlier attempts of this very execution, or None: returns the entry to begin with.
        """
        stored = lease.store.find(key)
        earlier = lease.store.read_model(key, entry_type) if stored else None
        own = earlier if earlier and earlier.execution_name == lease.execution_name else None
        return cls(lease.store, key, begin(own).with_written(earlier.written if earlier else {}), stored)

    async def save(
        self, changed: Callable[[ModuleRecord], ModuleRecord], *, together_with: Callable[[ModuleRecord], ModuleRecord]
    ) -> None:
        """Write the changed record over the last one that this journal saw; otherwise as `write_together`."""
        async with self._lock:
            self.entry, self._stored = await asyncio.to_thread(
                write_together,
                self._store,
                self._key,
                changed(self.entry),
                replacing=self._stored,
                together_with=together_with,
            )
