"""Writing the pieces of a module side by side, saving each as it comes, until all are there or time is nearly up."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Generic, Protocol, TypeVar

from course_kit.deadline import Deadline
from course_kit.errors import ArtefactConflict, BudgetExceeded, CourseError, TextRejected, WorkRemaining
from course_kit.model.drafts import unit_of_work
from course_kit.records.journal import ExecutionEntry, Journal
from course_kit.records.project_lease import ProjectLease
from course_kit.step_metrics import StepMetric, count
from course_kit.store.artefact_store import Artefact, ArtefactStore
from course_kit.store.provenance import is_made_by, provenance, usage_of
from course_kit.usage import Usage

_WORDS, _MODEL = "word-count", "model-id"


@dataclass(frozen=True)
class WrittenText:
    """A text fit to be saved; ``details`` are kept with it (ASCII) and come back when it is reused."""

    markdown: str
    word_count: int
    usage: Usage
    details: Mapping[str, str]
    content_type: str = "text/markdown; charset=utf-8"


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
    def identity(self) -> str:
        """Which text of its module it is."""
        ...

    @property
    def fingerprint(self) -> str:
        """What the text was made from."""
        ...


Record = TypeVar("Record", bound=TextRecord)
Manifest = TypeVar("Manifest", bound=ExecutionEntry)


@dataclass(frozen=True)
class TextPiece(Generic[Record]):
    """One text to be written under a key. ``identity`` names it within its module."""

    identity: str
    key: str
    fingerprint: str
    write: Callable[[], Awaitable[WrittenText]]
    record: Callable[[TextFacts], Record]
    is_wanted_anew: bool = False
    """It counts as written only when this very execution, or one that it resumes, wrote it."""


@dataclass
class SideBySide(Generic[Record, Manifest]):
    """Writes what is missing of a module's texts and enters each in the module's manifest as it comes."""

    lease: ProjectLease
    model_id: str
    max_concurrency: int
    deadline: Deadline
    journal: Journal[Manifest]
    """Of the manifest; it begins with the texts that earlier attempts of this very execution have made."""
    texts_of: Callable[[Manifest], Sequence[Record]]
    with_texts: Callable[[Manifest, Sequence[Record]], Manifest]
    _records: dict[str, Record] = field(default_factory=dict)
    _pieces: dict[str, TextPiece[Record]] = field(default_factory=dict)
    _conflict: ArtefactConflict | None = None

    @property
    def store(self) -> ArtefactStore:
        """Where the texts go."""
        return self.lease.store

    async def write(self, pieces: Sequence[TextPiece[Record]]) -> Manifest:
        """Write every piece that is not there with its fingerprint, and return the manifest with all, in this order.

        Raises
        ------
        WorkRemaining
            Time is nearly up; everything finished is saved.
        ArtefactConflict
            Another execution has taken the project over; pieces that had not begun are left alone.
        TextRejected, ModelThrottled, ModelUnavailable
            From a piece; the others are finished and saved first.
        """
        self._pieces = {piece.identity: piece for piece in pieces}
        self._records = {record.identity: record for record in self.texts_of(self.journal.entry)}
        found = await asyncio.gather(*(asyncio.to_thread(self.store.find, piece.key) for piece in pieces))
        missing = [piece for piece, stored in zip(pieces, found, strict=True) if not self._is_kept(piece, stored)]
        # Once for all that is there: an entry each would use up a short call's time before anything is written.
        await self._enter()
        slots = asyncio.Semaphore(self.max_concurrency)
        raise_first(await asyncio.gather(*(self._one(piece, slots) for piece in missing), return_exceptions=True))
        return self.journal.entry

    async def _one(self, piece: TextPiece[Record], slots: asyncio.Semaphore) -> None:
        async with slots:
            if self._conflict is not None:
                raise self._conflict
            try:
                await self._write(piece)
                await self._enter()
            except ArtefactConflict as conflict:
                self._conflict = conflict
                raise

    async def _enter(self) -> None:
        def entered(manifest: Manifest) -> Manifest:
            return self.with_texts(manifest, [self._records[name] for name in self._pieces if name in self._records])

        def together_with(other: Manifest) -> Manifest:
            # One record of a text is as good as the other, but both attempts have to end with the same one.
            self._records |= {record.identity: record for record in self._asked_for(self.texts_of(other))}
            return entered(other)

        await self.journal.save(entered, together_with=together_with)

    def _asked_for(self, records: Iterable[Record]) -> list[Record]:
        return [
            record
            for record in records
            if (piece := self._pieces.get(record.identity)) and piece.fingerprint == record.fingerprint
        ]

    def _is_kept(self, piece: TextPiece[Record], stored: Artefact | None) -> bool:
        """Whether a piece is there already; then it is among the records."""
        if stored is None or not self._is_current(piece, stored):
            return False
        self._keep(piece, stored)
        return True

    def _is_current(self, piece: TextPiece[Record], stored: Artefact) -> bool:
        if stored.fingerprint != piece.fingerprint:
            return False
        return not piece.is_wanted_anew or self.lease.is_remade(stored)

    def _keep(self, piece: TextPiece[Record], stored: Artefact) -> None:
        known = self._records.get(piece.identity)
        if known is None or known.fingerprint != piece.fingerprint:
            # An attempt of this execution that was killed before it could enter the text has still paid for it.
            is_own = is_made_by(stored, self.lease.execution_name)
            count(StepMetric.ARTEFACTS_REUSED, int(not is_own))
            now = datetime.now(UTC)
            self._records[piece.identity] = piece.record(
                self._facts(
                    piece, stored, now, now, usage=usage_of(stored) if is_own else Usage(), is_reused=not is_own
                )
            )

    async def _write(self, piece: TextPiece[Record]) -> None:
        if not self.deadline.has_time_for_another():
            raise WorkRemaining(f"{piece.identity}: time is nearly up; call again for the rest")
        await asyncio.to_thread(self.lease.require)
        # Once more, just before it is paid for: another attempt of this step may have written it since.
        stored = await asyncio.to_thread(self.store.find, piece.key)
        if self._is_kept(piece, stored):
            return
        started_at, started = datetime.now(UTC), time.monotonic()
        async with unit_of_work(self.lease, piece.key) as unit:
            written = await piece.write()
            # What its calls have used, also in attempts that failed; a text that asks no model says it itself.
            written = replace(written, usage=unit.used if unit.used.model_calls else written.usage)
            ended_at = datetime.now(UTC)
            saved = await asyncio.to_thread(self._save, piece, written, stored)
            await unit.done()
        self.deadline.record(time.monotonic() - started)
        is_adopted = not is_made_by(saved, self.lease.execution_name)
        self._records[piece.identity] = piece.record(
            self._facts(piece, saved, started_at, ended_at, usage=written.usage, is_reused=is_adopted)
        )

    def _save(self, piece: TextPiece[Record], written: WrittenText, stored: Artefact | None) -> Artefact:
        return self.store.write(
            piece.key,
            written.markdown,
            content_type=written.content_type,
            replacing=stored,
            fingerprint=piece.fingerprint,
            metadata={
                **provenance(self.lease.execution_name, written.usage),
                _WORDS: str(written.word_count),
                _MODEL: self.model_id,
                **written.details,
            },
        )

    def _facts(
        self,
        piece: TextPiece[Record],
        stored: Artefact,
        started_at: datetime,
        ended_at: datetime,
        *,
        usage: Usage,
        is_reused: bool,
    ) -> TextFacts:
        return TextFacts(
            s3_key=piece.key,
            fingerprint=piece.fingerprint,
            word_count=int(stored.metadata.get(_WORDS, 0)),
            model_id=stored.metadata.get(_MODEL, ""),
            is_reused=is_reused,
            started_at=started_at,
            ended_at=ended_at,
            usage=usage,
            details=stored.metadata,
        )


def raise_first(outcomes: Sequence[object]) -> None:
    """Raise, of several things' outcomes, the error that decides what happens next.

    One that no retry mends comes before those that a retry does, and those before ``WorkRemaining``, which asks for a
    retry at once.
    """

    def rank(error: BaseException) -> int:
        if not isinstance(error, CourseError):
            return 0
        return {ArtefactConflict: 1, TextRejected: 2, BudgetExceeded: 2, WorkRemaining: 4}.get(type(error), 3)

    for error in sorted((outcome for outcome in outcomes if isinstance(outcome, BaseException)), key=rank):
        raise error
