"""A run ends on the version that it began with, whatever is deployed meanwhile; and new runs can go back to one.

CloudFormation of local AWS knows no versions of state machines, so what it does on AWS is done here through the API.
"""

import dataclasses
import re

import pytest

from coursewright.deployment import Deployment
from coursewright.errors import BadInput, CommandFailed
from coursewright.release import ReleaseChange, roll_back
from coursewright.run.execution import Run
from tests.support.local_author import Author
from tests.support.release_stage import ONE_LESSON, ReleaseStage
from tests.support.tiny_resources import TinyResources
from tests.support.waiting import ended, wait_until


def test_a_run_ends_on_its_own_version_and_the_alias_can_be_taken_back(
    release_stage: ReleaseStage, author: Author
) -> None:
    # Given: a run on version 1 whose lesson is not answered before version 2 is deployed.
    no_visuals: dict[str, object] = {"misbehaviour": "no_visuals"}
    author.behave(no_visuals, holds=[{"kind": "lesson"}])
    begun_before = release_stage.start("before")
    author.wait_until_it_holds(1)
    release_stage.deploy(lesson_max_concurrency="2")
    alias = release_stage.deployed.alias_arn
    assert alias is not None
    release_stage.deployed.step_functions.update_state_machine_alias(
        stateMachineAliasArn=alias,
        routingConfiguration=[{"stateMachineVersionArn": release_stage.publish(), "weight": 100}],
    )
    author.behave(no_visuals)
    # When
    begun_after = release_stage.start("after")
    # Then: each ends, on the functions of its own version; what did not change has no new one.
    assert ended(begun_before).has_succeeded, begun_before.state().cause
    assert ended(begun_after).has_succeeded, begun_after.state().cause
    assert "ContentGen:1" in release_stage.versions_used(begun_before)
    assert "ContentGen:2" not in release_stage.versions_used(begun_before)
    assert {"ContentGen:2", "BookBuilder:1"} <= release_stage.versions_used(begun_after)
    # When: the alias goes back.
    assert roll_back(release_stage.deployed, None) == ReleaseChange(live=1, was=2, versions=(1, 2))
    # Then: version 1, which the latest definition names no more, still works with the role as it is now. Local AWS runs
    # the latest definition whatever version is asked for, so that of version 1 is given to it as one.
    begun_back = dataclasses.replace(release_stage, deployed=release_stage.of_version(1)).start("back")
    assert ended(begun_back).has_succeeded, begun_back.state().cause
    assert {version for version in release_stage.versions_used(begun_back) if version.startswith("ContentGen")} == {
        "ContentGen:1"
    }
    # And: there is nothing before it, and no version that was never made.
    with pytest.raises(CommandFailed, match="version 1 is live and there is none before it"):
        roll_back(release_stage.deployed, None)
    with pytest.raises(BadInput, match=re.escape("--to: found 7, expected a version that there is: 1, 2")):
        roll_back(release_stage.deployed, 7)
    assert roll_back(release_stage.deployed, 2).live == 2


def test_an_outline_put_into_the_inbox_becomes_a_book(release_stage: ReleaseStage) -> None:
    # When
    client, bucket = release_stage.deployed.s3, release_stage.deployed.bucket
    client.put_object(Bucket=bucket, Key="inbox/Dropped course.yaml", Body=ONE_LESSON.encode())
    client.put_object(Bucket=bucket, Key="inbox/wrong.yaml", Body=b"modules: []")
    # Then: a run of that name succeeds, and the wrong one is told so beside it.
    wait_until(lambda: executions_of_inbox(release_stage, "dropped-course"), "a run of the inbox")
    [arn] = executions_of_inbox(release_stage, "dropped-course")
    assert ended(Run(release_stage.deployed, arn)).has_succeeded, Run(release_stage.deployed, arn).state().cause
    books = client.list_objects_v2(Bucket=bucket, Prefix="dropped-course/book/")["Contents"]
    assert {str(book["Key"]).rpartition(".")[2] for book in books} >= {"html", "pdf", "epub", "docx"}
    errors = client.get_object(Bucket=bucket, Key="inbox/wrong.errors.txt")["Body"].read().decode()
    assert "modules" in errors


def test_an_outline_dropped_while_its_project_runs_is_answered_and_so_is_a_run_that_is_stopped(
    release_stage: ReleaseStage, author: Author
) -> None:
    # Given: a run of a dropped outline whose lesson is not answered yet.
    deployed = release_stage.deployed
    client, bucket = deployed.s3, deployed.bucket
    author.behave(holds=[{"kind": "lesson"}])
    client.put_object(Bucket=bucket, Key="inbox/busy.yaml", Body=ONE_LESSON.encode())
    author.wait_until_it_holds(1)
    # When: its project is dropped again, in capitals and with another outline.
    client.put_object(Bucket=bucket, Key="inbox/BUSY.YAML", Body=ONE_LESSON.replace("title: L", "title: K").encode())
    # Then
    wait_until(lambda: deployed.store.read("inbox/BUSY.errors.txt"), "an answer to whoever dropped it")
    [arn] = executions_of_inbox(release_stage, "busy")
    assert f"run {arn.rpartition(':')[2]} works on it since" in said(deployed, "inbox/BUSY.errors.txt")
    # When: the run is stopped.
    deployed.step_functions.stop_execution(executionArn=arn)
    # Then: its own file is answered, too, and nothing else was started.
    wait_until(lambda: deployed.store.read("inbox/busy.errors.txt"), "an answer to whoever dropped the first")
    assert f"run {arn.rpartition(':')[2]} ended as ABORTED" in said(deployed, "inbox/busy.errors.txt")
    author.behave()
    assert executions_of_inbox(release_stage, "busy") == [arn]


def said(deployed: Deployment, key: str) -> str:
    return (deployed.store.read(key) or b"").decode()


def executions_of_inbox(release_stage: ReleaseStage, project: str) -> list[str]:
    listed = release_stage.deployed.step_functions.list_executions(
        stateMachineArn=release_stage.deployed.state_machine_arn
    )
    return [e["executionArn"] for e in listed["executions"] if e["name"].startswith(f"inbox-{project}-")]


def test_a_deployment_without_versions_cannot_go_back(deployment: Deployment) -> None:
    with pytest.raises(BadInput, match="without versions"):
        roll_back(deployment, None)


def test_the_sequential_state_machine_of_earlier_deployments_still_works(
    tiny: TinyResources, deployment: Deployment
) -> None:
    # Given: all content, then all visuals, then all images, then the book; modules named as a list.
    functions = {
        name: arn
        for arn in (f["FunctionArn"] for f in tiny.client("lambda").list_functions()["Functions"])
        for name in ("ContentGen", "VisualPlanner", "ImagesGen", "BookBuilder")
        if f"Coursewright-local-Functions{name}" in arn
    }
    course = {"course_bucket": deployment.bucket, "outline_s3_key": "old/outline.yaml", "project_folder": "old"}
    outline = "course: {title: Old, language: en}\nmodules:\n" + "".join(
        f"- {{title: M{n}, lessons: [{{title: L{n}, duration_minutes: 15}}]}}\n" for n in (1, 2, 3)
    )
    deployment.s3.put_object(Bucket=deployment.bucket, Key="old/outline.yaml", Body=outline.encode())

    def task(name: str, payload: object) -> dict[str, object]:
        return {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Arguments": {"FunctionName": functions[name], "Payload": payload},
            "Output": "{% $states.result.Payload %}",
        }

    def each(items: str, state: dict[str, object]) -> dict[str, object]:
        processor = {"StartAt": str(state["Name"]), "States": {state.pop("Name"): {**state, "End": True}}}
        return {"Type": "Map", "Items": items, "MaxConcurrency": 1, "ItemProcessor": processor}

    planning = {
        "Name": "Plan",
        **task("VisualPlanner", "{% $merge([$course, $states.input, {'lesson_key': $states.input.s3_key}]) %}"),
    }
    drawing = {"Name": "Draw", **task("ImagesGen", "{% $merge([$course, {'module_number': $states.input}]) %}")}
    states = {
        "Content": {
            **task("ContentGen", {**course, "modules_to_generate": [1, 3]}),
            "Assign": {"course": course, "modules": "{% $states.result.Payload.modules_generated %}"},
            "Next": "Visuals",
        },
        "Visuals": {**each("{% $states.input.lessons %}", planning), "Next": "Images"},
        "Images": {**each("{% $modules %}", drawing), "Next": "Book"},
        "Book": {
            **task("BookBuilder", "{% $merge([$course, {'manifest_keys': [$states.input.image_mappings_key]}]) %}"),
            "End": True,
        },
    }
    # When
    run = tiny.run(states)
    # Then
    assert run.status == "SUCCEEDED", (run.error, run.cause)
    book = deployment.s3.get_object(Bucket=deployment.bucket, Key=run.output["book"]["md"])["Body"].read().decode()
    # And: the book has these lessons; the text of a neighbour may name the one between them.
    headings = [line for line in book.splitlines() if line.startswith("#")]
    assert [name for name in ("L1", "L2", "L3") if any(name in line for line in headings)] == ["L1", "L3"]
