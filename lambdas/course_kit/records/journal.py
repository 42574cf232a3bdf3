"""What one execution keeps of its work (manifests, a run's summary), written so that attempts of a step may overlap.

A function that the state machine has given up on may still run when its step's next attempt begins. Both work for the
same execution, so neither is wrong: what they enter is brought together, and both end with the same.
"""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from course_kit.errors import ArtefactConflict
from course_kit.run.events import WITHOUT_EXECUTION
from course_kit.store.artefact_store import Artefact, ArtefactStore

# Each refusal means that the other attempt has got further, and more than two at once have not been seen.
_ATTEMPTS = 10


class ExecutionEntry(BaseModel):
    """What one execution keeps of its work, as one object."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    execution_name: str


Entry = TypeVar("Entry", bound=ExecutionEntry)


def write_together(
    store: ArtefactStore,
    key: str,
    entry: Entry,
    *,
    replacing: Artefact | None,
    together_with: Callable[[Entry], Entry],
) -> tuple[Entry, Artefact]:
    """Write what an execution keeps of its work over what its attempts have kept.

    Parameters
    ----------
    entry
        To be stored if nothing has changed.
    replacing
        What was stored when the entry was made.
    together_with
        Called when another attempt of the same execution was quicker, with what that one has stored: returns both in
        one. When that is what is stored already, nothing is written.

    Returns
    -------
    tuple
        What is stored now, and its object.

    Raises
    ------
    ArtefactConflict
        It was another execution, or nobody knows: a step called on its own belongs to none.
    """
    wanted = entry
    for _ in range(_ATTEMPTS - 1):
        try:
            return wanted, store.write_model(key, wanted, replacing=replacing)
        except ArtefactConflict:
            # The object first: if what is read then is newer, the next write is refused and it is done again.
            replacing, stored = store.find(key), store.read_model(key, type(entry))
            is_own = stored is not None and stored.execution_name == entry.execution_name != WITHOUT_EXECUTION
            if replacing is None or stored is None or not is_own:
                raise
            wanted = together_with(stored)
            if wanted == stored:
                return stored, replacing
    return wanted, store.write_model(key, wanted, replacing=replacing)


class Journal(Generic[Entry]):
    """One entry that is saved after each change so that progress can be watched; one save at a time."""

    def __init__(self, store: ArtefactStore, key: str, entry: Entry, stored: Artefact | None) -> None:
        self.entry = entry
        """As it is now; saved by the first `save`."""
        self._store, self._key, self._stored = store, key, stored
        self._lock = asyncio.Lock()

    async def save(self, changed: Callable[[Entry], Entry], *, together_with: Callable[[Entry], Entry]) -> None:
        """Write the entry, changed, over what this journal saw last; else as `write_together`."""
        async with self._lock:
            self.entry, self._stored = await asyncio.to_thread(
                write_together,
                self._store,
                self._key,
                changed(self.entry),
                replacing=self._stored,
                together_with=together_with,
            )
