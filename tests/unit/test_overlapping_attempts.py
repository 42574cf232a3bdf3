"""A step is tried again while its earlier attempt, which the state machine has given up on, still runs.

The next attempt goes through as a whole just before a write of the earlier one.
"""

import threading
from collections.abc import Callable

import pytest

from content_gen.handler import lambda_handler as write_lessons
from course_kit.records.manifest import LabManifest, ModuleManifest, StudyManifest
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_store import ArtefactStore
from coursewright.course_store import CourseStore, ObjectContent
from images_gen.handler import lambda_handler as render_images
from lab_planner.handler import lambda_handler as plan_labs
from lab_writer.handler import lambda_handler as write_labs
from prepare_modules.handler import lambda_handler as prepare
from study_writer.handler import lambda_handler as write_study
from tests.support.buckets import BUCKET
from tests.support.lambda_context import FakeLambdaContext
from visual_planner.handler import lambda_handler as plan_visuals

OUTLINE = """
course: {title: Twice, language: en}
modules:
- title: One
  lessons: [{title: A, duration_minutes: 15, topics: [Alpha]}, {title: B, duration_minutes: 15, topics: [Beta]}]
  labs: [Measure it]
"""
LESSON_KEY = "p/lessons/module-1-lesson-1-a.md"
RUN = {
    "outline_s3_key": "p/outline.yaml",
    "project_folder": "p",
    "model_provider": "openai",
    "execution_name": "run-1",
    "execution_arn": "arn:aws:states:us-east-1:123456789012:execution:Course:run-1",
    "content_type": "both",
}
STEP = {**RUN, "course_bucket": BUCKET, "module_number": 1}
LESSON = {**STEP, "lesson_number": 1, "lesson_key": LESSON_KEY}
PRICES = {"text_models": {"coursewright.offline-author": {"input": 1, "output": 1, "source": "ours"}}}
Handler = Callable[[dict[str, object], FakeLambdaContext], dict[str, object]]

STEPS: dict[str, tuple[Handler, dict[str, object]]] = {
    "prepare_modules": (prepare, {**RUN, "budget_usd": 5.0, "prices": PRICES}),
    "content_gen": (write_lessons, STEP),
    "visual_planner": (plan_visuals, LESSON),
    "images_gen": (render_images, STEP),
    "study_writer": (write_study, STEP),
    "lab_planner": (plan_labs, STEP),
    "lab_writer": (write_labs, STEP),
}
MOMENTS = [
    *(("prepare_modules", key) for key in ("p/lease.json", "p/spending/", "p/runs/")),
    *(("content_gen", key) for key in ("p/manifests/", "p/lessons/")),
    ("visual_planner", "p/prompts/"),
    *(("images_gen", key) for key in ("p/images/", "p/manifests/")),
    *(("study_writer", key) for key in ("p/manifests/", "p/study/")),
    *(("lab_planner", key) for key in ("p/labguide/", "p/manifests/")),
    *(("lab_writer", key) for key in ("p/manifests/", "p/labguide/")),
]
MANIFESTS: dict[str, tuple[type[ModuleManifest | StudyManifest | LabManifest], int]] = {
    "p/manifests/module-01.json": (ModuleManifest, 2),
    "p/manifests/module-01-study.json": (StudyManifest, 2),
    "p/manifests/module-01-labs.json": (LabManifest, 1),
}

_AFTER: dict[str, dict[str, ObjectContent]] = {}
"""What lies in the bucket after a step, so that each step is run once for all moments of the later ones."""


def finish_steps_before(step: str, store: ArtefactStore, context: FakeLambdaContext) -> None:
    """Fill the bucket with what the steps before one make, by running them or as an earlier test has left it."""
    bucket, names = CourseStore(store.client, store.bucket), list(STEPS)[: list(STEPS).index(step)]
    known = [name for name in names if name in _AFTER]
    for key, left in _AFTER[known[-1]].items() if known else ():
        bucket.write_new(key, left)
    if not known:
        store.write("p/outline.yaml", OUTLINE, content_type="application/yaml", replacing=None)
    for name in names[len(known) :]:
        handler, event = STEPS[name]
        handler(event, context)
        _AFTER[name] = {key: content for key in store.keys("p/") if (content := bucket.content(key))}


def overtaken(monkeypatch: pytest.MonkeyPatch, part_of_key: str, other_attempt: Callable[[], None]) -> None:
    """Let another attempt go through just before the first write of such a key."""
    write, has_been = ArtefactStore.write, threading.Event()

    def write_late(self: ArtefactStore, key: str, *arguments: object, **options: object) -> Artefact:
        if part_of_key in key and not has_been.is_set():
            has_been.set()
            # In a thread of its own: each attempt is a process with an event loop.
            other = threading.Thread(target=other_attempt)
            other.start()
            other.join()
        return write(self, key, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(ArtefactStore, "write", write_late)


@pytest.mark.xdist_group("overlapping_attempts")
@pytest.mark.usefixtures("writing_server")
@pytest.mark.parametrize(("step", "part_of_key"), MOMENTS)
def test_attempts_of_one_step_that_overlap_end_with_the_same_result(
    store: ArtefactStore,
    lambda_context: FakeLambdaContext,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    part_of_key: str,
) -> None:
    # Given: every step before it has ended.
    monkeypatch.setenv("BOOK_PARTS", "key_points,quiz,glossary")
    finish_steps_before(step, store, lambda_context)
    handler, event = STEPS[step]
    results: list[dict[str, object]] = []
    overtaken(monkeypatch, part_of_key, lambda: results.append(handler(event, lambda_context)))
    # When
    results.append(handler(event, lambda_context))
    # Then: neither has failed, and both say the same but for when it was and what their own calls used.
    told = [
        {name: value for name, value in result.items() if name not in ("started_at", "ended_at", "usage")}
        for result in results
    ]
    assert told[0] == told[-1]
    # And: the manifests have everything that the steps so far have made.
    for key, (kind, count) in MANIFESTS.items():
        if manifest := store.read_model(key, kind):
            made = manifest.labs if isinstance(manifest, LabManifest) else manifest.lessons
            assert len(made) == (0 if step == "lab_planner" and kind is LabManifest else count)
