"""A run that makes the books only: what is there stays, what is missing is named, and no model is asked."""

import pytest

from content_gen.handler import lambda_handler as write_lessons
from course_kit.errors import RequestInvalid
from course_kit.outline.labs import ModuleLabPlan
from course_kit.records.manifest import LabManifest, ModuleManifest
from course_kit.records.visuals import VisualKind
from course_kit.run.events import BaseParams
from course_kit.store.artefact import fingerprint_of
from course_kit.store.artefact_store import ArtefactStore
from course_kit.work.model_step import ModelStep
from images_gen.handler import lambda_handler as render_images
from lab_planner.handler import lambda_handler as plan_labs
from prepare_modules.handler import lambda_handler as prepare
from tests.support.lambda_context import FakeLambdaContext
from tests.support.own_pictures import picture
from tests.support.planned_visuals import manifest, plan
from tests.support.step_event import step_event
from tests.support.writing_server import WritingServer

OUTLINE = "course: {title: C}\nmodules:\n- {title: M, lessons: [{title: A, topics: [Alpha], labs: [Measure it]}]}\n"
BOOKS = step_event(books_only=True, execution_name="run-2")


@pytest.fixture
def project(store: ArtefactStore, writing_server: WritingServer) -> ArtefactStore:
    store.write("p/outline.yaml", OUTLINE, content_type="application/yaml", replacing=None)
    return store


def asked_otherwise(store: ArtefactStore) -> None:
    """Let the outline ask for another topic and another lab."""
    changed = OUTLINE.replace("Alpha", "Alpha, Beta").replace("Measure it", "Measure it, Count it")
    store.write("p/outline.yaml", changed, content_type="application/yaml", replacing=store.find("p/outline.yaml"))


def test_no_model_can_be_asked(function_environment: None) -> None:
    step = ModelStep.of(BOOKS, BaseParams, FakeLambdaContext())
    with pytest.raises(RequestInvalid, match="books_only"):
        _ = step.model


def test_a_missing_lesson_is_named(
    project: ArtefactStore, writing_server: WritingServer, lambda_context: FakeLambdaContext
) -> None:
    with pytest.raises(RequestInvalid, match=r"lesson 1 is missing \(p/lessons/.*coursewright generate"):
        write_lessons(BOOKS, lambda_context)
    assert writing_server.calls() == []


def test_a_lesson_that_is_asked_for_otherwise_stays_and_its_record_says_what_it_was_made_from(
    project: ArtefactStore, writing_server: WritingServer, lambda_context: FakeLambdaContext
) -> None:
    # Given
    write_lessons(step_event(), lambda_context)
    asked_otherwise(project)
    before, calls = project.read_model("p/manifests/module-01.json", ModuleManifest), len(writing_server.calls())
    # When
    write_lessons(BOOKS, lambda_context)
    # Then
    after = project.read_model("p/manifests/module-01.json", ModuleManifest)
    assert before is not None
    assert after is not None
    assert after.written == before.written
    assert after.lessons[0].is_reused
    assert len(writing_server.calls()) == calls


def test_a_missing_lab_is_named_and_one_that_is_gone_is_left_out_of_the_plan(
    project: ArtefactStore, writing_server: WritingServer, lambda_context: FakeLambdaContext
) -> None:
    # Given: a plan of two labs, of which the outline drops one.
    asked_otherwise(project)
    plan_labs(step_event(), lambda_context)
    calls = len(writing_server.calls())
    project.write("p/outline.yaml", OUTLINE, content_type="application/yaml", replacing=project.find("p/outline.yaml"))
    # When
    plan_labs(BOOKS, lambda_context)
    # Then
    labs = project.read_model("p/labguide/module-01-plan.json", ModuleLabPlan)
    assert labs is not None
    assert [lab.title for lab in labs.labs] == ["Measure it"]
    # When: the outline has a lab that nobody has planned.
    asked_otherwise(project)
    # Then
    with pytest.raises(RequestInvalid, match=r"lab 01-01-02 \(Count it\) is missing"):
        plan_labs(BOOKS, lambda_context)
    assert len(writing_server.calls()) == calls
    assert project.read_model("p/manifests/module-01-labs.json", LabManifest) is not None


def test_a_missing_illustration_is_named_and_one_of_another_prompt_stays(
    project: ArtefactStore,
    writing_server: WritingServer,
    lambda_context: FakeLambdaContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given
    monkeypatch.setenv("OPENAI_IMAGE_MODEL_ID", "an-image-model")
    project.write_model("p/manifests/module-01.json", manifest(1, 1), replacing=None)
    plan(project, "01-01-0001", "flowchart LR\n a --> b", VisualKind.ILLUSTRATION)
    # When / Then
    with pytest.raises(RequestInvalid, match=r"01-01-0001 is missing"):
        render_images(BOOKS, lambda_context)
    # Given: an earlier prompt's.
    metadata = {"width": "60", "height": "30", "image-model": "an-image-model"}
    png = picture("PNG")
    project.write(
        "p/images/01-01-0001.png", png, content_type="image/png", replacing=None, fingerprint=fingerprint_of("earlier"),
        metadata=metadata,
    )  # fmt: skip
    # When
    render_images(BOOKS, lambda_context)
    # Then
    assert project.read("p/images/01-01-0001.png") == png
    assert writing_server.calls() == []


def test_a_diagram_that_cannot_be_drawn_is_told_and_one_that_was_repaired_stays(
    project: ArtefactStore, writing_server: WritingServer, lambda_context: FakeLambdaContext
) -> None:
    # Given: a source with a fault, which a run has had repaired.
    project.write_model("p/manifests/module-01.json", manifest(1, 1), replacing=None)
    plan(project, "01-01-0001", "flowchart LR\n a --> ")
    render_images(step_event(), lambda_context)
    drawn, calls = project.read("p/images/01-01-0001.png"), len(writing_server.calls())
    assert calls > 0
    # When: its words change only.
    body = (project.read("p/prompts/01-01-0001-d.json") or b"").decode().replace("A caption", "Another caption")
    project.client.put_object(Bucket=project.bucket, Key="p/prompts/01-01-0001-d.json", Body=body.encode())
    render_images(BOOKS, lambda_context)
    # Then
    assert project.read("p/images/01-01-0001.png") == drawn
    # When: its source has another fault.
    body = body.replace(" a --> ", " b --> ")
    project.client.put_object(Bucket=project.bucket, Key="p/prompts/01-01-0001-d.json", Body=body.encode())
    with pytest.raises(RequestInvalid, match="figure 01-01-0001 cannot be drawn"):
        render_images(BOOKS, lambda_context)
    assert len(writing_server.calls()) == calls


@pytest.mark.parametrize("more", [{"regenerate": ["1.1"]}, {"budget_usd": 5.0}])
def test_what_only_a_model_can_do_is_refused(
    project: ArtefactStore, lambda_context: FakeLambdaContext, more: dict[str, object]
) -> None:
    request = {"outline_s3_key": "p/outline.yaml", "project_folder": "p", "execution_name": "r", "books_only": True}
    with pytest.raises(RequestInvalid, match="books_only without"):
        prepare({**request, **more}, lambda_context)
