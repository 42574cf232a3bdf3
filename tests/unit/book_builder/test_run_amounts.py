"""What a run was to make is what it did not find made; what it used is what its calls used."""

from datetime import UTC, datetime
from typing import Any

import pytest

from book_builder.book_request import BookRequest
from book_builder.run_amounts import RunRecords
from course_kit.forecast.cached_calls import ONE_MODEL
from course_kit.forecast.course_estimate import CourseEstimate, estimate_course
from course_kit.forecast.estimated_calls import CallKind
from course_kit.outline import read_outline
from course_kit.records.manifest import LabManifest, ModuleManifest, StudyManifest
from course_kit.run.events import ContentType
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.usage import Usage
from tests.support.buckets import BUCKET

OUTLINE = read_outline("""
course: {title: C}
modules:
- title: One
  lessons: [{title: A, lab_activities: [First, Second]}, {title: B}]
- title: Two
  lessons: [{title: C}]
""")
PARTS = "key_points,quiz"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = ProjectKeys("p")
COMMON: dict[str, Any] = {"title": "t", "fingerprint": "f", "started_at": NOW, "ended_at": NOW, "model_id": "m"}
COMMON |= {"prompt_version": "v"}
USED = Usage(model_calls=1, input_tokens=10, output_tokens=20)


def save(store: ArtefactStore, module: int, made: set[str], run: str = "run-2") -> None:
    """Save a module's manifests, complete; ``made`` names what this run made itself: ``lesson 1``, ``plan 2`` …"""

    def record(name: str, **own: object) -> dict[str, Any]:
        own |= {"is_reused": name not in made, "usage": USED if name in made else Usage(), "s3_key": name}
        return {**COMMON, **own}

    lessons = OUTLINE.module(module).lessons
    counts = {"word_count": 100, "visual_count": 0}
    texts = [record(f"lesson {n.number}", lesson_number=n.number, **counts) for n in lessons]
    plans = [
        {k: v for k, v in record(f"plan {n.number}", lesson_number=n.number, visual_count=0).items() if k in _PLAN}
        for n in lessons
    ]
    counts = {"key_points": 1, "questions": 1, "terms": 0, "dropped": 0}
    studies = [record(f"study {n.number}", lesson_number=n.number, **counts) for n in lessons]
    shared = {"module_number": module, "title": "M", "execution_name": run}
    theory = {**shared, "lesson_total": len(lessons), "started_at": NOW}
    images = {"started_at": NOW, "ended_at": NOW}
    store.write_model(
        KEYS.manifest(module),
        ModuleManifest.model_validate({**theory, "lessons": texts, "visual_plans": plans, "images": images}),
        replacing=None,
    )
    store.write_model(
        KEYS.study_manifest(module), StudyManifest.model_validate({**theory, "lessons": studies}), replacing=None
    )
    labs = [record(f"lab {lab_id}", lab_id=lab_id, lesson_number=1, word_count=50) for lab_id in LABS.get(module, ())]
    plan: dict[str, Any] = {"plan_key": "k", "planned_ids": LABS.get(module, ()), "is_plan_reused": "labs" not in made}
    plan |= {"plan_started_at": NOW, "plan_ended_at": NOW, "plan_usage": USED if "labs" in made else Usage()}
    store.write_model(
        KEYS.lab_manifest(module), LabManifest.model_validate({**shared, **plan, "labs": labs}), replacing=None
    )


_PLAN = {"lesson_number", "visual_count", "prompt_version", "is_reused", "started_at", "ended_at", "usage"}
LABS = {1: ("01-01-01", "01-01-02")}


def request(modules: list[int], failed: list[int] | None = None) -> BookRequest:
    return BookRequest.model_validate(
        {
            "course_bucket": BUCKET,
            "outline_s3_key": "p/outline.yaml",
            "project_folder": "p",
            "execution_name": "run-2",
            "manifest_keys": [KEYS.manifest(module) for module in modules],
            "lab_manifest_keys": [KEYS.lab_manifest(module) for module in modules],
            "study_manifest_keys": [KEYS.study_manifest(module) for module in modules],
            "failed_modules": [{"module_number": n, "error": "E", "cause": "c"} for n in failed or []],
        }
    )


@pytest.fixture
def whole() -> CourseEstimate:
    return estimate_course(OUTLINE, (1, 2), ContentType.BOTH, book_parts=PARTS)


def test_a_run_that_finds_nothing_made_is_measured_by_the_whole_estimate(
    store: ArtefactStore, whole: CourseEstimate
) -> None:
    everything = {f"{kind} {n}" for kind in ("lesson", "plan", "study") for n in (1, 2)} | {"labs"}
    save(store, 1, everything | {f"lab {lab_id}" for lab_id in LABS[1]})
    save(store, 2, everything)
    to_make = RunRecords.read(store, request([1, 2])).to_make(OUTLINE, PARTS)
    # Then: with the part of a second model, which only a run with its price has.
    assert to_make.by_text_model() == ONE_MODEL.usage_of(call for module in whole.modules for call in module.calls)
    assert to_make.short is not None


def test_what_a_run_finds_made_is_not_expected_of_it(store: ArtefactStore, whole: CourseEstimate) -> None:
    # Given: of module 1, lesson 2 was missing with its plan and study parts, and the second lab; module 2 was there.
    save(store, 1, {"lesson 2", "plan 2", "study 2", "lab 01-01-02"})
    save(store, 2, set())
    # When
    records = RunRecords.read(store, request([1, 2]))
    to_make = records.to_make(OUTLINE, PARTS)
    # Then
    own = [call for call in whole.modules[0].calls if call.lesson_number == 2 and call.kind is not CallKind.LAB]
    own.append(whole.modules[0].of_kind(CallKind.LAB)[1])
    assert to_make.model_calls == 4
    assert to_make.input_tokens == sum(call.input_tokens for call in own)
    assert to_make.output_tokens == sum(call.output_tokens for call in own)
    assert records.amounts.usage == Usage(model_calls=4, input_tokens=40, output_tokens=80)
    assert (records.amounts.lessons, records.amounts.labs, records.amounts.words) == (3, 2, 400)


def test_a_failed_module_counts_with_what_this_run_paid_for_it_and_was_to_make_of_it(
    store: ArtefactStore, whole: CourseEstimate
) -> None:
    # Given: module 2 failed when its lesson had been written; module 1 was there.
    save(store, 1, set())
    save(store, 2, {"lesson 1"})
    # When
    records = RunRecords.read(store, request([1], failed=[2]))
    # Then
    assert records.amounts.usage == USED
    lesson = whole.modules[1].of_kind(CallKind.LESSON)[0]
    assert records.to_make(OUTLINE, PARTS).input_tokens == lesson.input_tokens


def test_a_manifest_that_an_earlier_run_left_for_a_failed_module_is_none_of_this_runs(
    store: ArtefactStore, whole: CourseEstimate
) -> None:
    # Given: module 2 failed before this run wrote anything of it.
    save(store, 1, set())
    save(store, 2, {"lesson 1"}, run="run-1")
    # When
    records = RunRecords.read(store, request([1], failed=[2]))
    # Then: nothing was paid in this run, and all of it was to be made.
    assert records.amounts.usage == Usage()
    assert records.to_make(OUTLINE, PARTS).model_calls == len(whole.modules[1].calls)


def test_lessons_that_are_given_directly_were_not_to_be_made(store: ArtefactStore) -> None:
    given = BookRequest.model_validate(
        {
            "course_bucket": BUCKET,
            "outline_s3_key": "p/outline.yaml",
            "project_folder": "p",
            "execution_name": "run-2",
            "all_lesson_keys": ["p/lessons/module-1-lesson-1-a.md"],
        }
    )
    assert RunRecords.read(store, given).to_make(OUTLINE, PARTS) == Usage()
