"""What a run may do at once reaches everybody who asks a model, whatever the deployment would allow."""

import asyncio
from collections.abc import Callable, Sequence

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from content_gen.handler import lambda_handler as write_lessons
from course_kit.errors import ModelUnavailable
from course_kit.records.visuals import PlannedVisual, VisualKind
from course_kit.run.environment import FunctionEnvironment
from course_kit.store.artefact_store import ArtefactStore
from images_gen.handler import lambda_handler as draw_images
from images_gen.visual_renderer import StoredFigure, VisualRenderer
from lab_planner.handler import lambda_handler as plan_labs
from lab_writer.handler import lambda_handler as write_labs
from offline_author.app import CallRecord
from offline_author.behaviour import CallKind
from study_writer.handler import lambda_handler as write_study
from tests.support.buckets import BUCKET
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_event import step_event
from tests.support.writing_server import WritingServer

Handler = Callable[[dict[str, object], LambdaContext], dict[str, object]]

OUTLINE = """
course: {title: Networks}
modules:
- title: One
  lessons:
  - {title: A, duration_minutes: 5, lab_activities: [First lab]}
  - {title: B, duration_minutes: 5, lab_activities: [Second lab]}
  - {title: C, duration_minutes: 5, lab_activities: [Third lab]}
"""
EVENT = step_event()
ASKING: dict[CallKind, Handler] = {
    CallKind.LESSON: write_lessons,
    CallKind.STUDY: write_study,
    CallKind.LAB: write_labs,
}


def most_at_once(calls: Sequence[CallRecord]) -> int:
    """The most calls that went on at one moment."""
    return max(sum(other.started_at <= call.started_at < other.ended_at for other in calls) for call in calls)


@pytest.fixture
def project(store: ArtefactStore, writing_server: WritingServer, monkeypatch: pytest.MonkeyPatch) -> ArtefactStore:
    """A module of three lessons, each with a planned diagram and a lab."""
    monkeypatch.setenv("BOOK_PARTS", "quiz")
    store.write("p/outline.yaml", OUTLINE, content_type="application/yaml", replacing=None)
    for lesson in (1, 2, 3):
        visual = PlannedVisual(
            visual_id=f"01-{lesson:02d}-0001",
            kind=VisualKind.DIAGRAM,
            description="d",
            caption="A caption",
            alt_text="An alternative",
            source="flowchart LR\n a --> b",
        )
        store.write_model(f"p/prompts/{visual.visual_id}-d.json", visual, replacing=None)
    return store


@pytest.mark.parametrize("kind", ASKING)
def test_no_function_asks_for_more_at_once_than_its_run_may(
    project: ArtefactStore,
    writing_server: WritingServer,
    lambda_context: FakeLambdaContext,
    kind: CallKind,
) -> None:
    # Given: a deployment that would allow five, what comes before is there, and every answer takes a while.
    if kind is not CallKind.LESSON:
        write_lessons(EVENT, lambda_context)
        plan_labs(EVENT, lambda_context)
    writing_server.behave({"misbehaviour": "slow", "kind": kind, "latency_seconds": 0.3})
    # When
    ASKING[kind]({**EVENT, "lesson_max_concurrency": 1}, lambda_context)
    # Then
    calls = writing_server.calls(kind)
    assert len(calls) == 3
    assert most_at_once(calls) == 1


def test_no_more_visuals_are_rendered_at_once_than_the_run_may(
    project: ArtefactStore,
    writing_server: WritingServer,
    lambda_context: FakeLambdaContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given: an image model that takes its time, and is not there.
    write_lessons(EVENT, lambda_context)
    rendered: list[int] = []
    going_on: set[str] = set()

    async def render(_: VisualRenderer, visual: PlannedVisual, stored: object) -> StoredFigure:
        going_on.add(visual.visual_id)
        rendered.append(len(going_on))
        await asyncio.sleep(0.3)
        going_on.remove(visual.visual_id)
        raise ModelUnavailable("gone")

    monkeypatch.setattr(VisualRenderer, "render", render)
    # When
    with pytest.raises(ModelUnavailable):
        draw_images({**EVENT, "image_max_concurrency": 1}, lambda_context)
    # Then
    assert rendered == [1, 1, 1]


@pytest.mark.parametrize(("wanted", "expected"), [(None, 4), (2, 2), (4, 4), (9, 4)])
def test_a_run_may_want_fewer_visuals_at_once_but_never_more(wanted: int | None, expected: int) -> None:
    environment = FunctionEnvironment.model_validate({"COURSE_BUCKET": BUCKET, "IMAGE_MAX_CONCURRENCY": "4"})
    assert environment.images_at_once(wanted) == expected
