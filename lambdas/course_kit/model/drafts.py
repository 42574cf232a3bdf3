"""What a model has answered for a text, plan or study part that is not finished, kept so that it is not paid for again.

A unit of work (one key in the bucket) asks its model step by step: the text, perhaps its continuation, perhaps a
repair. When a later step fails for a moment, the unit is begun again by the next attempt; it says the same, and what it
has been answered already comes from here. The object is there only between a failure and the unit's end, or to tell
what was paid for a text that was rejected.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, ValidationError

from course_kit.errors import ArtefactConflict, CourseError, TextRejected
from course_kit.model.model_answer import ModelAnswer
from course_kit.records.project_lease import ProjectLease
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import Artefact, ArtefactStore
from course_kit.usage import Usage

_ATTEMPTS = 10
_current: ContextVar["UnitOfWork | None"] = ContextVar("unit_of_work", default=None)


class DraftRecord(BaseModel):
    """``drafts/…json``: answers by what was asked, and what each execution has used for the unit, in vain or not."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    answers: dict[str, ModelAnswer] = {}
    spent: dict[str, Usage] = {}

    def used_by(self, execution_name: str) -> Usage:
        """Return what an execution's calls have used."""
        return self.spent.get(execution_name, Usage())


@dataclass
class UnitOfWork:
    """One unit of one execution: what it was answered before, and what it has used."""

    store: ArtefactStore
    key: str
    execution_name: str
    _stored: Artefact | None = None
    _record: DraftRecord = field(default_factory=DraftRecord)
    _new_answers: dict[str, ModelAnswer] = field(default_factory=dict)
    _new_usage: Usage = field(default_factory=Usage)
    _times: Counter[str] = field(default_factory=Counter)

    @property
    def used(self) -> Usage:
        """What this execution's calls for the unit have used, in all its attempts."""
        return self._record.used_by(self.execution_name) + self._new_usage

    def place_of(self, asked: str) -> str:
        """Return what names a question among those of the unit; the same may be asked more than once."""
        self._times[asked] += 1
        return f"{asked}-{self._times[asked]}"

    def answer_to(self, place: str) -> ModelAnswer | None:
        """Return what an earlier attempt was answered to the same."""
        return self._record.answers.get(place)

    def pay(self, usage: Usage) -> None:
        """Count a call that was answered, whatever becomes of the answer."""
        self._new_usage += usage

    def remember(self, place: str, answer: ModelAnswer) -> None:
        """Keep an answer for the attempts after this one."""
        self._new_answers[place] = answer

    async def load(self) -> None:
        """Read what earlier attempts have left."""
        await asyncio.to_thread(self._load)

    async def keep(self) -> None:
        """Save what is new, before another call is made or when the unit fails."""
        if self._new_answers or self._new_usage.model_calls:
            await asyncio.to_thread(self._save, {**self._new_answers})

    async def reject(self) -> None:
        """Forget every answer: the next attempt is to ask anew. What they have used stays."""
        if self._stored is not None or self._new_usage.model_calls:
            await asyncio.to_thread(self._save, None)

    async def done(self) -> None:
        """Remove what was kept: the unit's artefact is saved, with what it has used."""
        if self._stored is not None:
            await asyncio.to_thread(self.store.delete, self.key)

    def _load(self) -> None:
        # The object first: if what is read then is newer, the next write is refused and it is done again.
        self._stored = self.store.find(self.key)
        with suppress(ValidationError):
            self._record = (self._stored and self.store.read_model(self.key, DraftRecord)) or DraftRecord()

    def _save(self, answers: Mapping[str, ModelAnswer] | None) -> None:
        for attempt in range(_ATTEMPTS):
            kept = {} if answers is None else {**self._record.answers, **answers}
            record = DraftRecord(answers=kept, spent={**self._record.spent, self.execution_name: self.used})
            try:
                self._stored = self.store.write_model(self.key, record, replacing=self._stored)
            except ArtefactConflict:
                # Another attempt of the same step, which has paid as well.
                if attempt == _ATTEMPTS - 1:
                    raise
                self._load()
            else:
                self._record, self._new_answers, self._new_usage = record, {}, Usage()
                return


@asynccontextmanager
async def unit_of_work(lease: ProjectLease, artefact_key: str) -> AsyncIterator[UnitOfWork]:
    """Keep what a model answers inside this block until the artefact under a key is made.

    The block ends with `UnitOfWork.done`. When it raises, what was answered is kept for the next attempt;
    ``TextRejected`` says that the answers are no good, so then only what they have used is.
    """
    unit = UnitOfWork(lease.store, lease.keys.draft(artefact_key), lease.execution_name)
    await unit.load()
    token = _current.set(unit)
    try:
        yield unit
    except TextRejected:
        # The error of the unit says more than one of its draft.
        with suppress(CourseError):
            await unit.reject()
        raise
    except BaseException:
        with suppress(CourseError):
            await unit.keep()
        raise
    finally:
        _current.reset(token)


def current_unit() -> UnitOfWork | None:
    """Return the unit of work that this task is at; None outside any."""
    return _current.get()


def unfinished_usage(store: ArtefactStore, keys: ProjectKeys, execution_name: str) -> Usage:
    """Return what an execution has used that no artefact tells: the texts were rejected, or are not finished."""
    total = Usage()
    for key in store.keys(keys.drafts()):
        with suppress(ValidationError):
            record = store.read_model(key, DraftRecord)
            total += record.used_by(execution_name) if record else Usage()
    return total
