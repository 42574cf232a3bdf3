"""lab_planner and lab_writer as the state machine calls them, module by module."""

from datetime import UTC, datetime

import pytest

from book_builder.lab_guide_assembly import _guided
from course_kit.errors import ModelUnavailable, RequestInvalid, TextRejected
from course_kit.labels import LANGUAGES, Labels
from course_kit.outline import read_outline
from course_kit.outline.labs import LabTool, ModuleLabPlan, PlannedLab, labs_of_module
from course_kit.records.manifest import LabManifest, LabRecord
from course_kit.store.artefact_store import ArtefactStore
from course_kit.text.prose_language import language_to_expect
from lab_planner import handler as lab_planner_handler
from lab_planner.module_lab_planner import _as_stated
from lab_writer import handler as lab_writer_handler
from lab_writer.lab_checks import lab_faults
from offline_author.behaviour import CallKind
from offline_author.lab_draft import LabGuideWanted, draft_lab
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall, called_until_done
from tests.support.step_event import step_event
from tests.support.writing_server import CallClock, WritingServer

plan_labs: StepCall = lab_planner_handler.lambda_handler
write_labs: StepCall = lab_writer_handler.lambda_handler

OUTLINE = """
course: {title: Redes, language: es}
modules:
- title: Uno
  lessons:
  - title: A
    lab_activities:
    - {title: Primera práctica, duration_minutes: 20, objective: Ver un paquete, type: lab}
    - Segunda práctica
  - {title: B, labs: [Tercera práctica]}
  labs: [Del módulo]
- title: Dos
  lessons: [{title: C}]
"""
EVENT = step_event()
NOW = datetime(2026, 1, 1, tzinfo=UTC)
IDS = ["01-01-01", "01-01-02", "01-02-01", "01-00-01"]


@pytest.fixture
def project(store: ArtefactStore, writing_server: WritingServer) -> ArtefactStore:
    store.write("p/outline.yaml", OUTLINE, content_type="application/yaml", replacing=None)
    return store


def test_labs_of_lessons_and_of_the_module_are_found_whatever_their_form() -> None:
    labs = labs_of_module(read_outline(OUTLINE).modules[0])
    assert [lab.lab_id for lab in labs] == IDS
    assert [lab.title for lab in labs] == ["Primera práctica", "Segunda práctica", "Tercera práctica", "Del módulo"]
    assert (labs[0].minutes, labs[0].objective, labs[3].lesson_number) == (20, "Ver un paquete", 0)


def test_a_module_is_planned_in_one_call_and_every_lab_written_in_one_of_its_own(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # When
    planned = plan_labs(EVENT, lambda_context)
    written = write_labs(EVENT, lambda_context)
    # Then
    assert (planned["lab_count"], planned["master_plan_key"]) == (4, "p/labguide/module-01-plan.json")
    assert len(writing_server.calls(CallKind.LAB_PLAN)) == 1
    assert len(writing_server.calls(CallKind.LAB)) == 4
    assert written["lab_guide_keys"][0] == "p/labguide/lab-01-01-01-primera-practica.md"
    manifest = project.read_model(written["manifest_key"], LabManifest)
    assert manifest is not None
    assert [lab.lab_id for lab in manifest.labs] == list(manifest.planned_ids) == IDS
    assert manifest.is_complete
    assert manifest.usage.model_calls == 5
    # And: the outline's own words stand in the plan, and its minutes.
    plan = project.read_model("p/labguide/module-01-plan.json", ModuleLabPlan)
    assert plan is not None
    assert (plan.labs[0].duration_minutes, plan.labs[0].objectives[0]) == (20, "Ver un paquete")
    # And: a guide has the sections of the book's language.
    guide = (project.read(written["lab_guide_keys"][0]) or b"").decode()
    assert guide.startswith("# Primera práctica\n")
    for section in Labels.of("es").lab.sections:
        assert f"\n## {section}\n" in guide


def test_a_module_without_labs_is_normal_and_costs_nothing(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    event = {**EVENT, "module_number": 2}
    assert plan_labs(event, lambda_context)["lab_count"] == 0
    assert write_labs(event, lambda_context)["lab_guide_keys"] == []
    assert writing_server.calls() == []


def test_what_is_there_is_kept_and_an_edited_lab_is_the_only_one_written_again(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given: finished labs.
    plan_labs(EVENT, lambda_context)
    write_labs(EVENT, lambda_context)
    before = len(writing_server.calls())
    again = {**EVENT, "execution_name": "run-2"}
    plan_labs(again, lambda_context)
    assert write_labs(again, lambda_context)["counts"] == {"labs": 4, "reused": 4}
    assert len(writing_server.calls()) == before
    # When: one lab has got another objective.
    edited = OUTLINE.replace("Ver un paquete", "Ver dos paquetes")
    project.write("p/outline.yaml", edited, content_type="y", replacing=project.find("p/outline.yaml"))
    plan_labs(again, lambda_context)
    assert write_labs(again, lambda_context)["counts"] == {"labs": 4, "reused": 3}
    # Then
    assert [call.kind for call in writing_server.calls()[before:]] == [CallKind.LAB_PLAN, CallKind.LAB]


def test_a_plan_that_leaves_labs_out_is_asked_for_the_rest_and_else_rejected_by_name(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    writing_server.behave({"misbehaviour": "incomplete_plan", "first_calls": 1})
    assert plan_labs(EVENT, lambda_context)["lab_count"] == 4
    writing_server.behave({"misbehaviour": "incomplete_plan"})
    with pytest.raises(TextRejected, match=r"lab 01-01-01 \(Primera práctica\)"):
        plan_labs({**EVENT, "project_folder": "q", "lab_requirements": "otra cosa"}, lambda_context)


@pytest.mark.parametrize(
    ("misbehaviour", "named"),
    [("foreign_ids", "answers to 99-99-00, 99-99-01"), ("html", "LabPlan"), ("malformed", "LabPlan")],
)
def test_a_plan_that_is_not_ours_is_mended_once_and_else_rejected_by_name(
    project: ArtefactStore,
    lambda_context: FakeLambdaContext,
    writing_server: WritingServer,
    misbehaviour: str,
    named: str,
) -> None:
    writing_server.behave({"misbehaviour": misbehaviour, "first_calls": 1})
    assert plan_labs(EVENT, lambda_context)["lab_count"] == 4
    assert b"<script" not in (project.read("p/labguide/module-01-plan.json") or b"")
    writing_server.behave({"misbehaviour": misbehaviour})
    with pytest.raises(TextRejected, match=named):
        plan_labs({**EVENT, "project_folder": "q", "lab_requirements": "otra cosa"}, lambda_context)


@pytest.mark.parametrize(
    ("misbehaviour", "named"),
    [
        ("refusal", "speaks of the writing itself"),
        ("wrong_language", "is written in the language `en`, expected `es`"),
        ("html", "`<script>` is HTML"),
        ("endless", "far above the target"),
    ],
)
def test_a_guide_is_trusted_no_more_than_a_lesson(
    project: ArtefactStore,
    lambda_context: FakeLambdaContext,
    writing_server: WritingServer,
    misbehaviour: str,
    named: str,
) -> None:
    # Given: a writer that fails the second lab once, and mends it.
    plan_labs(EVENT, lambda_context)
    rule = {"misbehaviour": misbehaviour, "kind": "lab", "lesson_number": 2}
    # When it fails for good / Then
    writing_server.behave(rule)
    with pytest.raises(TextRejected, match=r"lab 01-01-02 \(Segunda práctica\)") as rejected:
        write_labs(EVENT, lambda_context)
    assert named in str(rejected.value)
    # When it fails once / Then
    writing_server.behave({**rule, "first_calls": 1})
    assert write_labs(EVENT, lambda_context)["counts"]["labs"] == 4


def test_a_malformed_lab_fails_by_its_name_the_others_are_kept_and_only_it_is_missing(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given: a writer that leaves the headings of the second labs out, twice.
    plan_labs(EVENT, lambda_context)
    writing_server.behave({"misbehaviour": "missing_headings", "kind": "lab", "lesson_number": 2, "first_calls": 2})
    # When
    with pytest.raises(TextRejected, match=r"module 1, lab 01-01-02 \(Segunda práctica\): the section"):
        write_labs(EVENT, lambda_context)
    # Then
    before = len(writing_server.calls())
    assert write_labs(EVENT, lambda_context)["counts"]["labs"] == 4
    assert len(writing_server.calls()) - before == 1


def test_labs_go_on_where_time_ran_out(
    project: ArtefactStore, writing_server: WritingServer, clock_of_calls: CallClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESSON_MAX_CONCURRENCY", "1")
    plan_labs(EVENT, FakeLambdaContext())
    clock_of_calls.seconds_a_call = 0.4
    attempts, result = called_until_done(write_labs, EVENT, milliseconds=1000)
    assert attempts > 1
    assert result["counts"]["labs"] == len(writing_server.calls(CallKind.LAB)) == 4


def test_labs_without_a_plan_are_refused(project: ArtefactStore, lambda_context: FakeLambdaContext) -> None:
    with pytest.raises(RequestInvalid, match="module 1: found no plan"):
        write_labs(EVENT, lambda_context)


def test_a_providers_failure_is_retried_by_the_state_machine(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    writing_server.behave({"misbehaviour": "unavailable", "kind": "lab_plan"})
    with pytest.raises(ModelUnavailable):
        plan_labs(EVENT, lambda_context)


@pytest.mark.parametrize(
    ("version", "stated", "kept"),
    [("1.31", "Kubernetes 1.31 is installed", "1.31"), ("9.9", "Kubernetes 1.31 is installed", None), (None, "", None)],
)
def test_a_version_that_nobody_stated_is_not_printed(version: str | None, stated: str, kept: str | None) -> None:
    assert _as_stated(LabTool(name="kubectl", version=version), stated).version == kept


def faults_of(markdown: str, title: str, language: str) -> list[str]:
    expected = language_to_expect(language, "coursewright.offline-author-v1")
    return lab_faults(markdown, title, Labels.of(language).lab, language=expected, word_target=700)


@pytest.mark.parametrize("language", LANGUAGES)
def test_drafts_have_the_form_in_every_language(language: str) -> None:
    wanted = LabGuideWanted.model_validate(
        {"language": language, "module_title": "M", "lab": {"lab_id": "01-01-01", "title": "Ein ¿Lab?"}}
    )
    assert faults_of(draft_lab(wanted), "Ein ¿Lab?", language) == []


GOOD = draft_lab(
    LabGuideWanted.model_validate({"language": "en", "module_title": "M", "lab": {"lab_id": "01-01-01", "title": "T"}})
)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("# T\n", "T\n", "first line is not the heading"),
        ("## Clean-up", "## Tidying", "`## Clean-up` is missing"),
        ("### 2. ", "### 3. ", "numbered from 1 without a gap"),
        ("### 1. ", "### ", "numbered from 1 without a gap"),
        ("**Expected result:** the folder", "The folder", "step 1 has no line that begins with `**Expected result:**`"),
        ("**Check:** reading", "Reading", "step 2 has no line that begins with `**Check:**`"),
        ("## Steps", "## Scenario", "`## Steps` is missing"),
        ("## Steps", "[VISUAL: a screen]\n\n## Steps", "a lab guide has no visual tags"),
        ("## Steps", "<b>now</b>\n\n## Steps", "is HTML"),
        ("## Steps", "## Steps\n\nAs an AI model, I cannot run it.", "speaks of the writing itself"),
        ("## Steps", "word " * 3000 + "\n\n## Steps", "far above the target of 700"),
    ],
)
def test_what_is_no_lab_guide_is_named(old: str, new: str, named: str) -> None:
    assert GOOD.count(old) >= 1
    assert any(named in fault for fault in faults_of(GOOD.replace(old, new, 1), "T", "en"))


def test_sections_out_of_order_are_named() -> None:
    moved = GOOD.replace("## Scenario", "## X").replace("## Objectives", "## Scenario").replace("## X", "## Objectives")
    assert any("not in the order" in fault for fault in faults_of(moved, "T", "en"))


def test_a_lab_that_is_gone_leaves_no_guide_and_one_that_is_wanted_anew_is_the_only_one_written(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given: finished labs, one of which the outline then drops.
    plan_labs(EVENT, lambda_context)
    write_labs(EVENT, lambda_context)
    shorter = OUTLINE.replace("    - Segunda práctica\n", "")
    project.write("p/outline.yaml", shorter, content_type="y", replacing=project.find("p/outline.yaml"))
    before = len(writing_server.calls())
    anew = {**EVENT, "execution_name": "run-2", "regenerate": ["01-02-01"]}
    # When: a run wants another one anew, and is retried.
    for _ in range(2):
        plan_labs(anew, lambda_context)
        result = write_labs(anew, lambda_context)
    # Then: the plan without it has the others as before, and asks for none.
    assert set(project.keys("p/labguide/lab-")) == set(result["lab_guide_keys"])
    assert not any("segunda" in key for key in project.keys("p/labguide/"))
    assert [call.kind for call in writing_server.calls()[before:]] == [CallKind.LAB]
    assert result["counts"] == {"labs": 3, "reused": 2}
    manifest = project.read_model(result["manifest_key"], LabManifest)
    assert manifest is not None
    assert (manifest.is_plan_reused, manifest.usage.model_calls) == (False, 1)


def test_labs_are_numbered_by_their_lessons() -> None:
    records = [
        LabRecord(
            lab_id=lab.lab_id,
            title=lab.title,
            lesson_number=lab.lesson_number,
            s3_key="k",
            fingerprint="f",
            word_count=1,
            model_id="m",
            is_reused=False,
            started_at=NOW,
            ended_at=NOW,
        )
        for lab in labs_of_module(read_outline(OUTLINE).modules[0])
    ]
    plans = [
        PlannedLab(
            lab_id=record.lab_id,
            lesson_number=record.lesson_number,
            title=record.title,
            objectives=(),
            duration_minutes=10,
            prerequisites=(),
            environment="here",
            tools=(),
            depends_on=(),
        )
        for record in records
    ]
    manifest = LabManifest(
        module_number=1, title="Uno", execution_name="run", plan_key="p", planned_ids=tuple(IDS), is_plan_reused=False,
        plan_started_at=NOW, plan_ended_at=NOW, labs=tuple(records),
    )  # fmt: skip
    guided = list(_guided(manifest, ModuleLabPlan(module_number=1, labs=tuple(plans)), read_outline(OUTLINE)))
    # Then: in a form that no section has.
    assert [lab.number for lab in guided] == ["1.1-A", "1.1-B", "1.2-A", "1-A"]
