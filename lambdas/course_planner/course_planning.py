"""The brief of one course: what is there stays, and only what is missing is asked for."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TypeVar

from pydantic import BaseModel

from course_kit.brief.course_brief import CourseBrief
from course_kit.brief.course_context import CourseContext, shared_prompt
from course_kit.brief.places import shown_places, slots_by_place
from course_kit.errors import CourseError, WorkRemaining
from course_kit.forecast.estimated_calls import CallKind
from course_kit.model.complete_answers import answers_for_all
from course_kit.outline.call_sizes import lessons_in_a_brief, max_tokens_for_brief
from course_kit.records.brief_manifest import BriefManifest
from course_kit.records.journal import write_together
from course_kit.records.run_summary import StepTimes, record_step
from course_kit.records.written import Written
from course_kit.store.artefact import Artefact
from course_kit.store.edited import read_edited
from course_kit.store.provenance import marks_of_author, provenance
from course_kit.usage import Usage
from course_kit.work.earlier import settled
from course_kit.work.model_step import ModelStep
from course_kit.work.text_batch import raise_first
from course_kit.work.wanted import Verdict, Wanted, remembered, verdict
from course_planner.brief_answer import CourseBriefing, LessonBriefings, SliceDesign
from course_planner.brief_parts import BriefParts
from course_planner.brief_prompts import PROMPT_VERSION, SYSTEM_PROMPT, brief_request, course_prompt, lessons_prompt
from course_planner.brief_reading import frame_of, number_in, under_rules, with_slices, with_terms
from course_planner.course_planning_request import CoursePlanningRequest, CoursePlanningResult
from course_planner.wanted import in_present_places, is_without_brief, kept_lessons, wanted_brief, without_slices

Decided = TypeVar("Decided", bound=BaseModel)

# Writing to the cache costs two inputs and reading a tenth of one: three calls pay for it.
_WORTH_A_CACHE = 3


@dataclass(frozen=True, kw_only=True)
class _BriefSoFar:
    """What is there of the brief before the run makes anything."""

    stored: Artefact | None
    found: Verdict
    as_stored: CourseBrief | None
    brief: CourseBrief | None
    """With lessons of other modules in their new slots."""
    known: Written | None
    missing: tuple[str, ...]
    """The lessons that need a slice, by slot."""
    keeps_frame: bool
    """Whether what all lessons share stays."""


@dataclass(frozen=True)
class CoursePlanning:
    """Plans one course. Safe to repeat: slices of lessons that are asked for as before stay to the letter."""

    step: ModelStep[CoursePlanningRequest]

    async def plan(self) -> CoursePlanningResult:
        """Make what is missing of the brief and record it.

        Raises
        ------
        TextRejected
            The model's brief leaves out a lesson, even after a second request.
        WorkRemaining
            The time is nearly up; the answers so far are kept.
        ArtefactConflict
            Another execution has taken the project over.
        RequestInvalid
            An edited brief cannot be read.
        """
        started_at, step = datetime.now(UTC), self.step
        wanted = wanted_brief(step.inputs)
        await asyncio.to_thread(step.lease.require)
        stored = step.store.find(wanted.key)
        if is_without_brief(step.store, step.keys, wanted, stored):
            return CoursePlanningResult(brief_params={}, counts={"slices": 0})
        manifest_key = step.keys.brief_manifest()
        stored_manifest = step.store.find(manifest_key)
        before = step.store.read_model(manifest_key, BriefManifest) if stored_manifest else None
        known = before.written.get(wanted.key) if before else None
        so_far = await asyncio.to_thread(self._so_far, wanted, stored, known)
        if so_far.missing:
            wanted.require_model()
        saved, usage, is_warm = await self._saved(wanted, so_far)
        is_made = bool(so_far.missing)
        entry = BriefManifest(
            execution_name=step.request.execution_name,
            started_at=started_at,
            ended_at=datetime.now(UTC),
            is_reused=not is_made and so_far.found is not Verdict.OWN,
            slices=len(self._order),
            slices_made=len(so_far.missing),
            model_id=step.inputs.text_model_id,
            prompt_version=PROMPT_VERSION,
            usage=usage if is_made else so_far.found.usage(saved),
            written={wanted.key: self._remembered(wanted, so_far, saved)},
        )
        write_together(step.store, manifest_key, entry, replacing=stored_manifest, together_with=lambda other: other)
        times = StepTimes(started_at=entry.started_at, ended_at=entry.ended_at)
        record_step(step.store, step.keys.run(entry.execution_name), "brief", times)
        params: dict[str, str | list[str]] = {"brief_version": saved.version} if saved.version else {}
        if is_warm:
            params["cached_calls"] = sorted({*step.request.cached_calls, CallKind.LESSON, CallKind.LAB})
        return CoursePlanningResult(
            brief_params=params, counts={"slices": len(self._order), "made": len(so_far.missing)}
        )

    def _so_far(self, wanted: Wanted, stored: Artefact | None, known: Written | None) -> _BriefSoFar:
        """Return what is there of the brief; an earlier version that is what is asked for is taken back."""
        step = self.step
        stored, found = settled(step.store, wanted, stored, step.lease, known)
        as_stored = read_edited(step.store, wanted.key, CourseBrief) if stored else None
        brief, known = in_present_places(as_stored, known, step.course_record.numbers(step.outline))
        staying = kept_lessons(brief, wanted, known, found) if brief else None
        missing = [slot for slot in self._order if slot not in (staying or ())]
        return _BriefSoFar(
            stored=stored,
            found=found,
            as_stored=as_stored,
            brief=brief,
            known=known,
            missing=() if found is Verdict.LEFT else tuple(missing),
            keeps_frame=staying is not None,
        )

    @cached_property
    def _places(self) -> dict[str, str]:
        return shown_places(self.step.outline)

    @property
    def _order(self) -> Sequence[str]:
        """The slots of all lessons as they are read."""
        return list(self._places)

    @cached_property
    def _slots(self) -> Mapping[str, str]:
        return slots_by_place(self.step.outline)

    async def _saved(self, wanted: Wanted, so_far: _BriefSoFar) -> tuple[Artefact, Usage, bool]:
        """Return the brief as it is stored now, the usage of what was asked for, and whether writers find it cached."""
        step, rules = self.step, self.step.outline.course.terminology
        if not so_far.missing and so_far.stored is not None and so_far.brief is not None:
            brief = under_rules(so_far.brief, rules, step.outline)
            is_stored = brief == so_far.as_stored and so_far.found is not Verdict.MAKE
            return (so_far.stored if is_stored else self._write(wanted, brief, so_far, Usage())), Usage(), False
        parts = BriefParts(step.lease, wanted.key)
        base = without_slices(so_far.brief, so_far.missing) if so_far.brief and so_far.keeps_frame else None
        brief = under_rules(await self._asked(base, so_far.missing, parts), rules, step.outline)
        is_warm = len(so_far.missing) >= _WORTH_A_CACHE and await parts.made("cache", lambda: self._is_cached(brief))
        saved = self._write(wanted, brief, so_far, parts.used)
        await parts.done()
        return saved, parts.used, is_warm

    async def _is_cached(self, brief: CourseBrief) -> bool:
        """Have the provider cache what the writers of lessons and labs send first; that it fails costs no run."""
        with suppress(CourseError):
            return await self.step.warm_cache(shared_prompt(CourseContext.of(self.step.outline, brief)))
        return False

    def _write(self, wanted: Wanted, brief: CourseBrief, so_far: _BriefSoFar, usage: Usage) -> Artefact:
        """Store a brief; one that gets further slices stays the author's, also where the author left no name."""
        owner: dict[str, str] = {}
        if so_far.stored is not None and so_far.found is Verdict.YOURS:
            owner = marks_of_author(so_far.stored.metadata)
        return self.step.store.write_model(
            wanted.key,
            brief,
            replacing=so_far.stored,
            fingerprint=wanted.fingerprint,
            # A stale brief that only gets the outline's terms stays stale.
            shape=so_far.stored.shape if so_far.stored and not so_far.missing else wanted.shape,
            metadata={**provenance(self.step.lease.execution_name, usage), **owner},
        )

    def _remembered(self, wanted: Wanted, so_far: _BriefSoFar, saved: Artefact) -> Written:
        if so_far.missing:
            return remembered(wanted, verdict(wanted, saved, self.step.lease, None), saved, None)
        return remembered(wanted, so_far.found, saved, so_far.known)

    async def _asked(self, brief: CourseBrief | None, missing: Sequence[str], parts: BriefParts) -> CourseBrief:
        """Ask for what is missing: all in one answer where that has room, else the frame and then groups of lessons."""
        if brief is not None:
            return await self._with_missing(brief, missing, parts)
        is_small = len(missing) <= self._at_once
        first = await parts.made("course", lambda: self._course(missing if is_small else []))
        frame = frame_of(first, self._slots, self.step.outline)
        given = [design for design in first.lessons if self._slots.get(number_in(design.lesson)) in missing]
        frame = with_slices(frame, given, self._slots, self._order)
        told = {one.lesson for one in frame.lessons}
        return await self._with_missing(frame, [slot for slot in missing if slot not in told], parts)

    async def _with_missing(self, brief: CourseBrief, missing: Sequence[str], parts: BriefParts) -> CourseBrief:
        """Return a brief with the slices of further lessons, asked for in groups side by side.

        Raises the first error of a group after all others have ended, so that no answer is lost.
        """
        groups = [missing[start : start + self._at_once] for start in range(0, len(missing), self._at_once)]
        slots = asyncio.Semaphore(self.step.lessons_at_once)

        async def asked(group: Sequence[str]) -> tuple[list[SliceDesign], LessonBriefings]:
            async with slots:
                if not self.step.deadline.has_time_for_another():
                    raise WorkRemaining(f"the brief of lesson {self._places[group[0]]}: time is nearly up; call again")
                started = time.monotonic()
                answer = await parts.made(f"from-{group[0]}", lambda: self._lessons(brief, group))
                self.step.deadline.record(time.monotonic() - started)
                return answer

        outcomes = await asyncio.gather(*(asked(group) for group in groups), return_exceptions=True)
        raise_first(outcomes)
        asked_for = {number: slot for number, slot in self._slots.items() if slot in missing}
        for outcome in outcomes:
            if not isinstance(outcome, BaseException):
                designs, answer = outcome
                brief = with_slices(brief, designs, self._slots, self._order)
                brief = with_terms(brief, answer.terms, asked_for, self.step.outline)
        return brief

    async def _course(self, wanted: Sequence[str]) -> CourseBriefing:
        prompt = course_prompt(brief_request(self.step.outline, None, wanted))
        return await self._answer(prompt, CourseBriefing, max_tokens_for_brief(len(wanted), has_frame=True))

    async def _answer(self, prompt: str, shape: type[Decided], max_tokens: int) -> Decided:
        decision = await self.step.model.decide(
            prompt, shape, system=SYSTEM_PROMPT, max_tokens=max_tokens, keeps_valid_items=True
        )
        return decision.value

    async def _lessons(self, brief: CourseBrief, group: Sequence[str]) -> tuple[list[SliceDesign], LessonBriefings]:
        terms: list[LessonBriefings] = []

        async def ask(missing: frozenset[str]) -> dict[str, SliceDesign]:
            prompt = lessons_prompt(brief_request(self.step.outline, brief, missing))
            most = max_tokens_for_brief(len(missing), has_frame=False)
            answer = await self._answer(prompt, LessonBriefings, most)
            terms.append(answer)
            return {
                self._slots.get(number, number): design
                for design in answer.lessons
                for number in (number_in(design.lesson),)
            }

        names = {slot: f"lesson {self._places[slot]}" for slot in group}
        answers = await answers_for_all(names, ask, "the brief of the course")
        added = LessonBriefings.model_construct(lessons=[], terms=[term for one in terms for term in one.terms])
        return list(answers.values()), added

    @property
    def _at_once(self) -> int:
        return lessons_in_a_brief(self.step.model.longest_answer)
