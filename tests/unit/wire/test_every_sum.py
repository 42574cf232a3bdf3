"""Calls whose answers came to nothing stand in every sum."""

import pytest

from book_builder.book_request import BookRequest
from book_builder.run_amounts import RunRecords
from course_kit.model.drafts import DraftRecord
from course_kit.records.manifest import ModuleManifest
from course_kit.store.artefact_store import ArtefactStore
from course_kit.usage import Usage
from images_gen import handler as images_gen_handler
from tests.support.buckets import BUCKET
from tests.support.lambda_context import FakeLambdaContext
from tests.support.planned_visuals import EVENT, manifest, plan
from tests.support.serving import serving
from tests.support.step_calls import StepCall
from tests.support.wire.servers import ScriptedServer, chat
from tests.support.writing_server import WritingServer

draw: StepCall = images_gen_handler.lambda_handler


def test_a_diagram_whose_repair_was_refused_is_framed_and_its_calls_are_counted(
    store: ArtefactStore,
    writing_server: WritingServer,
    lambda_context: FakeLambdaContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given: a diagram that cannot be drawn, and a model that only talks about it.
    store.write_model("p/manifests/module-01.json", manifest(1, 1), replacing=None)
    plan(store, "01-01-0001", "flowchart LR\n a --")
    with serving(ScriptedServer([chat("It looks fine to me.")]).app) as url:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{url}/v1")
        # When
        result = draw(EVENT, lambda_context)
    # Then
    assert result["counts"]["fallbacks"] == 1
    drawn = store.read_model("p/manifests/module-01.json", ModuleManifest)
    assert drawn is not None
    assert drawn.images is not None
    assert drawn.images.usage == Usage(model_calls=3, input_tokens=300, output_tokens=600)
    assert list(store.keys("p/drafts/")) == []


def test_a_book_with_gaps_tells_what_its_missing_modules_have_cost(store: ArtefactStore) -> None:
    # Given: a module that is there, and another one whose lesson was rejected, by this run and by an earlier one.
    store.write_model("p/manifests/module-01.json", manifest(1, 1), replacing=None)
    paid = Usage(model_calls=2, input_tokens=10, output_tokens=20)
    spent = {"run-1": paid, "run-0": Usage(model_calls=50)}
    store.write_model("p/drafts/lessons/module-2-lesson-1-x.md.json", DraftRecord(spent=spent), replacing=None)
    request = BookRequest(
        course_bucket=BUCKET,
        outline_s3_key="p/outline.yaml",
        project_folder="p",
        execution_name="run-1",
        manifest_keys=("p/manifests/module-01.json",),
    )
    # When / Then
    assert RunRecords.read(store, request).amounts.usage == paid
