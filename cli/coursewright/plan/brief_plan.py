"""What a run would do with the brief of a course, and what its lessons would be asked for then."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from course_kit.brief.course_brief import CourseBrief
from course_kit.brief.places import shown_places
from course_kit.outline.call_sizes import lessons_in_a_brief
from course_kit.records.brief_manifest import BriefManifest
from course_kit.records.course_record import CourseRecord
from course_kit.run.run_inputs import RunInputs
from course_kit.store.edited import parse_edited
from course_kit.store.ids import LessonId
from course_kit.work.wanted import Verdict, Wanted
from course_planner.brief_reading import under_rules
from course_planner.wanted import in_present_places, is_without_brief, kept_lessons, wanted_brief
from coursewright.plan.model import BriefPlan
from coursewright.plan.project_state import Judged, ProjectState
from coursewright.plan.reasons import what_changed


@dataclass(frozen=True)
class PlannedBrief:
    """The plan for the brief, and the run with the brief as far as it is known."""

    plan: BriefPlan
    run: RunInputs
    """Lessons whose part is asked for again have the one of before."""
    asked: frozenset[str] = frozenset()
    """The slots of those lessons."""

    @property
    def is_new(self) -> bool:
        """Whether every lesson gets another part."""
        return self.plan.state == "make"

    def judged(self, module: int, lesson: int, judged: Judged) -> Judged:
        """Return what a run does with a lesson, or with a lab of it: a new brief asks for all but the author's."""
        if not self.is_new or not self._is_asked(module, lesson) or judged.found in (Verdict.MAKE, Verdict.YOURS):
            return judged
        return replace(judged, found=Verdict.MAKE, is_taken_back=False, why="the brief is made anew")

    def leaves_open(self, module: int, lesson: int, judged: Judged) -> bool:
        """Whether a lesson, or a lab of it, stays only if its part of the brief comes out as it was."""
        stays = judged.found not in (Verdict.MAKE, Verdict.YOURS)
        return stays and not self.is_new and self._is_asked(module, lesson)

    def _is_asked(self, module: int, lesson: int) -> bool:
        return str(LessonId(module, lesson)) in self.asked


def plan_brief(state: ProjectState, run: RunInputs, record: CourseRecord) -> PlannedBrief:
    """Return what a run would do with the brief, from the same verdicts that course_planner reaches.

    Parameters
    ----------
    record
        The project's record of its course after the run's first step.
    """
    if not run.outline.course.has_brief:
        return PlannedBrief(BriefPlan(), run)
    wanted, places = wanted_brief(run), shown_places(run.outline)
    if is_without_brief(state.store, run.keys, wanted, state.store.find(wanted.key)):
        return PlannedBrief(BriefPlan(state="none"), run)
    manifest = state.store.read_model(run.keys.brief_manifest(), BriefManifest)
    before = manifest.written if manifest else {}
    [judged] = state.judge([wanted], before)
    body = state.read(judged) if judged.stored else b""
    stored = parse_edited(wanted.key, body, CourseBrief) if body else None
    brief, known = in_present_places(stored, before.get(wanted.key), record.numbers(run.outline))
    staying = kept_lessons(brief, wanted, known, judged.found) if brief else None
    if brief is None or staying is None:
        plan = BriefPlan(
            state="make",
            make=list(places.values()),
            why=_why_made(wanted, judged, known.asked if known else {}),
            calls=_calls(len(places), is_new=True),
        )
        return PlannedBrief(plan, replace(run, brief=brief), frozenset(places))
    asked = [slot for slot in places if slot not in staying]
    plan = BriefPlan(
        state="yours" if judged.found is Verdict.YOURS else "amend" if asked else "reuse",
        make=[places[slot] for slot in asked],
        why_lessons={places[slot]: _why_briefed(slot, wanted, known.asked if known else {}) for slot in asked},
        is_taken_back=judged.is_taken_back,
        calls=_calls(len(asked), is_new=False),
    )
    ruled = under_rules(brief, run.outline.course.terminology, run.outline)
    return PlannedBrief(plan, replace(run, brief=ruled), frozenset(asked))


def _calls(lessons: int, *, is_new: bool) -> int:
    at_once = lessons_in_a_brief(None)
    return -(-lessons // at_once) + (is_new and lessons > at_once)


def _why_made(wanted: Wanted, judged: Judged, before: Mapping[str, str]) -> str:
    if judged.stored is None:
        return "new"
    if wanted.is_forced:
        return "named by --regenerate"
    return "; ".join(what_changed(wanted.asked, before, ("language", "example"))) or "asked for differently"


def _why_briefed(slot: str, wanted: Wanted, before: Mapping[str, str]) -> str:
    if slot not in before:
        return "new"
    is_changed = before[slot] != wanted.asked[slot]
    return "changed" if is_changed else "it assumes something of a changed lesson"
