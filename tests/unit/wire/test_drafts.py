"""What was answered is paid once, whatever fails after it, and is counted, whatever becomes of it."""

import asyncio
from unittest.mock import Mock

import pytest
from starlette.responses import Response

from content_gen.handler import lambda_handler as write_lessons
from course_kit.errors import ModelUnavailable, TextRejected
from course_kit.model.drafts import DraftRecord, unfinished_usage, unit_of_work
from course_kit.model.model_answer import ModelAnswer
from course_kit.model.model_provider import TextModel
from course_kit.outline import read_outline
from course_kit.records.manifest import LabManifest, ModuleManifest, StudyManifest
from course_kit.records.project_lease import ProjectLease
from course_kit.records.spending import Spending, SpendingRecord
from course_kit.run.events import BaseParams, ContentType
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.usage import Usage
from coursewright.deployment import Deployment, Target
from coursewright.run.watcher import RunWatcher
from lab_planner.handler import lambda_handler as plan_labs
from study_writer.handler import lambda_handler as write_study
from tests.support.buckets import BUCKET
from tests.support.json_values import Json
from tests.support.lambda_context import FakeLambdaContext
from tests.support.serving import serving
from tests.support.step_event import step_event
from tests.support.wire.cases import HALF, OPENAI, REST, Asked, Case
from tests.support.wire.outcomes import text_model
from tests.support.wire.servers import ScriptedServer, chat
from tests.support.writing_server import WritingServer
from visual_planner.handler import lambda_handler as plan_visuals

OUTLINE = """
course: {title: Networks, language: en}
modules:
- title: One
  lessons:
  - {title: Cables, duration_minutes: 15, topics: [Copper, Fibre], labs: [Cutting, Splicing]}
  - {title: Radio, duration_minutes: 15, topics: [Waves]}
"""
KEYS = ProjectKeys("p")
ONE_CALL = Usage(model_calls=1, input_tokens=10, output_tokens=20)


@pytest.fixture
def project(store: ArtefactStore, writing_server: WritingServer, monkeypatch: pytest.MonkeyPatch) -> ArtefactStore:
    monkeypatch.setattr("course_kit.model.model_retries.MAX_DELAY_SECONDS", 0)
    monkeypatch.setenv("BOOK_PARTS", "key_points,quiz,glossary")
    store.write("p/outline.yaml", OUTLINE, content_type="application/yaml", replacing=None)
    return store


def answered(server: WritingServer) -> int:
    return sum(call.completion_tokens > 0 for call in server.calls())


def first_then_down(server: WritingServer, misbehaviour: str, **calls: object) -> None:
    """Answer faultily once, then fail as often as one step tries."""
    server.behave(
        {"misbehaviour": misbehaviour, "first_calls": 1, **calls},
        {"misbehaviour": "unavailable", "first_calls": 3, **calls},
    )


def lessons_of(store: ArtefactStore) -> ModuleManifest:
    manifest = store.read_model("p/manifests/module-01.json", ModuleManifest)
    assert manifest is not None
    return manifest


@pytest.mark.parametrize(
    ("misbehaviour", "asked"), [("missing_headings", "<lesson_faults>"), ("truncated", "<continue/>")]
)
def test_a_lesson_whose_repair_or_continuation_fails_for_a_moment_is_not_written_again(
    misbehaviour: str,
    asked: str,
    project: ArtefactStore,
    lambda_context: FakeLambdaContext,
    writing_server: WritingServer,
) -> None:
    # Given: lesson 1 is answered, and what is asked of it next fails.
    first_then_down(writing_server, misbehaviour, lesson_number=1)
    with pytest.raises(ModelUnavailable):
        write_lessons(step_event(), lambda_context)
    assert list(project.keys(KEYS.drafts())) == ["p/drafts/lessons/module-1-lesson-1-cables.md.json"]
    assert unfinished_usage(project, KEYS, "run-1").model_calls == 1
    before = len(writing_server.calls())
    # When: the state machine tries again.
    write_lessons(step_event(), lambda_context)
    # Then: one call, for what was missing; and both are counted, once.
    assert asked in writing_server.author.prompts[-1]
    assert len(writing_server.calls()) - before == 1
    assert [lesson.usage.model_calls for lesson in lessons_of(project).lessons] == [2, 1]
    assert lessons_of(project).usage.output_tokens == sum(call.completion_tokens for call in writing_server.calls())
    assert list(project.keys(KEYS.drafts())) == []


def test_what_was_answered_is_safe_before_the_next_call_is_made(store: ArtefactStore) -> None:
    # Given: a function that may be killed while its second call waits for an answer.
    seen: list[DraftRecord | None] = []

    def second() -> Response:
        seen.append(store.read_model("p/drafts/lessons/a.md.json", DraftRecord))
        return chat(REST)()

    answers = [chat(HALF, "length"), second]

    async def attempt(model: TextModel) -> None:
        async with unit_of_work(ProjectLease(store, KEYS, "run-1"), "p/lessons/a.md") as unit:
            conversation = model.conversation(system="You write.", max_tokens=700)
            assert (await conversation.say("Write.")).is_cut_off
            await conversation.say("Go on.")
            await unit.done()

    # When
    with serving(ScriptedServer(answers).app) as url, text_model(Case(OPENAI, Asked.TEXT, "", answers), url) as model:
        asyncio.run(attempt(model))
    # Then
    [record] = seen
    assert record is not None
    assert [answer.text for answer in record.answers.values()] == [HALF]
    assert record.used_by("run-1").model_calls == 1


def test_another_run_goes_on_with_what_was_paid_and_counts_only_its_own(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    first_then_down(writing_server, "missing_headings", lesson_number=1)
    with pytest.raises(ModelUnavailable):
        write_lessons(step_event(), lambda_context)
    write_lessons(step_event(execution_name="run-2"), lambda_context)
    assert [lesson.usage.model_calls for lesson in lessons_of(project).lessons] == [1, 0]


def test_a_first_answer_that_is_good_leaves_no_draft_and_costs_no_write(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    write_lessons(step_event(), lambda_context)
    versions = project.client.list_object_versions(Bucket=BUCKET, Prefix=KEYS.drafts())
    assert "Versions" not in versions


def test_a_plan_whose_second_round_fails_for_a_moment_is_asked_only_for_the_rest(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given
    lesson = "# A\n\nText.\n\n[VISUAL: 01-02-0001 - one; two]\n\n[VISUAL: 01-02-0002 - three; four]\n"
    key = "p/lessons/module-1-lesson-2-radio.md"
    project.write(key, lesson, content_type="text/markdown", replacing=None)
    visuals = step_event(lesson_number=2, lesson_key=key)
    first_then_down(writing_server, "incomplete_plan", kind="visual_plan")
    with pytest.raises(ModelUnavailable):
        plan_visuals(visuals, lambda_context)
    # When
    result: Json = plan_visuals(visuals, lambda_context)
    # Then
    assert answered(writing_server) == result["usage"]["model_calls"] == 2
    assert "01-02-0002" not in writing_server.author.prompts[-1]
    assert list(project.keys(KEYS.drafts())) == []


def test_a_lab_plan_whose_second_round_fails_for_a_moment_is_asked_only_for_the_rest(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    first_then_down(writing_server, "incomplete_plan", kind="lab_plan")
    with pytest.raises(ModelUnavailable):
        plan_labs(step_event(), lambda_context)
    plan_labs(step_event(), lambda_context)
    manifest = project.read_model("p/manifests/module-01-labs.json", LabManifest)
    assert manifest is not None
    assert answered(writing_server) == manifest.plan_usage.model_calls == 2
    assert "Splicing" not in writing_server.author.prompts[-1]
    assert list(project.keys(KEYS.drafts())) == []


def test_study_parts_whose_repair_fails_for_a_moment_are_asked_only_for_the_rest(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    write_lessons(step_event(), lambda_context)
    first_then_down(writing_server, "incomplete_plan", kind="study", lesson_number=1)
    with pytest.raises(ModelUnavailable):
        write_study(step_event(), lambda_context)
    before = answered(writing_server)
    write_study(step_event(), lambda_context)
    manifest = project.read_model("p/manifests/module-01-study.json", StudyManifest)
    assert manifest is not None
    assert answered(writing_server) - before == 1
    assert [lesson.usage.model_calls for lesson in manifest.lessons] == [2, 1]


def test_a_plan_that_is_the_same_the_second_time_was_asked_for_twice(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given: ids that nobody asked for, so that the second round asks the very same, and fails.
    first_then_down(writing_server, "foreign_ids", kind="lab_plan")
    with pytest.raises(ModelUnavailable):
        plan_labs(step_event(), lambda_context)
    # When / Then: what was answered to the first is no answer to the second.
    assert plan_labs(step_event(), lambda_context)["lab_count"] == 2
    assert answered(writing_server) == 2


def watched(store: ArtefactStore) -> Usage:
    """What the command line reports of the run."""
    deployment = Deployment(Target.AWS, BUCKET, "arn", None, s3=store.client, step_functions=Mock(), models=None)
    modules = read_outline(OUTLINE).modules
    return RunWatcher(deployment, KEYS, "run-1", modules, ContentType.BOTH).manifests().usage


def test_calls_that_end_in_a_rejection_are_in_report_and_budget_and_are_not_used_again(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given: a run with a budget whose first lesson is refused after its repair.
    prices = {"usd_per_million_input": 0, "usd_per_million_output": 10_000}
    params = step_event(budget={"limit_usd": 1000, "prices": prices})
    spending = Spending.of(project, BaseParams.model_validate(params))
    assert spending is not None
    spending.open()
    writing_server.behave({"misbehaviour": "missing_headings", "lesson_number": 1})
    # When
    with pytest.raises(TextRejected):
        write_lessons(params, lambda_context)
    # Then: three calls were answered, and each sum has all of them.
    tokens = sum(call.completion_tokens for call in writing_server.calls())
    assert (watched(project).model_calls, watched(project).output_tokens) == (3, tokens)
    record = project.read_model("p/spending/run-1.json", SpendingRecord)
    assert record is not None
    assert record.spent_usd == pytest.approx(tokens * 0.01)
    # And: the next attempt does not go on with what was no good, and still the first one's calls are told once.
    writing_server.behave()
    write_lessons(params, lambda_context)
    assert len(writing_server.calls()) == 4
    assert watched(project).model_calls == 4
    assert unfinished_usage(project, KEYS, "run-1") == Usage()


def test_attempts_that_overlap_keep_what_both_have_paid(store: ArtefactStore) -> None:
    # Given: two attempts of one step are at the same text; each is answered, and fails.
    lease = ProjectLease(store, KEYS, "run-1")

    async def attempt(name: str, meanwhile: str = "") -> None:
        async with unit_of_work(lease, "p/lessons/a.md") as unit:
            unit.pay(ONE_CALL)
            unit.remember(name, ModelAnswer(text=name, stop_reason="stop", usage=ONE_CALL))
            if meanwhile:
                with pytest.raises(ModelUnavailable):
                    await attempt(meanwhile)
            raise ModelUnavailable("for a moment")

    # When
    with pytest.raises(ModelUnavailable):
        asyncio.run(attempt("first", meanwhile="second"))
    # Then
    record = store.read_model("p/drafts/lessons/a.md.json", DraftRecord)
    assert record is not None
    assert set(record.answers) == {"first", "second"}
    assert record.used_by("run-1").model_calls == 2


def test_a_draft_that_cannot_be_read_is_none(store: ArtefactStore) -> None:
    store.write("p/drafts/lessons/a.md.json", '{"answers": 7}', content_type="application/json", replacing=None)

    async def attempt() -> None:
        async with unit_of_work(ProjectLease(store, KEYS, "run-1"), "p/lessons/a.md") as unit:
            assert unit.answer_to("anything") is None
            await unit.done()

    asyncio.run(attempt())
    assert unfinished_usage(store, KEYS, "run-1") == Usage()
    assert list(store.keys(KEYS.drafts())) == []
