"""visual_planner as the state machine calls it, lesson by lesson."""

import pytest

from course_kit.errors import RequestInvalid, TextRejected
from course_kit.records.visuals import PlannedVisual, VisualKind
from course_kit.store.artefact_store import ArtefactStore
from offline_author.behaviour import CallKind
from tests.support.buckets import BUCKET
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall
from tests.support.writing_server import WritingServer
from visual_planner import handler as visual_planner_handler

lambda_handler: StepCall = visual_planner_handler.lambda_handler

OUTLINE = "course: {title: Networks, language: es}\nmodules: [{title: Uno, lessons: [{title: A}, {title: B}]}]\n"
LESSON = "# A\n\nText.\n\n[VISUAL: 01-02-0001 - Panorama de A — uno; dos]\n\n[VISUAL: 01-02-0002 - tres]\n"
EVENT = {
    "course_bucket": BUCKET,
    "outline_s3_key": "p/outline.yaml",
    "project_folder": "p",
    "model_provider": "openai",
    "execution_name": "run-1",
    "module_number": 1,
    "lesson_number": 2,
    "lesson_key": "p/lessons/module-1-lesson-2-b.md",
}


def save(store: ArtefactStore, key: str, text: str) -> None:
    store.write(key, text, content_type="text/plain", replacing=store.find(key))


@pytest.fixture
def project(store: ArtefactStore, writing_server: WritingServer) -> ArtefactStore:
    save(store, "p/outline.yaml", OUTLINE)
    save(store, str(EVENT["lesson_key"]), LESSON)
    return store


def test_each_tag_gets_a_plan_under_its_own_number_and_the_lesson_stays_as_it_was(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # When
    result = lambda_handler(EVENT, lambda_context)
    # Then
    keys = list(project.keys("p/prompts/"))
    assert (
        keys
        == result["prompt_keys"]
        == [
            "p/prompts/01-02-0001-panorama-de-a-uno-dos.json",
            "p/prompts/01-02-0002-tres.json",
        ]
    )
    plan = project.read_model(keys[0], PlannedVisual)
    assert plan is not None
    assert (plan.visual_id, plan.kind, plan.language) == ("01-02-0001", VisualKind.DIAGRAM, "es")
    assert plan.caption
    assert plan.alt_text
    assert project.read(str(EVENT["lesson_key"])) == LESSON.encode()


def test_a_lesson_without_tags_costs_no_call(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    save(project, str(EVENT["lesson_key"]), "# A\n\n```\n[VISUAL: code]\n```\n")
    result = lambda_handler(EVENT, lambda_context)
    assert (result["visual_count"], result["prompt_keys"]) == (0, [])
    assert writing_server.calls() == []


def test_what_is_planned_already_is_kept_and_only_what_is_new_is_asked_for(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given: a planned lesson, of which one description has changed since.
    lambda_handler(EVENT, lambda_context)
    save(project, str(EVENT["lesson_key"]), LESSON.replace("tres]", "cuatro]"))
    # When
    again = {**EVENT, "execution_name": "run-2"}
    result = lambda_handler(again, lambda_context)
    # Then: one plan is reused, one is new, and none is left of the description that is gone.
    assert result["reused"] == 1
    assert len(writing_server.calls(CallKind.VISUAL_PLAN)) == 2
    assert list(project.keys("p/prompts/")) == result["prompt_keys"]
    assert result["prompt_keys"][1].endswith("-cuatro.json")
    # And: once more nothing is asked; what this run made is told as made by it, with what it used, in a retry, too.
    retried = lambda_handler(again, lambda_context)
    assert (retried["reused"], retried["usage"]) == (1, result["usage"])
    assert lambda_handler({**EVENT, "execution_name": "run-3"}, lambda_context)["reused"] == 2
    assert len(writing_server.calls(CallKind.VISUAL_PLAN)) == 2


def test_a_plan_that_leaves_a_visual_out_is_asked_for_the_rest(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    writing_server.behave({"misbehaviour": "incomplete_plan", "first_calls": 1})
    assert lambda_handler(EVENT, lambda_context)["visual_count"] == 2


def test_a_plan_that_goes_on_leaving_visuals_out_is_rejected_by_their_numbers(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    writing_server.behave({"misbehaviour": "incomplete_plan"})
    with pytest.raises(TextRejected, match="01-02-0001"):
        lambda_handler(EVENT, lambda_context)


def test_a_plan_under_ids_that_are_not_ours_is_asked_for_again_and_else_rejected_by_both_names(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given: a model that numbers visuals as it likes, once.
    writing_server.behave({"misbehaviour": "foreign_ids", "first_calls": 1})
    assert lambda_handler(EVENT, lambda_context)["visual_count"] == 2
    # And: one that goes on.
    save(project, str(EVENT["lesson_key"]), LESSON.replace("tres]", "cuatro]"))
    writing_server.behave({"misbehaviour": "foreign_ids"})
    with pytest.raises(TextRejected, match="leaves out 01-02-0002, and answers to 99-99-0000, which nobody asked"):
        lambda_handler(EVENT, lambda_context)
    # Then: nothing is kept under such an id.
    assert [key for key in project.keys("p/prompts/") if "99" in key] == []


def test_captions_with_code_are_mended_by_the_model_that_wrote_them_and_else_rejected(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    writing_server.behave({"misbehaviour": "html", "first_calls": 1})
    result = lambda_handler(EVENT, lambda_context)
    plan = project.read_model(result["prompt_keys"][0], PlannedVisual)
    assert plan is not None
    assert "<script" not in plan.caption
    save(project, str(EVENT["lesson_key"]), LESSON.replace("tres]", "cuatro]"))
    writing_server.behave({"misbehaviour": "html"})
    with pytest.raises(TextRejected, match="VisualPlan"):
        lambda_handler(EVENT, lambda_context)


def test_malformed_answers_are_mended_once_and_never_asked_for_without_end(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given: a model whose first answer lacks fields.
    writing_server.behave({"misbehaviour": "malformed", "first_calls": 1})
    assert lambda_handler(EVENT, lambda_context)["visual_count"] == 2
    # Given: one whose answers always do.
    save(project, str(EVENT["lesson_key"]), LESSON.replace("tres]", "cuatro]"))
    writing_server.behave({"misbehaviour": "malformed"})
    before = len(writing_server.calls())
    # When / Then
    with pytest.raises(TextRejected, match="VisualPlan"):
        lambda_handler(EVENT, lambda_context)
    assert len(writing_server.calls()) - before <= 3


def test_a_lesson_that_is_not_there_is_refused(project: ArtefactStore, lambda_context: FakeLambdaContext) -> None:
    with pytest.raises(RequestInvalid, match="lesson_key"):
        lambda_handler({**EVENT, "lesson_key": "p/lessons/none.md"}, lambda_context)
