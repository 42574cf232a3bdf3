"""Runs end as they should under every fault, and the next one completes what they could not.

What is marked ``full`` has a smaller story among the tests of `make test`: tests/local/test_durability.py for killed
workers, stopped runs and two runs at once, tests/local/test_theory_pipeline.py for a lesson that no repair mends,
tests/unit/course_planner for a plan whose attempt is killed.
"""

from collections.abc import Callable

import pytest

import local_aws
from course_kit.records.editing import FindingState
from course_kit.run.events import ContentType
from coursewright.run.execution import Run
from coursewright.run.project_runs import resumed_input
from tests.support.chaos_scene import LESSONS, Scene
from tests.support.local_client import client_of
from tests.support.waiting import wait_until
from tests.support.workers import kill_workers, needs_proc, with_short_function

Tell = Callable[[Scene, str, int], None]
# Until another behaviour is in force: a module whose first lesson is saved and whose second is being written.
HELD_SECOND_LESSONS = {"kind": "lesson", "lesson_number": 2}
SLOW_SECOND_LESSONS = {"misbehaviour": "slow", "kind": "lesson", "lesson_number": 2, "latency_seconds": 4}


def refused_calls(scene: Scene) -> int:
    return sum(bool(call["fault"]) for call in scene.proxy.calls())


def outlived(scene: Scene, run: Run) -> int:
    """Kill all workers while the author holds their calls, see the run succeed, and return how many were killed."""
    killed = kill_workers()
    scene.author.behave()
    assert killed >= 1
    ended = scene.end_of(run)
    assert ended.has_succeeded, ended.cause
    return killed


def test_a_storm_of_throttles_and_outages_of_the_model_is_waited_out(scene: Scene, tell: Tell) -> None:
    # Given
    scene.proxy.behave(
        faults=[
            {"kind": "throttled", "service": "bedrock", "share": 0.6, "first_calls": 8},
            {"kind": "internal_error", "service": "bedrock", "share": 0.3, "first_calls": 2},
            {"kind": "unavailable", "service": "bedrock", "share": 0.3, "first_calls": 2},
        ]
    )
    # When
    ended = scene.end_of(scene.start())
    # Then
    assert ended.has_succeeded, ended.cause
    tell(scene, "throttles, 500 and 503 of Bedrock", refused_calls(scene))


def test_answers_that_are_cut_off_malformed_or_refused_are_mended(scene: Scene, tell: Tell) -> None:
    # Given: one fault for each of the lessons, and plans without their fields.
    faults = ("truncated", "missing_headings", "refusal", "html")
    scene.author.behave(
        *(
            {"misbehaviour": fault, "kind": "lesson", "module_number": m, "lesson_number": n, "first_calls": 1}
            for fault, (m, n) in zip(faults, LESSONS, strict=True)
        ),
        {"misbehaviour": "malformed", "kind": "visual_plan", "first_calls": 2},
    )
    # When
    ended = scene.end_of(scene.start())
    # Then
    assert ended.has_succeeded, ended.cause
    tell(scene, "truncated, malformed, refused, HTML", len(faults) + 2)


@pytest.mark.full
def test_a_lesson_that_no_repair_mends_fails_by_name_and_the_next_run_makes_only_it(scene: Scene, tell: Tell) -> None:
    # Given
    scene.author.behave({"misbehaviour": "wrong_language", "kind": "lesson", "module_number": 2, "lesson_number": 1})
    # When
    failed = scene.end_of(scene.start())
    # Then
    assert failed.error == "ModulesFailed"
    assert "module 2, lesson 1 (C): the text is written in the language `es`" in failed.cause
    # When: the model has come to its senses.
    scene.author.behave()
    before = len(scene.author.calls())
    assert scene.end_of(scene.start()).has_succeeded
    # Then
    lessons = [call for call in scene.author.calls()[before:] if call["kind"] == "lesson"]
    assert [(call["module_number"], call["lesson_number"]) for call in lessons] == [(2, 1)]
    tell(scene, "a lesson in the wrong language, for good", 2)


@pytest.mark.full
@needs_proc
def test_killed_workers_are_replaced_and_the_run_goes_on(scene: Scene, tell: Tell) -> None:
    # Given: a first lesson is saved, the second ones are still being written, and the labs beside them.
    scene.content_type = ContentType.BOTH
    scene.author.behave(holds=[HELD_SECOND_LESSONS])
    run = scene.start()
    wait_until(scene.saved_lessons, "a first lesson")
    scene.author.wait_until_it_holds(2)
    # When / Then
    killed = outlived(scene, run)
    tell(scene, "workers killed mid-module (SIGKILL)", killed)


@pytest.mark.full
@needs_proc
def test_a_worker_that_is_killed_while_it_plans_the_course_is_replaced(scene: Scene, tell: Tell) -> None:
    # Given: the brief is being written
    scene.author.behave(holds=[{"kind": "brief"}])
    run = scene.start()
    scene.author.wait_until_it_holds(1)
    # When / Then
    killed = outlived(scene, run)
    tell(scene, "worker killed in PlanCourse (SIGKILL)", killed)


@needs_proc
def test_a_worker_that_is_killed_while_it_edits_the_course_is_replaced(scene: Scene, tell: Tell) -> None:
    # Given: lessons that do not go together, and the calls for their replacements are being answered.
    scene.author.behave(holds=[{"kind": "edit"}], parallel_faults={"definitions": 1, "changed_facts": 1})
    run = scene.start()
    scene.author.wait_until_it_holds(5)
    # When
    killed = outlived(scene, run)
    # Then: all is replaced, and the next run asks for nothing.
    findings = scene.findings()
    assert findings and all(finding.state is FindingState.MENDED for finding in findings)
    before = len(scene.author.calls())
    assert scene.end_of(scene.start()).has_succeeded
    assert len(scene.author.calls()) == before
    assert scene.findings() == findings
    tell(scene, "worker killed in EditCourse (SIGKILL)", killed)


def test_a_slow_and_failing_bucket_is_waited_for(scene: Scene, tell: Tell) -> None:
    # Given: a sixth of all calls is refused, and of some writes only the answer gets lost.
    scene.proxy.behave(
        faults=[
            {"kind": "internal_error", "service": "s3", "operation": "PUT", "path_contains": "/lessons/"}
            | {"is_carried_out": True, "first_calls": 2},
            {"kind": "internal_error", "service": "s3", "operation": "PUT", "path_contains": "/manifests/"}
            | {"is_carried_out": True, "first_calls": 2},
            {"kind": "throttled", "service": "s3", "share": 0.1, "first_calls": 20},
            {"kind": "internal_error", "service": "s3", "share": 0.06, "first_calls": 10, "seed": 1},
        ]
    )
    # When
    ended = scene.end_of(scene.start())
    # Then
    assert ended.has_succeeded, ended.cause
    tell(scene, "SlowDown, 500 and lost answers of S3", refused_calls(scene))


@pytest.mark.full
def test_a_stopped_run_is_resumed_where_it_was(scene: Scene, tell: Tell) -> None:
    # Given: a run of theory and labs, stopped when it has saved its labs and a first lesson, and writes the others.
    scene.content_type = ContentType.BOTH
    scene.author.behave(holds=[HELD_SECOND_LESSONS])
    run = scene.start()
    wait_until(lambda: scene.saved_lessons() and scene.saved_lab_count() == 2, "a first lesson and the labs")
    scene.author.wait_until_it_holds(2)
    scene.deployment.step_functions.stop_execution(executionArn=run.execution_arn)
    assert scene.end_of(run).status == "ABORTED"
    # When: `coursewright resume`, at once; it asks for the second lessons while those of the first run are in flight.
    resumed = Run.start(scene.deployment, resumed_input(scene.deployment, scene.project))
    scene.author.wait_until_it_holds(4)
    scene.author.behave()
    # Then
    ended = scene.end_of(resumed)
    assert ended.has_succeeded, ended.cause
    tell(scene, "execution stopped, resumed at once", 1)


@pytest.mark.full
def test_a_second_run_at_the_same_time_is_refused_by_name(scene: Scene, tell: Tell) -> None:
    # Given
    scene.author.behave(holds=[HELD_SECOND_LESSONS])
    first = scene.start()
    wait_until(scene.saved_lessons, "a first lesson")
    scene.author.wait_until_it_holds(2)
    # When
    second = scene.end_of(scene.start())
    # Then
    assert second.error == "ArtefactConflict"
    assert first.name in second.cause
    scene.author.behave()
    ended = scene.end_of(first)
    assert ended.has_succeeded, ended.cause
    tell(scene, "two runs at once", 1)


@pytest.mark.full
def test_a_slow_model_is_waited_for(scene: Scene, tell: Tell) -> None:
    scene.author.behave(latency_seconds={"lesson": 8, "visual_plan": 4})
    ended = scene.end_of(scene.start())
    assert ended.has_succeeded, ended.cause
    tell(scene, "slow model (8 s a lesson)", len(scene.author.calls()))


@pytest.mark.full
def test_a_function_that_times_out_is_called_again_and_keeps_what_it_saved(
    scene: Scene, tell: Tell, local_connection: local_aws.LocalConnection
) -> None:
    # Given: ten seconds for a module, and second lessons that take longer, once.
    functions = client_of(local_connection, "lambda")
    scene.deployment = with_short_function(scene.deployment, functions, seconds=10)
    scene.author.behave({**SLOW_SECOND_LESSONS, "latency_seconds": 30, "first_calls": 2})
    # When
    ended = scene.end_of(scene.start())
    # Then
    assert ended.has_succeeded, ended.cause
    tell(scene, "function timeout (Sandbox.Timedout)", 2)


@pytest.mark.full
def test_answers_that_break_off_are_asked_for_again(scene: Scene, tell: Tell) -> None:
    # Given: of Bedrock, of theory and labs, and of S3 what the functions read and list.
    scene.content_type = ContentType.BOTH
    scene.proxy.behave(
        faults=[
            {"kind": "cut_off", "service": "bedrock", "share": 0.5, "first_calls": 3},
            {"kind": "cut_off", "service": "s3", "operation": "GET", "share": 0.3, "first_calls": 20},
        ]
    )
    # When
    ended = scene.end_of(scene.start())
    # Then
    assert ended.has_succeeded, ended.cause
    tell(scene, "connections that break off", refused_calls(scene))


@pytest.mark.full
@needs_proc
@pytest.mark.parametrize("seed", range(3))
def test_everything_at_once(scene: Scene, tell: Tell, seed: int) -> None:
    # Given: every fault of the services, bad answers, workers killed, the run stopped if it has not ended.
    scene.content_type = ContentType.BOTH
    scene.author.behave(
        {**SLOW_SECOND_LESSONS, "first_calls": 2},
        {"misbehaviour": "truncated", "kind": "lesson", "first_calls": 1},
        {"misbehaviour": "malformed", "kind": "visual_plan", "first_calls": 1},
        {"misbehaviour": "malformed", "kind": "study", "first_calls": 1},
        {"misbehaviour": "malformed", "kind": "lab_plan", "first_calls": 1},
        {"misbehaviour": "html", "kind": "lab", "first_calls": 1},
    )
    scene.proxy.behave(
        faults=[
            {"kind": "throttled", "service": "bedrock", "share": 0.3, "first_calls": 6, "seed": seed},
            {"kind": "unavailable", "service": "bedrock", "share": 0.1, "first_calls": 3, "seed": seed + 10},
            {"kind": "throttled", "service": "s3", "share": 0.05, "first_calls": 20, "seed": seed + 20},
            {"kind": "internal_error", "service": "s3", "share": 0.03, "first_calls": 10, "seed": seed + 30},
        ]
    )
    run = scene.start()
    wait_until(lambda: scene.saved_lessons() or not run.state().is_running, "a first lesson, or the end")
    # When
    killed = kill_workers()
    wait_until(lambda: len(scene.saved_lessons()) > 1 or not run.state().is_running, "a second lesson, or the end")
    if run.state().is_running:
        scene.deployment.step_functions.stop_execution(executionArn=run.execution_arn)
    scene.end_of(run)
    ended = scene.end_of(Run.start(scene.deployment, resumed_input(scene.deployment, scene.project)))
    # Then
    assert ended.has_succeeded, ended.cause
    tell(scene, f"all of it at once, seed {seed}", refused_calls(scene) + killed + 6)
