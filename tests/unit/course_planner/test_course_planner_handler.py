"""course_planner as the state machine calls it: the brief is made once, and amended for changed lessons only."""

import json
from typing import Any

import pytest

from course_kit.brief.course_brief import CourseBrief
from course_kit.errors import ModelThrottled, RequestInvalid, TextRejected, WorkRemaining
from course_kit.records.brief_manifest import BriefManifest
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_planner import handler as course_planner_handler
from course_planner.course_planning import CoursePlanning
from offline_author.behaviour import CallKind
from tests.support.buckets import BUCKET
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall
from tests.support.writing_server import WritingServer

plan_course: StepCall = course_planner_handler.lambda_handler

KEYS = ProjectKeys("p")
OUTLINE = """
course:
  title: Databases at work
  running_example: A bakery with three shops
  terminology: [{term: dead row, definition: A row version that no query sees., instead_of: [dead tuple]}]
modules:
- title: One
  lessons:
  - {title: Tables, topics: [Rows, Columns]}
  - {title: Row versions, topics: [Why rows have versions, Dead rows]}
- title: Two
  lessons:
  - {title: Cleaning up, topics: [Vacuum]}
"""


def event(name: str = "run-1", **fields: object) -> dict[str, Any]:
    return {
        "course_bucket": BUCKET,
        "outline_s3_key": KEYS.outline(),
        "project_folder": "p",
        "model_provider": "openai",
        "execution_name": name,
        **fields,
    }


def save_outline(store: ArtefactStore, text: str = OUTLINE) -> None:
    key = KEYS.outline()
    store.write(key, text, content_type="application/yaml", replacing=store.find(key))


def brief_of(store: ArtefactStore) -> CourseBrief:
    brief = store.read_model(KEYS.brief(), CourseBrief)
    assert brief is not None
    return brief


@pytest.fixture
def project(store: ArtefactStore, writing_server: WritingServer) -> ArtefactStore:
    """A project that has an outline."""
    assert writing_server.url
    save_outline(store)
    return store


def test_one_call_briefs_every_lesson_and_the_result_names_its_version(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # When: the course is planned
    result: Any = plan_course(event(), lambda_context)
    # Then: one call has made a slice for each lesson
    assert [call.kind for call in writing_server.calls()] == [CallKind.BRIEF]
    assert [one.lesson for one in brief_of(project).lessons] == ["1.1", "1.2", "2.1"]
    assert result["counts"] == {"slices": 3, "made": 3}
    # And: later steps read this version of it
    stored = project.find(KEYS.brief())
    assert stored is not None
    assert result["brief_params"] == {"brief_version": stored.version}
    # And: the manifest has what it cost
    manifest = project.read_model(KEYS.brief_manifest(), BriefManifest)
    assert manifest is not None
    assert (manifest.usage.model_calls, manifest.slices_made, manifest.is_reused) == (1, 3, False)


def test_the_outlines_own_terms_and_example_rule(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # When
    plan_course(event(), lambda_context)
    # Then: the example was asked for, and the term is the outline's to the letter
    assert "A bakery with three shops" in writing_server.author.prompts[0]
    [term] = [one for one in brief_of(project).terms if one.term == "dead row"]
    assert (term.definition, term.instead_of) == ("A row version that no query sees.", ("dead tuple",))


def test_another_rule_of_the_outline_costs_no_call(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given
    plan_course(event(), lambda_context)
    before = brief_of(project)
    # When: the outline's author changes the definition
    save_outline(project, OUTLINE.replace("no query sees.", "nobody sees any more."))
    plan_course(event("run-2"), lambda_context)
    # Then: the brief has it, nothing was asked for, and every slice stays to the letter
    assert len(writing_server.calls()) == 1
    after = brief_of(project)
    assert after.lessons == before.lessons
    assert "A row version that nobody sees any more." in {term.definition for term in after.terms}


def test_a_second_run_asks_for_nothing(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given
    first = plan_course(event(), lambda_context)
    # When
    second: Any = plan_course(event("run-2"), lambda_context)
    # Then
    assert len(writing_server.calls()) == 1
    assert second["brief_params"] == first["brief_params"]
    manifest = project.read_model(KEYS.brief_manifest(), BriefManifest)
    assert manifest is not None
    assert (manifest.is_reused, manifest.usage.model_calls) == (True, 0)


def test_a_changed_lesson_is_briefed_again_with_those_that_assume_something_of_it_and_no_other(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given: a brief in which 2.1 assumes something of 1.2
    plan_course(event(), lambda_context)
    before = brief_of(project)
    assert "1.2" in {link.lesson for link in before.lessons[2].assumes}
    # When: 1.2 gets another topic
    save_outline(project, OUTLINE.replace("[Why rows have versions, Dead rows]", "[Why rows have versions, Locks]"))
    plan_course(event("run-2"), lambda_context)
    # Then: both are asked for, in one call with the brief that stands
    asked = json.loads(writing_server.author.prompts[-1].split("<brief_request>")[1].split("</brief_request>")[0])
    assert [one["lesson"] for one in asked["lessons"]] == ["1.2", "2.1"]
    assert asked["course"]["voice"] == before.voice
    # And: the other one stays to the letter, as does what all share
    after = brief_of(project)
    assert (after.lessons[0], after.voice, after.example) == (before.lessons[0], before.voice, before.example)


def test_a_renamed_lesson_keeps_its_slice(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given
    plan_course(event(), lambda_context)
    # When
    save_outline(project, OUTLINE.replace("title: Tables", "title: Tables and keys"))
    plan_course(event("run-2"), lambda_context)
    # Then
    assert len(writing_server.calls()) == 1


def test_an_authors_brief_stays_and_gets_the_slices_that_it_lacks(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given: a brief that its author has edited
    plan_course(event(), lambda_context)
    edited = brief_of(project).model_copy(update={"voice": "You, in short sentences."})
    project.client.put_object(Bucket=BUCKET, Key=KEYS.brief(), Body=edited.model_dump_json().encode())
    # When: the outline has one more lesson
    save_outline(project, OUTLINE + "  - {title: Backups, topics: [Dumps]}\n")
    plan_course(event("run-2"), lambda_context)
    # Then: the author's words stand, and only the new lesson was asked for
    after = brief_of(project)
    assert after.voice == "You, in short sentences."
    assert after.lessons[:3] == edited.lessons
    assert [one.lesson for one in after.lessons] == ["1.1", "1.2", "2.1", "2.2"]
    assert len(writing_server.calls()) == 2


def test_a_brief_that_its_author_broke_is_told_in_words(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # Given
    plan_course(event(), lambda_context)
    project.client.put_object(Bucket=BUCKET, Key=KEYS.brief(), Body=b'{"voice": 3}')
    # When / Then
    with pytest.raises(RequestInvalid, match=r"p/brief/course.json: this file was edited and cannot be read: voice"):
        plan_course(event("run-2"), lambda_context)


def test_only_the_target_brief_makes_it_anew(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given: an edited brief
    plan_course(event(), lambda_context)
    edited = brief_of(project).model_copy(update={"voice": "You."})
    project.client.put_object(Bucket=BUCKET, Key=KEYS.brief(), Body=edited.model_dump_json().encode())
    # When: it is named, and the step is tried twice
    for _ in range(2):
        plan_course(event("run-2", regenerate=["brief"]), lambda_context)
    # Then: it was made once more, and once only
    assert brief_of(project).voice != "You."
    assert len(writing_server.calls()) == 2


def test_a_project_that_was_made_without_a_brief_goes_on_without_one(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given: a lesson of an earlier version
    project.write(KEYS.lesson(1, 1, "Tables"), "# Tables\n", content_type="text/markdown", replacing=None)
    # When
    result: Any = plan_course(event(), lambda_context)
    # Then: a brief would ask for every lesson differently, so there is none
    assert result["brief_params"] == {}
    assert writing_server.calls() == []
    # And: it is made when it is asked for by name
    plan_course(event("run-2", regenerate=["brief"]), lambda_context)
    assert len(brief_of(project).lessons) == 3


def test_a_lesson_that_is_left_out_is_asked_for_once_more(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given: an author that forgets a lesson once
    writing_server.behave({"kind": "brief", "misbehaviour": "incomplete_plan", "first_calls": 1})
    # When
    plan_course(event(), lambda_context)
    # Then
    assert [one.lesson for one in brief_of(project).lessons] == ["1.1", "1.2", "2.1"]
    assert len(writing_server.calls()) == 2


def test_a_brief_that_leaves_a_lesson_out_again_and_again_is_refused_by_its_number(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given
    writing_server.behave({"kind": "brief", "misbehaviour": "incomplete_plan"})
    # When / Then
    with pytest.raises(TextRejected, match=r"the brief of the course leaves out lesson 1\.1"):
        plan_course(event(), lambda_context)
    assert project.find(KEYS.brief()) is None


def test_a_large_course_gets_its_frame_first_and_then_its_lessons_in_groups(
    project: ArtefactStore,
    lambda_context: FakeLambdaContext,
    writing_server: WritingServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given: an answer that has room for two lessons
    monkeypatch.setattr("course_planner.course_planning.lessons_in_a_brief", lambda _: 2)
    # When
    plan_course(event(), lambda_context)
    # Then: three calls, and no lesson without its slice
    assert len(writing_server.calls(CallKind.BRIEF)) == 3
    assert [one.lesson for one in brief_of(project).lessons] == ["1.1", "1.2", "2.1"]


def test_a_killed_attempt_has_paid_for_its_answers(
    project: ArtefactStore,
    lambda_context: FakeLambdaContext,
    writing_server: WritingServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given: an attempt that dies between its answer and the brief
    with monkeypatch.context() as patched:
        patched.setattr(
            "course_planner.course_planning.under_rules", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            plan_course(event(), lambda_context)
    # When: the state machine tries again
    plan_course(event(), lambda_context)
    # Then: the answer was not paid twice, and its price is known
    assert len(writing_server.calls()) == 1
    manifest = project.read_model(KEYS.brief_manifest(), BriefManifest)
    assert manifest is not None
    assert manifest.usage.model_calls == 1


def test_a_run_that_makes_books_only_asks_for_no_brief(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given
    plan_course(event(), lambda_context)
    save_outline(project, OUTLINE.replace("[Rows, Columns]", "[Rows, Columns, Keys]"))
    # When
    result: Any = plan_course(event("run-2", books_only=True), lambda_context)
    # Then: what is there stays
    assert len(writing_server.calls()) == 1
    assert result["brief_params"]


@pytest.mark.parametrize(("lessons", "is_warmed"), [(3, True), (2, False)])
def test_what_many_writers_send_first_is_cached_by_one_call_before_them(
    project: ArtefactStore,
    lambda_context: FakeLambdaContext,
    monkeypatch: pytest.MonkeyPatch,
    lessons: int,
    *,
    is_warmed: bool,
) -> None:
    # Given: a provider that caches
    warmed: list[str] = []

    async def warm_cache(_: object, shared: str) -> bool:
        warmed.append(shared)
        return True

    monkeypatch.setattr("course_kit.work.model_step.ModelStep.warm_cache", warm_cache)
    if lessons == 2:
        save_outline(project, OUTLINE.split("- title: Two", maxsplit=1)[0])
    # When
    result: Any = plan_course(event(cached_calls=["study"]), lambda_context)
    # Then: it was given what lessons and labs will send, with the brief, and they are told so
    assert len(warmed) == int(is_warmed)
    for shared in warmed:
        assert brief_of(project).voice in shared
        assert result["brief_params"]["cached_calls"] == ["lab", "lesson", "study"]
    # And: a run that finds its brief there warms nothing
    again: Any = plan_course(event("run-2"), lambda_context)
    assert len(warmed) == int(is_warmed)
    assert "cached_calls" not in again["brief_params"]


def test_a_cache_that_cannot_be_written_costs_no_run(
    project: ArtefactStore, lambda_context: FakeLambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    async def warm_cache(*_: object) -> bool:
        raise ModelThrottled("slow down")

    monkeypatch.setattr("course_kit.work.model_step.ModelStep.warm_cache", warm_cache)
    # When
    result: Any = plan_course(event(), lambda_context)
    # Then
    assert "cached_calls" not in result["brief_params"]
    assert len(brief_of(project).lessons) == 3


def test_a_group_that_is_refused_costs_no_other_a_second_time(
    project: ArtefactStore,
    lambda_context: FakeLambdaContext,
    writing_server: WritingServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given: a frame and two groups, of which the second is refused once
    monkeypatch.setattr("course_planner.course_planning.lessons_in_a_brief", lambda _: 2)
    lessons = CoursePlanning._lessons
    refused: list[list[str]] = []

    async def refusing(planning: CoursePlanning, brief: CourseBrief, group: list[str]) -> object:
        answer = await lessons(planning, brief, group)
        if group == ["2.1"] and not refused:
            refused.append(group)
            raise TextRejected("lesson 2.1 is left out")
        return answer

    monkeypatch.setattr(CoursePlanning, "_lessons", refusing)
    with pytest.raises(TextRejected):
        plan_course(event(), lambda_context)
    # When: the next run
    plan_course(event("run-2"), lambda_context)
    # Then: the frame and the first group were asked for once, the second one twice
    assert len(writing_server.calls(CallKind.BRIEF)) == 4
    assert len(brief_of(project).lessons) == 3
    # And: nothing of it is left behind
    assert list(project.keys(KEYS.drafts())) == []


def test_a_brief_goes_on_where_time_ran_out(
    project: ArtefactStore, writing_server: WritingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: groups of one lesson, and a function that has time for none after the frame
    monkeypatch.setattr("course_planner.course_planning.lessons_in_a_brief", lambda _: 1)
    with pytest.raises(WorkRemaining, match=r"the brief of lesson 1\.1"):
        plan_course(event(), FakeLambdaContext(remaining_milliseconds=1))
    # When: it is called again
    plan_course(event(), FakeLambdaContext())
    # Then: the frame was not paid twice
    assert len(writing_server.calls(CallKind.BRIEF)) == 4
