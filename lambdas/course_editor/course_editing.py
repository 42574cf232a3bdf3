"""The editing of one course: its lessons are checked against each other, and passages that do not fit are replaced."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from course_editor.answer_reading import AnswerReader
from course_editor.checks.lesson_texts import LessonText
from course_editor.course_lessons import read_lessons
from course_editor.edit_answer import PassageEdits
from course_editor.edit_groups import EditGroup, chains_of
from course_editor.edit_prompts import PROMPT_VERSION, SYSTEM_PROMPT, asked_passages, edit_prompt, edit_request
from course_editor.edited_course import CourseCheck, EditedCourse
from course_editor.editing_records import EditingRecords
from course_editor.editing_request import EditingRequest, EditingResult
from course_editor.passages import PlacedFinding, Region
from course_editor.patched_lesson import Patch, PatchedLesson
from course_editor.plain_mends import plainly_mended
from course_editor.stored_edits import StoredEdits
from course_kit.brief.places import shown_places
from course_kit.errors import BudgetExceeded, TextRejected, WorkRemaining
from course_kit.model.drafts import unit_of_work
from course_kit.outline import Editing
from course_kit.outline.call_sizes import max_tokens_for_words
from course_kit.records.editing import Finding, FindingState, LessonEdits, supported_edits
from course_kit.text.prose_language import language_to_expect
from course_kit.text.text_faults import word_count
from course_kit.usage import Usage
from course_kit.work.model_step import ModelStep
from course_kit.work.text_batch import raise_first

if TYPE_CHECKING:
    from course_kit.model.model_provider import TextModel

_BY_CODE = "mended by code, without a model"


@dataclass
class CourseEditing:
    """The editing of one course in one execution. Safe to repeat: what is mended stays, and costs nothing again."""

    step: ModelStep[EditingRequest]
    _course: EditedCourse = field(init=False)
    _edits: StoredEdits = field(init=False)
    _records: EditingRecords = field(init=False)
    _why: dict[str, str] = field(default_factory=dict)
    """Why findings stay open, by fingerprint."""
    _is_out_of_budget: bool = False

    async def edit(self) -> EditingResult:
        """Check all lessons, store the findings, and have replacements made for as many as the run may.

        Raises
        ------
        WorkRemaining
            The time is nearly up; every finished replacement is saved.
        ModelThrottled, ModelUnavailable
            From a call; the others are finished and saved first.
        ArtefactConflict
            Another execution has taken the project over.
        RequestInvalid
            A lesson is missing, or edits of the author's cannot be read.
        """
        await asyncio.to_thread(self.step.lease.require)
        await asyncio.to_thread(self._open)
        await asyncio.to_thread(self._records.save, self._findings(), self._edits)
        if self._applies:
            await asyncio.to_thread(self._clear_drafts)
            await asyncio.to_thread(self._mend_by_code)
            await self._mend_by_model()
            dropped = await asyncio.to_thread(self._settle)
        else:
            dropped = 0
        findings = self._findings()
        entry = await asyncio.to_thread(self._records.save, findings, self._edits)
        mended = sum(finding.state is FindingState.MENDED for finding in findings)
        counts = {"findings": len(findings), "mended": mended, "open": len(findings) - mended}
        return EditingResult(
            findings_key=self.step.keys.findings(),
            manifest_key=self.step.keys.editing_manifest(),
            counts={**counts, "calls": entry.calls, "dropped": dropped},
        )

    @property
    def _applies(self) -> bool:
        return self.step.request.editing is Editing.APPLY and not self.step.request.books_only

    def _open(self) -> None:
        """Read the lessons, what is stored for them, and what earlier executions have found out."""
        step, outline = self.step, self.step.outline
        read = read_lessons(step.store, outline, step.request.manifest_keys)
        lessons = {str(lesson.lesson): lesson for lesson in read}
        self._records = EditingRecords.open(step.lease, model_id=self._model_id, prompt_version=PROMPT_VERSION)
        known = self._records.entry.written
        self._edits = StoredEdits(step.lease, self._model_id, PROMPT_VERSION, known)
        self._edits.read()
        check = CourseCheck(step.brief, outline.course.language, step.course_record.numbers(outline))
        edits = self._edits_of(lessons)
        patched = {
            slot: PatchedLesson.of(lesson, edits[slot]) if slot in edits else PatchedLesson(lesson)
            for slot, lesson in lessons.items()
        }
        locked = frozenset(
            slot for slot, lesson in lessons.items() if lesson.is_authors or self._edits.is_authors(lesson)
        )
        self._course = EditedCourse(check, patched, locked)

    def _edits_of(self, lessons: Mapping[str, LessonText]) -> dict[str, LessonEdits]:
        """Return the edits that the book applies, by the slots of their lessons, which are the pipeline's."""
        if not self._applies:
            return {}
        edits = {slot: self._edits.of(lesson) for slot, lesson in lessons.items() if not lesson.is_authors}
        texts = {slot: lesson.markdown for slot, lesson in lessons.items()}
        return supported_edits(edits, texts) if self._is_whole(texts) else edits

    def _is_whole(self, slots: Collection[str]) -> bool:
        """Whether these are all lessons of the course: a run of some modules cannot tell what the others say."""
        return shown_places(self.step.outline).keys() <= frozenset(slots)

    def _findings(self) -> list[Finding]:
        """Return the findings with what has become of each."""
        # Not by fingerprint: the same passage in two lessons may have the same fault in both.
        placed = {one.finding: one for one in self._course.placed}
        return [self._with_state(finding, placed.get(finding)) for finding in self._course.findings]

    def _with_state(self, finding: Finding, one: PlacedFinding | None) -> Finding:
        if one is not None and self._course.is_mended(one):
            return finding.model_copy(update={"state": FindingState.MENDED, "why_open": ""})
        why = self._why.get(finding.fingerprint, "")
        if not why and one is None:
            why = "its passage is not found in the lesson"
        elif not why and one is not None and self._applies and not self._course.may_change(one):
            own = {region.lesson for region in one.regions if self._course.lessons[region.lesson].lesson.is_authors}
            why = "the passage is the author's" if own else "the lesson's edits were changed by hand"
        elif not why and self._applies:
            why = self._records.refused(finding.fingerprint)
        return finding.model_copy(update={"why_open": why})

    def _pending(self) -> list[PlacedFinding]:
        return [one for one in self._course.placed if self._course.may_change(one)]

    def _clear_drafts(self) -> None:
        """Remove drafts of what is mended: who was killed before that has its usage with the replacement already."""
        keys, store = self.step.keys, self.step.store
        mended = (one.finding.fingerprint for one in self._course.placed if self._course.is_mended(one))
        settled = {keys.draft(f"{keys.all_edits()}{fingerprint}") for fingerprint in mended}
        for key in settled.intersection(store.keys(keys.drafts())):
            store.delete(key)

    def _mend_by_code(self) -> None:
        """Mend what needs no model."""
        for one in self._pending():
            patches: dict[Region, Patch] = {}
            for region in map(self._course.covering, self._course.may_change(one)):
                text = self._course.text_of(region)
                put = plainly_mended(text, one.finding, self._course.check.numbers.known)
                if put != text:
                    patches[region] = Patch(region.span, put, _BY_CODE, (one.finding.fingerprint,))
            if not patches:
                continue
            gone, new = self._course.mended_by(patches, [one])
            if gone and not new:
                self._take(patches, Usage())

    async def _mend_by_model(self) -> None:
        """Ask about the most important groups first, chains side by side."""
        asked_before = [one for one in self._pending() if not self._records.refused(one.finding.fingerprint)]
        chains = chains_of(asked_before, self._course.covering, self._course.text_of)
        allowed = self._allowed([group for chain in chains for group in chain])
        slots, accepting = asyncio.Semaphore(self.step.lessons_at_once), asyncio.Lock()
        outcomes = await asyncio.gather(
            *(self._chain(chain, allowed, slots, accepting) for chain in chains), return_exceptions=True
        )
        raise_first(outcomes)

    def _allowed(self, groups: Sequence[EditGroup]) -> frozenset[int]:
        """Return which groups may be asked about, by identity; the others stay open."""
        most = self.step.request.edit_max_calls
        most = self.step.environment.edit_max_calls if most is None else most
        left = most - len(self._records.entry.asked)
        ordered = sorted(groups, key=lambda group: group.rank)
        for group in ordered[max(left, 0) :]:
            self._leave(group, f"the run asks for at most {most} replacements")
        return frozenset(map(id, ordered[: max(left, 0)]))

    async def _chain(
        self,
        chain: Sequence[EditGroup],
        allowed: frozenset[int],
        slots: asyncio.Semaphore,
        accepting: asyncio.Lock,
    ) -> None:
        for group in chain:
            if id(group) not in allowed:
                continue
            async with slots:
                if self._is_out_of_budget:
                    self._leave(group, "the run's budget has no room for the call")
                    continue
                try:
                    await self._mend(group, accepting)
                except BudgetExceeded:
                    self._is_out_of_budget = True
                    self._leave(group, "the run's budget has no room for the call")
                except TextRejected as error:
                    self._leave(group, str(error))
                    await asyncio.to_thread(self._records.refuse, group, str(error), self._edits)

    async def _mend(self, group: EditGroup, accepting: asyncio.Lock) -> None:
        """Ask about one group and store what of the answer may be taken; raises ``TextRejected`` for nothing."""
        step = self.step
        if not step.deadline.has_time_for_another():
            raise WorkRemaining("time is nearly up; call again for the rest of the replacements")
        await asyncio.to_thread(step.lease.require)
        started = time.monotonic()
        # The group before it in its chain may have replaced a part of it.
        group = group.widened(self._course.covering)
        if not any(map(self._course.may_change, group.findings)):
            return
        # Who was killed between two lessons of the group finds the answer under the question as it was.
        course = self._course.as_first_asked(group.findings)
        passages = asked_passages(course, group)
        request = edit_request(course, group, passages)
        words = sum(word_count(passage.text) for passage in passages)
        async with unit_of_work(step.lease, f"{step.keys.all_edits()}{group.name}") as unit:
            decision = await self._model.decide(
                edit_prompt(request),
                PassageEdits,
                system=SYSTEM_PROMPT,
                max_tokens=max_tokens_for_words(words, self._course.check.language),
            )
            async with accepting:
                language = language_to_expect(self._course.check.language, self._model_id)
                # Another chain may have replaced something meanwhile.
                course = self._course.as_first_asked(group.findings)
                reader = AnswerReader(course, group, passages, language)
                answer = await asyncio.to_thread(reader.read, decision.value)
                if not answer.mended:
                    raise TextRejected("; ".join(answer.faults[:3]))
                # More than one object: whoever is killed between them finds the answer again.
                await unit.keep()
                await asyncio.to_thread(self._take, answer.patches, unit.used)
            await unit.done()
        step.deadline.record(time.monotonic() - started)
        left = [one for one in group.findings if one not in answer.mended]
        for one in left:
            self._why[one.finding.fingerprint] = "; ".join(answer.faults[:3])
        await asyncio.to_thread(self._records.enter, group, left, "; ".join(answer.faults[:3]), self._edits)

    def _take(self, patches: Mapping[Region, Patch], usage: Usage) -> None:
        """Store replacements, the usage with the last lesson's, and go on with them."""
        after = self._course.with_patches(patches)
        slots = sorted({region.lesson for region in patches})
        lessons = dict(after.lessons)
        for slot in slots:
            lessons[slot] = self._edits.write(lessons[slot], usage if slot == slots[-1] else Usage())
        self._course = EditedCourse(after.check, lessons, after.locked)

    def _leave(self, group: EditGroup, why: str) -> None:
        for one in group.findings:
            self._why[one.finding.fingerprint] = why

    def _settle(self) -> int:
        """Drop replacements whose findings are gone; those of lessons that this run has not read stay."""
        if self._is_whole(self._course.lessons):
            current = {finding.fingerprint for finding in self._course.findings}
            kept = {slot: _with_findings(patched, current) for slot, patched in self._course.lessons.items()}
            self._course = EditedCourse(self._course.check, kept, self._course.locked)
        free = {slot: one for slot, one in self._course.lessons.items() if slot not in self._course.locked}
        return self._edits.settle(free, shown_places(self.step.outline).keys())

    @property
    def _model_id(self) -> str:
        return self.step.inputs.short_text_model_id

    @cached_property
    def _model(self) -> TextModel:
        return self.step.short_model


def _with_findings(patched: PatchedLesson, current: Collection[str]) -> PatchedLesson:
    """Return a lesson without the replacements whose findings are gone."""
    return PatchedLesson(
        patched.lesson, tuple(patch for patch in patched.patches if not set(patch.findings).isdisjoint(current))
    )
