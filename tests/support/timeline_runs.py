"""Runs as they would have recorded themselves, from the functions' own models."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel, JsonValue

from course_kit.records.manifest import (
    ImagesRecord,
    LabManifest,
    LabRecord,
    LessonRecord,
    ModuleManifest,
    VisualPlanRecord,
)
from course_kit.usage import Usage
from coursewright.timeline import RunRecords
from coursewright.timeline.records import ModuleRecords

BEGAN = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
Span = tuple[float, float]


def at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def theory(
    number: int,
    *,
    lessons: Sequence[Span],
    visuals: Sequence[Span] = (),
    images: Span | None = None,
    title: str = "",
    began: float | None = None,
    reused: bool = False,
    model_calls: int = 1,
) -> ModuleManifest:
    return ModuleManifest(
        module_number=number,
        title=title or f"Title {number}",
        execution_name="run-1",
        lesson_total=len(lessons),
        started_at=at(lessons[0][0] if began is None else began),
        lessons=tuple(
            LessonRecord(
                lesson_number=position,
                title=f"Lesson {position}",
                s3_key="k",
                fingerprint="f",
                word_count=1,
                visual_count=1,
                model_id="m",
                is_reused=reused,
                started_at=at(start),
                ended_at=at(end),
                usage=Usage(model_calls=model_calls),
            )
            for position, (start, end) in enumerate(lessons, start=1)
        ),
        visual_plans=tuple(
            VisualPlanRecord(
                lesson_number=position, visual_count=1, is_reused=reused, started_at=at(start), ended_at=at(end)
            )
            for position, (start, end) in enumerate(visuals, start=1)
        ),
        images=ImagesRecord(started_at=at(images[0]), ended_at=at(images[1])) if images else None,
    )


def labs(number: int, *, plan: Span, guides: Sequence[Span]) -> LabManifest:
    return LabManifest(
        module_number=number,
        title=f"Title {number}",
        execution_name="run-1",
        plan_key="k",
        is_plan_reused=False,
        plan_started_at=at(plan[0]),
        plan_ended_at=at(plan[1]),
        labs=tuple(
            LabRecord(
                lab_id=f"{number:02d}-01-{position:02d}",
                title=f"Lab {position}",
                lesson_number=1,
                s3_key="k",
                fingerprint="f",
                word_count=1,
                model_id="m",
                is_reused=False,
                started_at=at(start),
                ended_at=at(end),
            )
            for position, (start, end) in enumerate(guides, start=1)
        ),
    )


def run(
    modules: Mapping[int, Mapping[str, BaseModel | dict[str, JsonValue]]],
    *,
    steps: Mapping[str, Span],
    ended: float,
    **fields: Any,
) -> RunRecords:
    """Return the records of a run; ``modules`` has the manifests of each module by branch, ``""`` the theory's."""
    records: dict[str, Any] = {
        "project": "networks",
        "execution_name": "run-1",
        "status": "succeeded",
        "error": "",
        "started_at": BEGAN,
        "ended_at": at(ended),
        "summary_steps": {name: {"started_at": at(start), "ended_at": at(end)} for name, (start, end) in steps.items()},
        "modules": {
            number: ModuleRecords(
                {
                    branch: manifest.model_dump(mode="json") if isinstance(manifest, BaseModel) else manifest
                    for branch, manifest in branches.items()
                }
            )
            for number, branches in modules.items()
        },
        **fields,
    }
    return RunRecords(**records)


def large_run(module_count: int, lesson_count: int = 5, at_once: int = 4) -> RunRecords:
    """Return a run of many modules, so many at once, each of 9 to 13 seconds."""
    modules = {}
    free_at = [1.0] * at_once
    for number in range(1, module_count + 1):
        slot = free_at.index(min(free_at))
        start = free_at[slot]
        lessons = [(start + 0.1 * position, start + 4 + (number * position) % 3) for position in range(lesson_count)]
        written = max(end for _, end in lessons)
        visuals = [(written + 0.2, written + 1.2 + 0.1 * position) for position in range(lesson_count)]
        drawn = max(end for _, end in visuals)
        title = "How a LONG TITLE OF A MODULE is shortened in its place"[: 14 + 10 * (number % 5)]
        images = (drawn + 0.2, drawn + 3)
        modules[number] = {
            "": theory(number, lessons=lessons, visuals=visuals, images=images, began=start, title=title)
        }
        free_at[slot] = drawn + 3.1
    ended = max(free_at)
    return run(
        modules,
        steps={"prepare": (0.2, 0.6), "book": (ended, ended + 2), "pdf": (ended + 2.1, ended + 3)},
        ended=ended + 3.2,
    )
