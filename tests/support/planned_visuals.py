"""Modules whose visuals are planned and not yet rendered."""

from datetime import UTC, datetime

from course_kit.records.manifest import LessonRecord, ModuleManifest
from course_kit.records.visuals import PlannedVisual, VisualKind
from course_kit.store.artefact_store import ArtefactStore
from course_kit.usage import Usage
from tests.support.buckets import BUCKET

EVENT = {
    "course_bucket": BUCKET,
    "outline_s3_key": "p/outline.yaml",
    "project_folder": "p",
    "model_provider": "openai",
    "execution_name": "run-1",
    "module_number": 1,
}
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def manifest(module_number: int, lessons: int) -> ModuleManifest:
    records = tuple(
        LessonRecord(
            lesson_number=number,
            title=f"Lesson {number}",
            s3_key=f"p/lessons/module-{module_number}-lesson-{number}-x.md",
            fingerprint="f",
            word_count=1,
            visual_count=1,
            model_id="m",
            is_reused=False,
            started_at=NOW,
            ended_at=NOW,
            usage=Usage(),
        )
        for number in range(1, lessons + 1)
    )
    return ModuleManifest(
        module_number=module_number,
        title="M",
        execution_name="run-1",
        lesson_total=lessons,
        started_at=NOW,
        lessons=records,
    )


def plan(store: ArtefactStore, visual_id: str, source: str, kind: VisualKind = VisualKind.DIAGRAM) -> None:
    visual = PlannedVisual(
        visual_id=visual_id,
        kind=kind,
        description="d",
        caption="A caption",
        alt_text="An alternative",
        source=source,
        image_prompt="a scene",
    )
    key = f"p/prompts/{visual_id}-d.json"
    store.write_model(key, visual, replacing=store.find(key))
