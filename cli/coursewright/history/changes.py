"""The changes of one artefact, each with a number that people can type.

A figure is two files, which one change writes. A lesson may have had other keys under earlier titles.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from course_kit.store.artefact_kinds import ArtefactKind
from coursewright.artefact_names import ArtefactName
from coursewright.history.events import StoredEvent

# The files of a figure are written one right after the other.
_ONE_CHANGE = timedelta(seconds=60)


@dataclass(frozen=True)
class Change:
    """One change of an artefact."""

    artefact: ArtefactName
    events: tuple[StoredEvent, ...]
    files: Mapping[str, str] = field(hash=False)
    """What the artefact consists of after it: the version of each key. Empty after its deletion."""
    number: int | None
    """Its number from 1, the oldest; None for a deletion, of which nothing can be brought back."""

    @property
    def main(self) -> StoredEvent:
        """The event that tells of the change: the last one; a figure's PNG has its origin."""
        return self.events[-1]

    @property
    def at(self) -> datetime:
        """When it was complete."""
        return self.main.at

    @property
    def name(self) -> str:
        """What people call it: ``v3``; empty for a deletion."""
        return "" if self.number is None else f"v{self.number}"

    @property
    def ids(self) -> tuple[str, ...]:
        """S3's ids of what it wrote."""
        return tuple(event.version for event in self.events)


def changes_of(artefact: ArtefactName, events: Mapping[str, Sequence[StoredEvent]]) -> list[Change]:
    """Return an artefact's changes, oldest first, from the events of its keys.

    The removal of a file under an earlier title is no change: the artefact is still there.
    """
    own = {key: list(found) for key, found in events.items() if artefact.has(key)}
    is_of_files = artefact.kind is ArtefactKind.FIGURE
    changes: list[Change] = []
    files: dict[str, str] = {}
    number = 0
    for group in _groups(own, artefact.keys if is_of_files else ()):
        for event in group:
            if event.is_deletion:
                files.pop(event.key, None)
            else:
                files[event.key] = event.version
        is_written = any(not event.is_deletion for event in group)
        if not is_written and files and not is_of_files:
            continue
        if files:
            number += 1
        written = {event.key: event.version for event in group if not event.is_deletion}
        after = dict(files) if is_of_files else written
        changes.append(Change(artefact, tuple(group), after, number if files else None))
    return changes


def _groups(events: Mapping[str, list[StoredEvent]], order: Sequence[str]) -> Iterator[list[StoredEvent]]:
    """Yield events that are one change, oldest first.

    Parameters
    ----------
    order
        The keys of an artefact of several files, in the order of their writing.
    """
    waiting = {key: list(reversed(found)) for key, found in events.items()}
    group: list[StoredEvent] = []
    while any(waiting.values()):
        heads = [found[-1] for found in waiting.values() if found]
        earliest = min(head.at for head in heads)
        first = [head for head in heads if head.at == earliest]
        # Of events in the same second, the one that completes a change comes first.
        event = next((head for head in first if _joins(group, head, order)), _first(first, order))
        if group and not _joins(group, event, order):
            yield group
            group = []
        group.append(event)
        waiting[event.key].pop()
    if group:
        yield group


def _first(events: Iterable[StoredEvent], order: Sequence[str]) -> StoredEvent:
    """Return which of several events in the same second came first: under a new title it is written, then removed."""
    return min(events, key=lambda event: order.index(event.key) if order else event.is_deletion)


def _joins(group: Sequence[StoredEvent], event: StoredEvent, order: Sequence[str]) -> bool:
    if not group or not order or event.at - group[0].at > _ONE_CHANGE:
        return False
    if event.key in {one.key for one in group}:
        return False
    if event.is_deletion:
        return all(one.is_deletion for one in group)
    return all(order.index(one.key) < order.index(event.key) for one in group)
