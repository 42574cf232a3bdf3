"""The texts of a module: written in parallel and saved one by one, until all exist or the time is nearly up."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Generic, Protocol, TypeVar

from course_kit.deadline import Deadline
from course_kit.errors import ArtefactConflict, BudgetExceeded, CourseError, TextRejected, WorkRemaining
from course_kit.model.drafts import unit_of_work
from course_kit.records.journal import Journal, ModuleEntry
from course_kit.records.project_lease import ProjectLease
from course_kit.records.written import Written
from course_kit.records.written_record import TextFacts, count_metadata, metadata_key
from course_kit.run.events import BaseParams
from course_kit.step_metrics import StepMetric, count
from course_kit.store.artefact import Artefact, minutes_metadata
from course_kit.store.provenance import provenance
from course_kit.usage import Usage
from course_kit.work.earlier import take_back
from course_kit.work.step import Step
from course_kit.work.wanted import Verdict, Wanted, remembered, verdict

_MODEL = metadata_key("model_id")


@dataclass(frozen=True, kw_only=True)
class WrittenText:
    """A valid text to save; its metadata has the counts, named as the fields of its record, and the details (ASCII)."""

    body: str
    usage: Usage
    counts: Mapping[str, int]
    details: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "text/markdown; charset=utf-8"


class TextRecord(Protocol):
    """The record of a text in a manifest."""

    @property
    def identity(self) -> str:
        """Which of its module's texts it is."""
        ...

    @property
    def fingerprint(self) -> str:
        """The fingerprint of its sources."""
        ...

    @property
    def is_reused(self) -> bool:
        """Whether an earlier execution made it."""
        ...


Record = TypeVar("Record", bound=TextRecord)
Manifest = TypeVar("Manifest", bound=ModuleEntry)


@dataclass(frozen=True)
class TextPiece(Generic[Record]):
    """One text of a module: what is wanted, its writer, and its record."""

    wanted: Wanted
    write: Callable[[], Awaitable[WrittenText]]
    record: Callable[[TextFacts], Record]
    counts_of: Callable[[bytes], Mapping[str, int]]
    """Counts a text that has no counts in its metadata, such as the author's; raises for one that cannot be read."""


@dataclass
class TextBatch(Generic[Record, Manifest]):
    """Writes the missing texts of a module and records each in the module's manifest when it is saved."""

    lease: ProjectLease
    model_id: str
    max_concurrency: int
    deadline: Deadline
    journal: Journal[Manifest]
    """Of the manifest; it begins with the texts of earlier attempts of this very execution."""
    texts_of: Callable[[Manifest], Sequence[Record]]
    with_texts: Callable[[Manifest, Sequence[Record]], Manifest]
    _records: dict[str, Record] = field(default_factory=dict)
    _written: dict[str, Written] = field(default_factory=dict)
    """What is stored for each piece, by key."""
    _pieces: dict[str, TextPiece[Record]] = field(default_factory=dict)
    _conflict: ArtefactConflict | None = None

    @classmethod
    def of(
        cls,
        step: Step[BaseParams],
        journal: Journal[Manifest],
        *,
        texts_of: Callable[[Manifest], Sequence[Record]],
        with_texts: Callable[[Manifest, Sequence[Record]], Manifest],
        is_short: bool = False,
    ) -> "TextBatch[Record, Manifest]":
        """Return the batch of a step: its lease, its model, its concurrency and its time.

        ``is_short`` is whether its texts are the short text model's.
        """
        inputs = step.inputs
        return cls(
            lease=step.lease,
            model_id=inputs.short_text_model_id if is_short else inputs.text_model_id,
            max_concurrency=step.lessons_at_once,
            deadline=step.deadline,
            journal=journal,
            texts_of=texts_of,
            with_texts=with_texts,
        )

    async def write(self, pieces: Sequence[TextPiece[Record]]) -> Manifest:
        """Write every text that is not kept, and return the manifest with all of them, in this order.

        Raises
        ------
        WorkRemaining
            The time is nearly up; every finished text is saved.
        ArtefactConflict
            Another execution has taken the project over; texts that had not begun are left alone.
        TextRejected, ModelThrottled, ModelUnavailable
            From a text; the others are finished and saved first.
        """
        self._pieces = {piece.wanted.identity: piece for piece in pieces}
        self._records = {record.identity: record for record in self.texts_of(self.journal.entry)}
        found = await asyncio.gather(*(asyncio.to_thread(self._find, piece) for piece in pieces))
        missing = [piece for piece, stored in zip(pieces, found, strict=True) if not self._is_kept(piece, stored)]
        # Once for all kept texts: a save for each would use up a short call's time before anything is written.
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
            texts = [self._records[name] for name in self._pieces if name in self._records]
            return self.with_texts(manifest, texts).with_written(self._written)

        def together_with(other: Manifest) -> Manifest:
            # Either record of a text is right, but both attempts have to end with the same one.
            self._records |= {record.identity: record for record in self.texts_of(other) if self._is_asked_for(record)}
            return entered(other)

        await self.journal.save(entered, together_with=together_with)

    def _is_asked_for(self, record: Record) -> bool:
        """Whether a record is one of a text that this batch wants, and not of an earlier text in its place."""
        piece = self._pieces.get(record.identity)
        return piece is not None and piece.wanted.fingerprint == record.fingerprint

    def _find(self, piece: TextPiece[Record]) -> Artefact | None:
        return self.lease.store.find(piece.wanted.key)

    def _is_kept(self, piece: TextPiece[Record], stored: Artefact | None) -> bool:
        """Whether a text is kept as it is; then it is among the records."""
        wanted, before = piece.wanted, self.journal.entry.written.get(piece.wanted.key)
        known = self._records.get(wanted.identity)
        if known is not None and not known.is_reused:
            # This execution has replaced it already; what its author wrote since stays.
            wanted = replace(wanted, is_named=False)
        found = verdict(wanted, stored, self.lease, before)
        if stored is None or found is Verdict.MAKE:
            return False
        self._written[wanted.key] = remembered(wanted, found, stored, before)
        if known is None or not self._is_asked_for(known):
            # An attempt of this execution that was killed before it could record the text has still paid for it.
            is_reused = found is not Verdict.OWN
            count(StepMetric.ARTEFACTS_REUSED, int(is_reused))
            now = datetime.now(UTC)
            self._records[wanted.identity] = piece.record(
                TextFacts(
                    stored=stored,
                    fingerprint=wanted.fingerprint,
                    is_reused=is_reused,
                    started_at=now,
                    ended_at=now,
                    usage=found.usage(stored),
                    counts=self._counts(piece, stored, found),
                )
            )
        return True

    def _counts(self, piece: TextPiece[Record], stored: Artefact, found: Verdict) -> Mapping[str, int] | None:
        """Return the counts of a kept text whose metadata are not about it, or are lost."""
        if found is not Verdict.YOURS and stored.written_sha256:
            return None
        body = self.lease.store.read(stored.key, stored.version)
        return None if body is None else piece.counts_of(body)

    async def _write(self, piece: TextPiece[Record]) -> None:
        if not self.deadline.has_time_for_another():
            raise WorkRemaining(f"{piece.wanted.identity}: time is nearly up; call again for the rest")
        await asyncio.to_thread(self.lease.require)
        # Once more, just before it is paid for: another attempt of this step may have written it since.
        stored = await asyncio.to_thread(self._find, piece)
        if self._is_kept(piece, stored):
            return
        taken_back = await asyncio.to_thread(take_back, self.lease.store, piece.wanted, stored)
        if taken_back is not None and self._is_kept(piece, taken_back):
            return
        piece.wanted.require_model()
        started_at, started = datetime.now(UTC), time.monotonic()
        try:
            async with unit_of_work(self.lease, piece.wanted.key) as unit:
                written = await piece.write()
                # What its calls have used, also in attempts that failed; a text that asks no model says it itself.
                written = replace(written, usage=unit.used if unit.used.model_calls else written.usage)
                ended_at = datetime.now(UTC)
                saved = await asyncio.to_thread(self._save, piece, written, stored)
                await unit.done()
        except ArtefactConflict:
            # Its author may have edited it meanwhile. That stays, and what was paid for stays in the draft.
            if self._is_kept(piece, await asyncio.to_thread(self._find, piece)):
                return
            raise
        self.deadline.record(time.monotonic() - started)
        # Another execution may have been quicker with a text of the same sources.
        is_adopted = not self.lease.has_made(saved)
        self._written[piece.wanted.key] = remembered(piece.wanted, Verdict.KEEP, saved, None)
        self._records[piece.wanted.identity] = piece.record(
            TextFacts(
                stored=saved,
                fingerprint=piece.wanted.fingerprint,
                is_reused=is_adopted,
                started_at=started_at,
                ended_at=ended_at,
                usage=written.usage,
            )
        )

    def _save(self, piece: TextPiece[Record], written: WrittenText, stored: Artefact | None) -> Artefact:
        return self.lease.store.write(
            piece.wanted.key,
            written.body,
            content_type=written.content_type,
            replacing=stored,
            fingerprint=piece.wanted.fingerprint,
            shape=piece.wanted.shape,
            metadata={
                **provenance(self.lease.execution_name, written.usage),
                _MODEL: self.model_id,
                **minutes_metadata(piece.wanted.minutes),
                **count_metadata(written.counts),
                **written.details,
            },
        )


def raise_first(outcomes: Sequence[object]) -> None:
    """Raise, of several outcomes, the error that decides what happens next.

    An error that no retry mends comes first, then one that a retry does. ``WorkRemaining``, which asks for a retry at
    once, comes last.
    """

    def rank(error: BaseException) -> int:
        if not isinstance(error, CourseError):
            return 0
        return {ArtefactConflict: 1, TextRejected: 2, BudgetExceeded: 2, WorkRemaining: 4}.get(type(error), 3)

    for error in sorted((outcome for outcome in outcomes if isinstance(outcome, BaseException)), key=rank):
        raise error
