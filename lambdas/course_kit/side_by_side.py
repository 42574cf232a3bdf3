"""Writing the pieces of a module side by side, saving each as it comes, until all are there or time is nearly up."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

from course_kit.artefact_store import Artefact, ArtefactStore
from course_kit.deadline import Deadline
from course_kit.errors import CourseError, LessonRejected, WorkRemaining
from course_kit.usage import Usage

_WORDS, _MODEL = "word-count", "model-id"


@dataclass(frozen=True)
class WrittenText:
    """A text fit to be saved; ``details`` are kept with it (ASCII) and come back when it is reused."""

    markdown: str
    word_count: int
    usage: Usage
    details: Mapping[str, str]


@dataclass(frozen=True)
class TextFacts:
    """What is known of a saved text, whether written now or found."""

    s3_key: str
    fingerprint: str
    word_count: int
    model_id: str
    is_reused: bool
    started_at: datetime
    ended_at: datetime
    usage: Usage
    details: Mapping[str, str]


class TextRecord(Protocol):
    """What a manifest keeps of a text."""

    @property
    def fingerprint(self) -> str:
        """What the text was made from."""
        ...


Record = TypeVar("Record", bound=TextRecord)


@dataclass(frozen=True)
class TextPiece(Generic[Record]):
    """One text to be written under a key. ``identity`` names it within its module."""

    identity: str
    key: str
    fingerprint: str
    write: Callable[[], Awaitable[WrittenText]]
    record: Callable[[TextFacts], Record]


@dataclass
class SideBySide(Generic[Record]):
    """Writes what is missing. ``records`` begins with what earlier attempts of this very execution have made."""

    store: ArtefactStore
    model_id: str
    max_concurrency: int
    deadline: Deadline
    records: dict[str, Record]
    on_progress: Callable[[dict[str, Record]], Awaitable[None]]

    async def write(self, pieces: Sequence[TextPiece[Record]]) -> None:
        """Write every piece that is not there with its fingerprint.

        Raises
        ------
        WorkRemaining
            Time is nearly up; everything finished is saved.
        LessonRejected, ModelThrottled, ModelUnavailable, ArtefactConflict
            From a piece; the others are finished and saved first.
        """
        slots = asyncio.Semaphore(self.max_concurrency)
        outcomes = await asyncio.gather(*(self._one(piece, slots) for piece in pieces), return_exceptions=True)
        _raise_first([outcome for outcome in outcomes if isinstance(outcome, BaseException)])

    async def _one(self, piece: TextPiece[Record], slots: asyncio.Semaphore) -> None:
        async with slots:
            stored = await asyncio.to_thread(self.store.find, piece.key)
            if stored and stored.fingerprint == piece.fingerprint:
                self._keep(piece, stored)
            else:
                await self._write(piece, stored)
        await self.on_progress(self.records)

    def _keep(self, piece: TextPiece[Record], stored: Artefact) -> None:
        known = self.records.get(piece.identity)
        if known is None or known.fingerprint != piece.fingerprint:
            now = datetime.now(UTC)
            facts = TextFacts(
                s3_key=piece.key,
                fingerprint=piece.fingerprint,
                word_count=int(stored.metadata.get(_WORDS, 0)),
                model_id=stored.metadata.get(_MODEL, ""),
                is_reused=True,
                started_at=now,
                ended_at=now,
                usage=Usage(),
                details=stored.metadata,
            )
            self.records[piece.identity] = piece.record(facts)

    async def _write(self, piece: TextPiece[Record], stored: Artefact | None) -> None:
        if not self.deadline.has_time_for_another():
            raise WorkRemaining(f"{piece.identity}: time is nearly up; call again for the rest")
        started_at, started = datetime.now(UTC), time.monotonic()
        written = await piece.write()
        ended_at = datetime.now(UTC)
        await asyncio.to_thread(self._save, piece, written, stored)
        self.deadline.record(time.monotonic() - started)
        facts = TextFacts(
            s3_key=piece.key,
            fingerprint=piece.fingerprint,
            word_count=written.word_count,
            model_id=self.model_id,
            is_reused=False,
            started_at=started_at,
            ended_at=ended_at,
            usage=written.usage,
            details=written.details,
        )
        self.records[piece.identity] = piece.record(facts)

    def _save(self, piece: TextPiece[Record], written: WrittenText, stored: Artefact | None) -> None:
        self.store.write(
            piece.key,
            written.markdown,
            content_type="text/markdown; charset=utf-8",
            replacing=stored,
            fingerprint=piece.fingerprint,
            metadata={_WORDS: str(written.word_count), _MODEL: self.model_id, **written.details},
        )


class Journal:
    """A manifest that is saved after each change so that progress can be watched; one save at a time."""

    def __init__(self, store: ArtefactStore, key: str, stored: Artefact | None) -> None:
        self._store, self._key, self._stored = store, key, stored
        self._lock = asyncio.Lock()

    async def save(self, manifest: BaseModel) -> None:
        """Write the manifest over what this journal saw last; raises ``ArtefactConflict`` when another run did."""
        async with self._lock:
            self._stored = await asyncio.to_thread(self._store.write_model, self._key, manifest, replacing=self._stored)


def _raise_first(errors: list[BaseException]) -> None:
    """Raise the error that decides what happens next: one that no retry mends, before those that a retry does."""

    def rank(error: BaseException) -> int:
        if not isinstance(error, CourseError):
            return 0
        return {LessonRejected: 1, WorkRemaining: 3}.get(type(error), 2)

    for error in sorted(errors, key=rank):
        raise error
