"""A run's timeline from its records. Any record with a start and an end is a piece of work."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import AwareDatetime, JsonValue, ValidationError

from course_kit.data_models import OpenModel
from course_kit.store.ids import LessonId
from coursewright.timeline.critical_path import critical_path
from coursewright.timeline.model import COURSE, ModuleTrack, Timeline, Work
from coursewright.timeline.records import ModuleRecords, RunRecords

# The stages by the manifests' fields; other fields keep their own name.
_STAGES = {
    ("", "lessons"): "content",
    ("", "visual_plans"): "visuals",
    ("study", "lessons"): "study parts",
    ("labs", "plan"): "lab plan",
}
_STEPS = {"prepare": "Preparation", "brief": "Brief", "editing": "Edits", "book": "Book", "pdf": "PDF"}
# The branch that starts on its own; the others need the texts of the theory's first stage.
_INDEPENDENT_BRANCHES = ("", "labs")


class _Times(OpenModel):
    """The part of a manifest's record for a timeline."""

    class Usage(OpenModel):
        """The number of calls in a usage."""

        model_calls: int = 0

    started_at: AwareDatetime
    ended_at: AwareDatetime
    title: str = ""
    lesson_number: int | None = None
    lab_id: str | None = None
    is_reused: bool = False
    usage: Usage = Usage()


@dataclass(frozen=True)
class _Stage:
    branch: str
    name: str
    records: Sequence[_Times]


def timeline_of(records: RunRecords) -> Timeline:
    """Return the timeline of a running, failed or finished run."""
    started_at = records.started_at
    steps = [_step(name, times, started_at) for name, times in records.summary_steps.items()]
    prepared = max((step.ended for step in steps if step.is_before_modules), default=0.0)
    modules = [
        _track(number, records.modules.get(number), prepared, records)
        for number in records.module_numbers or sorted(records.modules)
    ]
    ended = max((work.ended for module in modules for work in module.works), default=prepared)
    course_works = _in_turn(steps, ended)
    everything = [*course_works, *(work for module in modules for work in module.works)]
    wall = (records.ended_at - started_at).total_seconds()
    return Timeline(
        project=records.project,
        execution_name=records.execution_name,
        status=records.status,
        error=records.error,
        started_at=f"{started_at:%Y-%m-%d %H:%M:%S} UTC",
        wall_seconds=max([wall, *(work.ended for work in everything)]),
        modules=modules,
        course_works=course_works,
        critical=critical_path(modules, course_works),
        failed_attempts=records.failed_attempts,
    )


def _step(name: str, times: Mapping[str, datetime], origin: datetime) -> Work:
    started = _seconds(times["started_at"], origin)
    return Work(
        module=COURSE,
        branch="",
        stage=name,
        lesson=None,
        label=_STEPS.get(name, name),
        title=_STEPS.get(name, name),
        ready=started,
        started=started,
        ended=max(_seconds(times["ended_at"], origin), started),
    )


def _in_turn(steps: Sequence[Work], modules_ended: float) -> list[Work]:
    """Set the earliest start of the steps after the modules: the end of the modules, then of each other."""
    ready, placed = 0.0, []
    for step in sorted(steps, key=lambda step: step.started):
        if not step.is_before_modules:
            ready = max(ready, modules_ended)
        placed.append(replace(step, ready=min(ready, step.started)))
        ready = step.ended
    return placed


def _track(number: int, records: ModuleRecords | None, prepared: float, run: RunRecords) -> ModuleTrack:
    failure = run.failures.get(number, "")
    if records is None:
        title = run.titles.get(number, f"Module {number}")
        return ModuleTrack(number=number, title=title, ready=prepared, began=None, failure=failure)
    stages = [stage for branch, manifest in records.manifests.items() for stage in _stages(branch, manifest)]
    works: list[Work] = []
    begun = [_seconds(moment, run.started_at) for moment in records.started_at]
    begun += [_seconds(record.started_at, run.started_at) for stage in stages for record in stage.records]
    began = min(begun, default=None)
    for stage in stages:
        before = [work for work in works if work.branch == stage.branch]
        if not before and stage.branch not in _INDEPENDENT_BRANCHES:
            before = [work for work in works if work.stage == "content"]
        works += [
            _work(
                record,
                stage,
                number=number,
                before=before,
                began=prepared if began is None else began,
                position=position,
                origin=run.started_at,
            )
            for position, record in enumerate(stage.records, start=1)
        ]
    return ModuleTrack(
        number=number, title=records.title, ready=prepared, began=began, works=tuple(works), failure=failure
    )


def _work(
    record: _Times,
    stage: _Stage,
    *,
    number: int,
    before: Sequence[Work],
    began: float,
    position: int,
    origin: datetime,
) -> Work:
    started = _seconds(record.started_at, origin)
    # A lesson's visuals need only that lesson, even if the graph makes them wait for others.
    own = [work for work in before if record.lesson_number and work.lesson == record.lesson_number]
    ready = max((work.ended for work in own or before), default=began)
    if record.lab_id:
        label = record.lab_id
    elif record.lesson_number:
        label = str(LessonId(number, record.lesson_number))
    else:
        label = str(number) if len(stage.records) == 1 else f"{number}.{position}"
    named = record.title or next((work.title for work in own if work.title), "")
    return Work(
        module=number,
        branch=stage.branch,
        stage=stage.name,
        lesson=record.lesson_number or None,
        label=label,
        title=named,
        ready=min(ready, started),
        started=started,
        ended=max(_seconds(record.ended_at, origin), started),
        is_reused=record.is_reused,
        model_calls=record.usage.model_calls,
    )


def _stages(branch: str, manifest: Mapping[str, JsonValue]) -> Iterator[_Stage]:
    """Yield the parts of a manifest with a start and an end, in order: lists, single records, pairs of fields."""
    for field, value in manifest.items():
        if field.endswith("_started_at"):
            name = field.removesuffix("_started_at")
            fields: dict[str, JsonValue] = {
                "started_at": value,
                "ended_at": manifest.get(f"{name}_ended_at"),
                "is_reused": manifest.get(f"is_{name}_reused", False),
                "usage": manifest.get(f"{name}_usage", {}),
            }
            records = _timed([fields])
        elif isinstance(value, list):
            name, records = field, _timed(value)
        else:
            name, records = field, _timed([value])
        if records:
            yield _Stage(branch, _stage_name(branch, name), records)


def _stage_name(branch: str, field: str) -> str:
    if (branch, field) in _STAGES:
        return _STAGES[branch, field]
    words = field.replace("_", " ")
    return words if branch in ("", words) else f"{branch} {words}"


def _timed(values: Sequence[JsonValue]) -> list[_Times]:
    timed = []
    for value in values:
        try:
            timed.append(_Times.model_validate(value))
        except ValidationError:
            # Other content of a manifest: keys, counts, figures.
            continue
    return timed


def _seconds(moment: datetime, origin: datetime) -> float:
    return max((moment - origin).total_seconds(), 0.0)
