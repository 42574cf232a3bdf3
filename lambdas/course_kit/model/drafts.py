"""Drafts: a model's answers for an unfinished text, plan or study part, saved so that no call is paid twice.

A unit of work (one key in the bucket) asks its model in steps: the text, then perhaps a continuation or a repair. After
a temporary failure, the next attempt starts the unit again. It asks the same questions, and saved answers replace the
calls. The object exists only from a failure until the unit is done, or to record the usage of a rejected text. It also
tells of the failure while it lasts.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar

from botocore.exceptions import ClientError
from pydantic import Field, ValidationError

from course_kit.data_models import OpenModel
from course_kit.errors import ArtefactConflict, CourseError, TextRejected
from course_kit.model.model_answer import ModelAnswer
from course_kit.records.project_lease import ProjectLease
from course_kit.records.trouble import TEMPORARY, Trouble
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.usage import Usage

_ATTEMPTS = 10
# The parallel texts of a function fail for one reason, so one of them tells it, and not at every failure.
TELLING_PAUSE_SECONDS = 10.0
_current: ContextVar["UnitOfWork | None"] = ContextVar("unit_of_work", default=None)


class DraftRecord(OpenModel):
    """``drafts/…json``: answers by question, the usage of each execution for the unit, and its present trouble."""

    answers: dict[str, ModelAnswer] = Field(default_factory=dict)
    spent: dict[str, Usage] = Field(default_factory=dict)
    trouble: Trouble | None = None

    def used_by(self, execution_name: str) -> Usage:
        """Return the usage of an execution's calls."""
        return self.spent.get(execution_name, Usage())


@dataclass
class UnitOfWork:
    """One unit of one execution: its earlier answers, its usage and its trouble."""

    next_telling: ClassVar[float] = 0.0
    """When a unit of this function may tell of its trouble again, on the monotonic clock."""

    store: ArtefactStore
    key: str
    execution_name: str
    _stored: Artefact | None = None
    _record: DraftRecord = field(default_factory=DraftRecord)
    _new_answers: dict[str, ModelAnswer] = field(default_factory=dict)
    _new_usage: Usage = field(default_factory=Usage)
    _times: Counter[str] = field(default_factory=Counter)
    _trouble: Trouble | None = None

    @property
    def used(self) -> Usage:
        """The usage of this execution's calls for the unit, in all its attempts."""
        return self._record.used_by(self.execution_name) + self._new_usage

    def place_of(self, asked: str) -> str:
        """Return the key of a question in the unit; equal questions get different keys."""
        self._times[asked] += 1
        return f"{asked}-{self._times[asked]}"

    def answer_to(self, place: str) -> ModelAnswer | None:
        """Return the answer of an earlier attempt to the same question, or None."""
        return self._record.answers.get(place)

    def pay(self, usage: Usage) -> None:
        """Count the usage of an answered call, even if its answer is not used."""
        self._new_usage += usage

    def remember(self, place: str, answer: ModelAnswer) -> None:
        """Keep an answer for later attempts."""
        self._new_answers[place] = answer
        self._trouble = None

    async def load(self) -> None:
        """Read the draft of earlier attempts."""
        await asyncio.to_thread(self._load)
        await self._tell_of_next_attempt()

    async def keep(self) -> None:
        """Save new answers, before the next call or when the unit fails."""
        if self._new_answers or self._new_usage.model_calls:
            await asyncio.to_thread(self._save, {**self._new_answers})

    async def tell(self, error: Exception, next_try_in: float | None) -> None:
        """Tell whoever watches the run of a failure that is tried again; that it cannot be told is no failure.

        Parameters
        ----------
        next_try_in
            Seconds; None when this function gives up, and the state machine tries the step again.
        """
        if not isinstance(error, TEMPORARY):
            return
        self._trouble = Trouble.of(
            error, self.execution_name, now=datetime.now(UTC), next_try_in=next_try_in, before=self._trouble
        )
        if next_try_in is not None and time.monotonic() < UnitOfWork.next_telling:
            return
        UnitOfWork.next_telling = time.monotonic() + TELLING_PAUSE_SECONDS
        with suppress(CourseError, ClientError):
            await asyncio.to_thread(self._save, {**self._new_answers})

    async def reject(self) -> None:
        """Delete all answers, so that the next attempt asks again. Their usage stays."""
        self._trouble = None
        if self._stored is not None or self._new_usage.model_calls:
            await asyncio.to_thread(self._save, None)

    async def done(self) -> None:
        """Delete the draft: the unit's artefact is saved, with its usage."""
        if self._stored is not None:
            await asyncio.to_thread(self.store.delete, self.key)
            # Another unit may still have the trouble that this one has told.
            UnitOfWork.next_telling = 0.0

    def _load(self) -> None:
        # Find the object first: if the content read next is newer, the write is refused and repeated.
        self._stored = self.store.find(self.key)
        with suppress(ValidationError):
            self._record = (self._stored and self.store.read_model(self.key, DraftRecord)) or DraftRecord()

    async def _tell_of_next_attempt(self) -> None:
        """Say that the step is tried again, since its first answer may take minutes."""
        found = self._record.trouble
        if found is not None and found.execution_name == self.execution_name:
            self._trouble = found.model_copy(update={"next_try_at": datetime.now(UTC)})
            with suppress(CourseError, ClientError):
                await asyncio.to_thread(self._save, {})

    def _save(self, answers: Mapping[str, ModelAnswer] | None) -> None:
        for attempt in range(_ATTEMPTS):
            kept = {} if answers is None else {**self._record.answers, **answers}
            spent = {**self._record.spent, self.execution_name: self.used}
            record = DraftRecord(answers=kept, spent=spent, trouble=self._trouble)
            try:
                self._stored = self.store.write_model(self.key, record, replacing=self._stored)
            except ArtefactConflict:
                # Another attempt of the same step, which also paid for calls.
                if attempt == _ATTEMPTS - 1:
                    raise
                self._load()
            else:
                self._record, self._new_answers, self._new_usage = record, {}, Usage()
                return


@asynccontextmanager
async def unit_of_work(lease: ProjectLease, artefact_key: str) -> AsyncIterator[UnitOfWork]:
    """Keep a model's answers from this block until the artefact under a key is saved.

    The block ends with `UnitOfWork.done`. When it raises, the answers are saved for the next attempt. After
    ``TextRejected`` only their usage is saved, because the answers are not usable.
    """
    unit = UnitOfWork(lease.store, lease.keys.draft(artefact_key), lease.execution_name)
    await unit.load()
    token = _current.set(unit)
    try:
        yield unit
    except TextRejected:
        # The unit's own error is more useful than an error about its draft.
        with suppress(CourseError):
            await unit.reject()
        raise
    except TEMPORARY as error:
        await unit.tell(error, None)
        raise
    except BaseException:
        with suppress(CourseError):
            await unit.keep()
        raise
    finally:
        _current.reset(token)


def current_unit() -> UnitOfWork | None:
    """Return the current unit of work of this task; None outside a unit."""
    return _current.get()


def unfinished_usage(store: ArtefactStore, keys: ProjectKeys, execution_name: str) -> Usage:
    """Return an execution's usage that is in no artefact: for rejected or unfinished texts."""
    total = Usage()
    for key in store.keys(keys.drafts()):
        with suppress(ValidationError):
            record = store.read_model(key, DraftRecord)
            total += record.used_by(execution_name) if record else Usage()
    return total
