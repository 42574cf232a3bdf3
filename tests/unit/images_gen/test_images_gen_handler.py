"""images_gen as the state machine calls it, module by module."""

import base64
import json
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from course_kit.errors import ModelThrottled, ModelUnavailable, RequestInvalid
from course_kit.model.drafts import DraftRecord
from course_kit.prices import published_prices
from course_kit.records.manifest import ModuleManifest
from course_kit.records.visuals import VisualKind
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import ModelProvider
from course_kit.store.artefact_keys import module_of_draft
from course_kit.store.artefact_store import ArtefactStore
from images_gen import handler as images_gen_handler
from images_gen.diagram_engine import Drawing, DrawingOrder
from images_gen.diagram_process import DiagramProcess
from images_gen.diagram_renderer import render_framed_text
from images_gen.image_model import image_model_for
from offline_author.behaviour import Misbehaviour
from offline_author.wrong_text import WRONG_DIAGRAMS
from tests.support.buckets import BUCKET
from tests.support.json_values import Json
from tests.support.lambda_context import FakeLambdaContext
from tests.support.planned_visuals import EVENT, manifest, plan
from tests.support.serving import serving
from tests.support.step_calls import StepCall, called_until_done
from tests.support.writing_server import CallClock, WritingServer

lambda_handler: StepCall = images_gen_handler.lambda_handler


@pytest.fixture
def project(store: ArtefactStore, writing_server: WritingServer) -> ArtefactStore:
    store.write_model("p/manifests/module-01.json", manifest(1, 2), replacing=None)
    plan(store, "01-01-0001", 'flowchart LR\n a["one"] --> b["two"]')
    return store


def test_only_the_modules_own_visuals_are_rendered(project: ArtefactStore, lambda_context: FakeLambdaContext) -> None:
    # Given: visuals of module 10, of module 2, and of a lesson that this module no longer has.
    for visual_id in ("10-01-0001", "02-01-0001", "01-03-0001"):
        plan(project, visual_id, "flowchart LR\n a --> b")
    # When
    result = lambda_handler(EVENT, lambda_context)
    # Then
    assert list(project.keys("p/images/")) == ["p/images/01-01-0001.png", "p/images/01-01-0001.svg"]
    assert result["counts"] == {"lessons": 2, "visuals": 1, "rendered": 1, "reused": 0, "fallbacks": 0, "stand_ins": 0}
    completed = project.read_model(result["image_mappings_key"], ModuleManifest)
    assert completed is not None
    figure = completed.figures["01-01-0001"]
    assert (figure.caption, figure.alt_text, figure.svg_key) == (
        "A caption",
        "An alternative",
        "p/images/01-01-0001.svg",
    )
    assert figure.width > 0


def test_a_module_without_visuals_is_normal(
    store: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    store.write_model("p/manifests/module-01.json", manifest(1, 1), replacing=None)
    assert lambda_handler(EVENT, lambda_context)["counts"]["visuals"] == 0


def test_what_is_rendered_already_is_kept(project: ArtefactStore, lambda_context: FakeLambdaContext) -> None:
    lambda_handler(EVENT, lambda_context)
    first = project.find("p/images/01-01-0001.png")
    again = {**EVENT, "execution_name": "run-2"}
    assert lambda_handler(again, lambda_context)["counts"]["reused"] == 1
    assert project.find("p/images/01-01-0001.png") == first
    # And: a changed diagram is rendered anew.
    plan(project, "01-01-0001", 'flowchart LR\n a["one"] --> c["three"]')
    assert lambda_handler(again, lambda_context)["counts"]["rendered"] == 1
    assert project.find("p/images/01-01-0001.png") != first


def test_a_diagram_that_does_not_parse_is_repaired_once_with_the_parsers_message(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given
    plan(project, "01-02-0001", "flowchart LR\n a[[[-->")
    # When
    result = lambda_handler(EVENT, lambda_context)
    # Then: one call, no fallback, its tokens in the manifest.
    assert result["counts"]["fallbacks"] == 0
    assert len(writing_server.calls()) == 1
    completed = project.read_model("p/manifests/module-01.json", ModuleManifest)
    assert completed is not None
    assert completed.usage.model_calls == 1


def test_a_diagram_that_cannot_be_repaired_becomes_a_counted_framed_text(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given
    plan(project, "01-02-0001", "flowchart LR\n a[[[-->")
    writing_server.behave({"misbehaviour": "invalid_mermaid", "kind": "diagram_repair"})
    # When
    assert lambda_handler(EVENT, lambda_context)["counts"]["fallbacks"] == 1
    # Then: it is not paid for again, and still counted.
    calls = len(writing_server.calls())
    assert lambda_handler(EVENT, lambda_context)["counts"]["fallbacks"] == 1
    assert len(writing_server.calls()) == calls
    # And: the frame says what the figure would have shown.
    assert "A caption" in (project.read("p/images/01-02-0001.svg") or b"").decode()


def with_limit_for_endless_ones(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Do not wait long for what takes minutes; what can be drawn has the time that it needs on a busy machine."""
    draw = DiagramProcess.draw

    def drawn(self: DiagramProcess, order: DrawingOrder, time_limit: float) -> tuple[Drawing, bytes]:
        is_endless = WRONG_DIAGRAMS[Misbehaviour.HUGE_MERMAID].strip() in order.source
        return draw(self, order, seconds if is_endless else time_limit)

    monkeypatch.setattr(DiagramProcess, "draw", drawn)


@pytest.mark.parametrize("misbehaviour", [Misbehaviour.HOSTILE_MERMAID, Misbehaviour.HUGE_MERMAID])
def test_a_hostile_or_endless_diagram_is_repaired_and_else_framed(
    project: ArtefactStore,
    lambda_context: FakeLambdaContext,
    writing_server: WritingServer,
    monkeypatch: pytest.MonkeyPatch,
    misbehaviour: Misbehaviour,
) -> None:
    # Given: a diagram that must not be printed, or cannot be in any reasonable time.
    with_limit_for_endless_ones(monkeypatch, seconds=0.5)
    plan(project, "01-02-0001", WRONG_DIAGRAMS[misbehaviour])
    # When / Then: it is mended by one call.
    assert lambda_handler(EVENT, lambda_context)["counts"]["fallbacks"] == 0
    assert len(writing_server.calls()) == 1
    # And: framed when the repair is no better.
    plan(project, "01-02-0002", WRONG_DIAGRAMS[misbehaviour] + "\n")
    writing_server.behave({"misbehaviour": misbehaviour, "kind": "diagram_repair"})
    assert lambda_handler(EVENT, lambda_context)["counts"]["fallbacks"] == 1
    for key in project.keys("p/images/01-02"):
        assert b"example.com" not in (project.read(key) or b"")


def test_visuals_go_on_where_time_ran_out_and_each_repair_is_paid_for_once(
    project: ArtefactStore, writing_server: WritingServer, clock_of_calls: CallClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: five diagrams that want a repair of 0.4 s each, one at a time, in a function of 1.5 s.
    monkeypatch.setenv("IMAGE_MAX_CONCURRENCY", "1")
    for position in range(1, 6):
        plan(project, f"01-02-{position:04d}", "flowchart LR\n a[[[-->")
    clock_of_calls.seconds_a_call = 0.4
    # When
    attempts, result = called_until_done(lambda_handler, EVENT, milliseconds=1500)
    # Then
    assert attempts > 1
    assert len(writing_server.calls()) == 5
    assert result["counts"] == {"lessons": 2, "visuals": 6, "rendered": 6, "reused": 0, "fallbacks": 0, "stand_ins": 0}
    completed = project.read_model("p/manifests/module-01.json", ModuleManifest)
    assert completed is not None
    assert completed.usage.model_calls == 5


def test_a_visual_that_fails_leaves_the_others_saved(
    project: ArtefactStore,
    lambda_context: FakeLambdaContext,
    writing_server: WritingServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given: one diagram whose repair is not to be had, and another that waits until it is done.
    monkeypatch.setenv("IMAGE_MAX_CONCURRENCY", "1")
    plan(project, "01-01-0001", "flowchart LR\n a[[[-->")
    plan(project, "01-02-0001", "flowchart LR\n a --> b")
    writing_server.behave({"misbehaviour": "unavailable", "kind": "diagram_repair"})
    # When / Then
    with pytest.raises(ModelUnavailable):
        lambda_handler(EVENT, lambda_context)
    assert project.find("p/images/01-02-0001.png") is not None


def test_images_and_plans_of_visuals_that_are_gone_go_too_once_the_others_are_entered(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # Given: figures of a lesson that the module no longer has, of a visual without a plan, and of another module.
    for visual_id in ("01-03-0001", "01-01-0002", "11-01-0001"):
        for suffix in ("png", "svg"):
            project.write(f"p/images/{visual_id}.{suffix}", b"x", content_type="image/png", replacing=None)
    plan(project, "01-03-0001", "flowchart LR\n a --> b")
    # When
    lambda_handler(EVENT, lambda_context)
    # Then
    kept = ["p/images/01-01-0001.png", "p/images/01-01-0001.svg", "p/images/11-01-0001.png", "p/images/11-01-0001.svg"]
    assert list(project.keys("p/images/")) == kept
    assert list(project.keys("p/prompts/")) == ["p/prompts/01-01-0001-d.json"]


def test_a_visual_that_is_wanted_anew_is_rendered_anew_once(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    lambda_handler(EVENT, lambda_context)
    first = project.find("p/images/01-01-0001.png")
    anew = {**EVENT, "execution_name": "run-2", "regenerate": ["01-01-0001"]}
    assert lambda_handler(anew, lambda_context)["counts"]["rendered"] == 1
    second = project.find("p/images/01-01-0001.png")
    assert first is not None
    assert second is not None
    assert second.version != first.version
    # And: a retry of that run finds it; so does a run that resumes it.
    lambda_handler(anew, lambda_context)
    lambda_handler({**anew, "execution_name": "run-3", "resumes": ["run-2"]}, lambda_context)
    assert project.find("p/images/01-01-0001.png") == second


def test_an_illustration_without_an_image_model_is_drawn_as_a_diagram(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    plan(project, "01-02-0001", "flowchart LR\n a --> b", VisualKind.ILLUSTRATION)
    lambda_handler(EVENT, lambda_context)
    completed = project.read_model("p/manifests/module-01.json", ModuleManifest)
    assert completed is not None
    assert completed.figures["01-02-0001"].kind is VisualKind.DIAGRAM


def test_a_module_without_lessons_written_is_refused(
    store: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    with pytest.raises(RequestInvalid, match="module 1: found no manifest"):
        lambda_handler(EVENT, lambda_context)


PICTURE = render_framed_text("a picture").png


def test_images_are_optional() -> None:
    environment = FunctionEnvironment(COURSE_BUCKET=BUCKET)
    assert image_model_for(ModelProvider.BEDROCK, environment) is None
    assert image_model_for(ModelProvider.OPENAI, environment) is None


@pytest.fixture
def image_server(writing_server: WritingServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Json]:
    """A server with OpenAI's images endpoint; what it answers stands in the dictionary."""
    answer: Json = {"status": 200, "body": {"created": 0, "data": [{"b64_json": None}]}}

    async def images(request: Request) -> JSONResponse:
        answer["request"] = await request.json()
        return JSONResponse(answer["body"], status_code=answer["status"])

    with serving(Starlette(routes=[Route("/v1/images/generations", images, methods=["POST"])])) as url:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{url}/v1")
        monkeypatch.setenv("OPENAI_IMAGE_MODEL_ID", "gpt-image-1")
        yield answer


def test_an_illustration_is_drawn_by_an_image_model_when_there_is_one(
    project: ArtefactStore,
    image_server: Json,
    lambda_context: FakeLambdaContext,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Given
    image_server["body"] = {"created": 0, "data": [{"b64_json": base64.b64encode(PICTURE).decode()}]}
    plan(project, "01-02-0001", "flowchart LR\n a --> b", VisualKind.ILLUSTRATION)
    # When
    lambda_handler(EVENT, lambda_context)
    # Then: the picture is the figure, and the diagram beside it stayed one.
    assert project.read("p/images/01-02-0001.png") == PICTURE
    completed = project.read_model("p/manifests/module-01.json", ModuleManifest)
    assert completed is not None
    kinds = {visual_id: (figure.kind, figure.model_id) for visual_id, figure in completed.figures.items()}
    assert kinds == {
        "01-01-0001": (VisualKind.DIAGRAM, ""),
        "01-02-0001": (VisualKind.ILLUSTRATION, "gpt-image-1"),
    }
    # And: it was asked for in the book's style, as wide as this family of models draws.
    asked = image_server["request"]
    assert isinstance(asked, dict)
    assert asked["prompt"].startswith("a scene. Flat vector illustration")
    assert {name: asked[name] for name in ("model", "n", "size", "output_format")} == {
        "model": "gpt-image-1",
        "n": 1,
        "size": "1536x1024",
        "output_format": "png",
    }
    assert "response_format" not in asked
    # And: its price is told.
    [metrics] = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert metrics["ModelDollars"] == [published_prices().image_models["gpt-image-1"].each]


@pytest.mark.parametrize("code", ["moderation_blocked", "content_policy_violation"])
def test_an_illustration_that_the_image_model_refuses_becomes_a_counted_diagram(
    code: str, project: ArtefactStore, image_server: Json, lambda_context: FakeLambdaContext
) -> None:
    refusal = {"message": "Your request was rejected.", "type": "image_generation_user_error", "code": code}
    image_server.update(status=400, body={"error": refusal})
    plan(project, "01-02-0001", "flowchart LR\n a --> b", VisualKind.ILLUSTRATION)
    # Then: the diagram is counted as what it is, now and when it is found again.
    for _ in range(2):
        counts = lambda_handler(EVENT, lambda_context)["counts"]
        assert (counts["fallbacks"], counts["stand_ins"]) == (0, 1)
    completed = project.read_model("p/manifests/module-01.json", ModuleManifest)
    assert completed is not None
    assert completed.figures["01-02-0001"].svg_key == "p/images/01-02-0001.svg"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, {"message": "Unknown parameter: 'output_format'.", "code": "unknown_parameter"}),
        (404, {"message": "The model `gpt-image-x` does not exist", "code": "model_not_found"}),
        (401, {"message": "Incorrect API key", "code": "invalid_api_key"}),
    ],
)
def test_an_image_model_that_nobody_can_use_is_a_fault_of_the_deployment_and_no_refusal(
    status: int,
    error: dict[str, str],
    project: ArtefactStore,
    image_server: Json,
    lambda_context: FakeLambdaContext,
) -> None:
    image_server.update(status=status, body={"error": error})
    plan(project, "01-02-0001", "flowchart LR\n a --> b", VisualKind.ILLUSTRATION)
    with pytest.raises(RequestInvalid, match="image model gpt-image-1"):
        lambda_handler(EVENT, lambda_context)


def test_dall_e_is_asked_in_its_own_form(
    project: ArtefactStore,
    image_server: Json,
    lambda_context: FakeLambdaContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_IMAGE_MODEL_ID", "dall-e-3")
    image_server["body"] = {"created": 0, "data": [{"b64_json": base64.b64encode(PICTURE).decode()}]}
    plan(project, "01-02-0001", "flowchart LR\n a --> b", VisualKind.ILLUSTRATION)
    lambda_handler(EVENT, lambda_context)
    asked = image_server["request"]
    assert isinstance(asked, dict)
    assert (asked["size"], asked["response_format"], "output_format" in asked) == ("1792x1024", "b64_json", False)


def test_a_throttled_image_model_is_asked_again_by_the_state_machine(
    project: ArtefactStore, image_server: Json, lambda_context: FakeLambdaContext
) -> None:
    image_server.update(status=429, body={"error": {"message": "slow down"}})
    plan(project, "01-02-0001", "flowchart LR\n a --> b", VisualKind.ILLUSTRATION)
    with pytest.raises(ModelThrottled):
        lambda_handler(EVENT, lambda_context)
    # And: whoever watches the run hears of it, until the picture is drawn.
    (draft,) = project.keys("p/drafts/")
    record = project.read_model(draft, DraftRecord)
    assert record is not None
    assert record.trouble is not None
    assert (record.trouble.error, module_of_draft(draft)) == ("ModelThrottled", 1)
    picture = {"created": 0, "data": [{"b64_json": base64.b64encode(PICTURE).decode()}]}
    image_server.update(status=200, body=picture)
    lambda_handler(EVENT, lambda_context)
    assert list(project.keys("p/drafts/")) == []
