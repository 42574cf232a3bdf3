"""What is known of each change: who made it, with what, and for how much."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from enum import StrEnum
from urllib.parse import unquote

from course_kit.data_models import ClosedModel
from course_kit.price_rows import ModelPrices
from course_kit.records.written import is_authors
from course_kit.records.written_record import metadata_key
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_kinds import ArtefactKind
from course_kit.store.provenance import is_marked_as_authors, maker_of, note_of, usage_of
from course_kit.text.text_faults import word_count
from coursewright.course_store import CourseStore
from coursewright.history.changes import Change
from coursewright.history.events import StoredEvent
from coursewright.run.run_facts import RunFacts

RESTORED = "restored"
"""The metadata of a restored artefact: the id of the version that it is again."""
_READERS = 16
_MODELS = (metadata_key("model_id"), metadata_key("image_model"))
_IMAGE_MODEL = metadata_key("image_model")
_PROMPT = metadata_key("prompt_version")
_WORDS = metadata_key("word_count")
_WITH_WORDS = (ArtefactKind.LESSON, ArtefactKind.LAB)


class What(StrEnum):
    """What a change was."""

    WRITTEN = "written"
    TAKEN_BACK = "taken back"
    """A run found that an earlier version is what it asks for; that cost nothing."""
    EDITED = "edited by hand"
    RESTORED = "restored"
    DELETED = "deleted"


_BY_PERSONS = (What.EDITED, What.RESTORED)


class ChangeRow(ClosedModel):
    """One change, for people and for programs."""

    artefact: str
    version: str
    """What people type: ``v3``; empty for a deletion."""
    id: str
    """S3's id of the version."""
    at: datetime
    what: What
    by: str
    """A person, or an execution; empty when nobody knows."""
    model: str = ""
    prompt: str = ""
    words: int | None = None
    note: str = ""
    usd: float | None = None
    """None when nobody knows."""
    restored: str = ""
    """The version that was brought back."""


class Rows:
    """Rows of changes, made from the metadata of their versions."""

    def __init__(
        self,
        store: CourseStore,
        keys: ProjectKeys,
        events: Mapping[str, Sequence[StoredEvent]],
        changes: Iterable[Change],
    ) -> None:
        """Take the events of all keys whose changes are asked for, and all their changes."""
        self._store = store
        self._keys = keys
        self._events = events
        self._names = {version: change.name for change in changes for version in change.ids if change.name}
        self._heads: dict[StoredEvent, Artefact | None] = {}
        self._prices: dict[str, ModelPrices | None] = {}

    def of(self, changes: Sequence[Change]) -> list[ChangeRow]:
        """Return the rows of changes, in their order."""
        asked = [event for change in changes for event in self._needed(change.main)]
        missing = [event for event in dict.fromkeys(asked) if event not in self._heads]
        with ThreadPoolExecutor(_READERS) as readers:
            self._heads |= dict(zip(missing, readers.map(self._head, missing), strict=True))
            makers = {maker_of(head) for head in self._heads.values() if head and not is_marked_as_authors(head)}
            new = sorted(makers - set(self._prices) - {""})
            self._prices |= dict(zip(new, readers.map(self._prices_of, new), strict=True))
            return list(readers.map(self._row, changes))

    def _needed(self, event: StoredEvent) -> Iterable[StoredEvent]:
        """Yield an event, and earlier ones of its key that may have been the same content."""
        if event.is_deletion:
            return
        yield event
        yield from self._same_before(event)

    def _same_before(self, event: StoredEvent) -> list[StoredEvent]:
        own = self._events.get(event.key, ())
        before = own[: own.index(event)] if event in own else ()
        return [one for one in before if not one.is_deletion and one.size == event.size]

    def _head(self, event: StoredEvent) -> Artefact | None:
        return self._store.find(event.key, event.version)

    def _prices_of(self, run: str) -> ModelPrices | None:
        return RunFacts.read(self._store, self._keys.run(run)).prices

    def _row(self, change: Change) -> ChangeRow:
        event = change.main
        head = self._heads.get(event)
        row = ChangeRow(
            artefact=change.artefact.name,
            version=change.name,
            id=event.version,
            at=change.at,
            what=What.DELETED,
            by="",
            usd=0.0,
        )
        if event.is_deletion or head is None:
            return row
        before = [found for one in self._same_before(event) if (found := self._heads.get(one))]
        what = _what(change, head, before)
        is_persons = what in _BY_PERSONS or is_marked_as_authors(head)
        restored = unquote(head.metadata.get(RESTORED, "")) if what is What.RESTORED else ""
        return row.model_copy(
            update={
                "what": what,
                "by": maker_of(head) if is_marked_as_authors(head) or not is_persons else "",
                "model": "" if is_persons else _first(head.metadata, _MODELS),
                "prompt": "" if is_persons else head.metadata.get(_PROMPT, ""),
                "words": self._words(change, head, is_persons=is_persons),
                "note": note_of(head),
                "usd": 0.0 if is_persons or what is What.TAKEN_BACK else self._usd(change, head),
                "restored": self._names.get(restored, restored),
            }
        )

    def _words(self, change: Change, head: Artefact, *, is_persons: bool) -> int | None:
        if change.artefact.kind not in _WITH_WORDS:
            return None
        counted = head.metadata.get(_WORDS, "")
        if counted.isdecimal() and not is_persons:
            return int(counted)
        body = self._store.read(head.key, head.version)
        return None if body is None else word_count(body.decode(errors="replace"))

    def _usd(self, change: Change, head: Artefact) -> float | None:
        run, used = maker_of(head), usage_of(head)
        images = int(bool(head.metadata.get(_IMAGE_MODEL)))
        # A drawing without a call costs nothing, whoever made it.
        is_known = bool(run) or change.artefact.kind is ArtefactKind.FIGURE
        if is_known and not used.model_calls and not images:
            return 0.0
        prices = self._prices.get(run)
        return None if prices is None else prices.cost(used, images)


def _first(metadata: Mapping[str, str], names: Iterable[str]) -> str:
    return next((metadata[name] for name in names if metadata.get(name)), "")


def _what(change: Change, head: Artefact, before: Sequence[Artefact]) -> What:
    if RESTORED in head.metadata and head.sha256 == head.written_sha256:
        return What.RESTORED
    if change.artefact.kind is ArtefactKind.OUTLINE:
        # Only people write outlines.
        return What.WRITTEN
    ours = {one.sha256: maker_of(one) for one in before if not is_authors(one, None)}
    if is_authors(head, None):
        is_same = head.sha256 in ours and not is_marked_as_authors(head)
        return What.TAKEN_BACK if is_same else What.EDITED
    is_old = bool(maker_of(head)) and ours.get(head.sha256) == maker_of(head)
    return What.TAKEN_BACK if is_old else What.WRITTEN
