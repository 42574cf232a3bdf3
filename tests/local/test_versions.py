"""A run ends on the version that it began with, whatever is deployed meanwhile; and new runs can go back to one.

CloudFormation of local AWS knows no versions of state machines, so what it does on AWS is done here through the API.
"""

import dataclasses
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from coursewright import local_aws
from coursewright.deployment import Deployment, Target
from coursewright.errors import BadInput, CommandFailed
from coursewright.local_aws import deployment as local_deployment
from coursewright.release import ReleaseChange, roll_back
from coursewright.run import Run, RunState
from tests.local.conftest import Author
from tests.local.tiny_resources import TinyResources

ONE_LESSON = "course: {title: One, language: en}\nmodules:\n- {title: M, lessons: [{title: L, duration_minutes: 15}]}\n"
STAGE = "release"
POLL_SECONDS = 0.2


@dataclass
class Stage:
    """A stack of its own beside the one of the other tests."""

    connection: local_aws.LocalConnection
    deployed: Deployment

    def deploy(self, **changes: str) -> None:
        """Deploy; a changed setting makes another version of the functions that it goes to, and of the machine."""
        context = {"target": "local", "stage": STAGE, "removal_policy": "destroy", "inbox_enabled": "true"}
        context |= {"text_model_id": local_aws.OFFLINE_MODEL_ID, **changes}
        local_deployment.deploy(self.connection, context)

    def publish(self) -> str:
        arn: str = self.deployed.step_functions.publish_state_machine_version(
            stateMachineArn=self.deployed.state_machine_arn
        )["stateMachineVersionArn"]
        return arn

    def of_version(self, number: int) -> Deployment:
        """A state machine that is what a version was, under the role of today."""
        client = self.deployed.step_functions
        version = client.describe_state_machine(stateMachineArn=f"{self.deployed.state_machine_arn}:{number}")
        machine = client.create_state_machine(
            name=f"release-{number}", definition=version["definition"], roleArn=version["roleArn"]
        )
        return dataclasses.replace(self.deployed, state_machine_arn=machine["stateMachineArn"], alias_arn=None)

    def start(self, project: str) -> Run:
        key = f"{project}/outline.yaml"
        self.deployed.s3.put_object(Bucket=self.deployed.bucket, Key=key, Body=ONE_LESSON.encode())
        return Run.start(self.deployed, {"outline_s3_key": key, "project_folder": project})

    def versions_used(self, run: Run) -> set[str]:
        """The versions of functions that worked for a run, as their logs say."""
        logs = self.connection.session().client("logs", **self.connection.client_options)
        pages = logs.get_paginator("describe_log_groups").paginate(
            logGroupNamePrefix=f"/aws/cloudformation/Coursewright-{STAGE}/Functions"
        )
        lines = [
            event["message"]
            for page in pages
            for group in page["logGroups"]
            for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"]
        ]
        entries = [json.loads(line) for line in lines if line.startswith("{") and f'"execution":"{run.name}"' in line]
        return {
            f"{entry['function_arn'].split(':')[6].removeprefix(f'Coursewright-{STAGE}-Functions').split('Function')[0]}"
            f":{entry['function_arn'].rpartition(':')[2]}"
            for entry in entries
        }


def ended(run: Run) -> RunState:
    while (state := run.state()).is_running:
        time.sleep(POLL_SECONDS)
    return state


@pytest.fixture(scope="module")
def stage(local_connection: local_aws.LocalConnection) -> Iterator[Stage]:
    found = Deployment.find(Target.LOCAL, "local")
    first = Stage(local_connection, found)
    first.deploy()
    cloudformation = local_connection.session().client("cloudformation", **local_connection.client_options)
    [stack] = cloudformation.describe_stacks(StackName=f"Coursewright-{STAGE}")["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    deployed = dataclasses.replace(
        found, bucket=outputs["CourseBucketName"], state_machine_arn=outputs["StateMachineArn"]
    )
    alias: str = found.step_functions.create_state_machine_alias(
        name="live",
        routingConfiguration=[{"stateMachineVersionArn": Stage(local_connection, deployed).publish(), "weight": 100}],
    )["stateMachineAliasArn"]
    yield Stage(local_connection, dataclasses.replace(deployed, alias_arn=alias))


def test_a_run_ends_on_its_own_version_and_the_alias_can_be_taken_back(stage: Stage, author: Author) -> None:
    # Given: a run on version 1 that takes a while, and version 2 deployed meanwhile.
    author.behave(latency_seconds={"lesson": 12.0})
    begun_before = stage.start("before")
    stage.deploy(lesson_max_concurrency="2")
    stage.deployed.step_functions.update_state_machine_alias(
        stateMachineAliasArn=stage.deployed.alias_arn,
        routingConfiguration=[{"stateMachineVersionArn": stage.publish(), "weight": 100}],
    )
    author.behave()
    # When
    begun_after = stage.start("after")
    # Then: each ends, on the functions of its own version; what did not change has no new one.
    assert ended(begun_before).has_succeeded, begun_before.state().cause
    assert ended(begun_after).has_succeeded, begun_after.state().cause
    assert "ContentGen:1" in stage.versions_used(begun_before)
    assert "ContentGen:2" not in stage.versions_used(begun_before)
    assert {"ContentGen:2", "BookBuilder:1"} <= stage.versions_used(begun_after)
    # When: the alias goes back.
    assert roll_back(stage.deployed, None) == ReleaseChange(live=1, was=2, versions=(1, 2))
    # Then: version 1, which the latest definition names no more, still works with the role as it is now. Local AWS runs
    # the latest definition whatever version is asked for, so that of version 1 is given to it as one.
    begun_back = dataclasses.replace(stage, deployed=stage.of_version(1)).start("back")
    assert ended(begun_back).has_succeeded, begun_back.state().cause
    assert {version for version in stage.versions_used(begun_back) if version.startswith("ContentGen")} == {
        "ContentGen:1"
    }
    # And: there is nothing before it, and no version that was never made.
    with pytest.raises(CommandFailed, match="version 1 is live and there is none before it"):
        roll_back(stage.deployed, None)
    with pytest.raises(BadInput, match=re.escape("--to: found 7, expected a version that there is: 1, 2")):
        roll_back(stage.deployed, 7)
    assert roll_back(stage.deployed, 2).live == 2


def test_an_outline_put_into_the_inbox_becomes_a_book(stage: Stage) -> None:
    # When
    client, bucket = stage.deployed.s3, stage.deployed.bucket
    client.put_object(Bucket=bucket, Key="inbox/Dropped course.yaml", Body=ONE_LESSON.encode())
    client.put_object(Bucket=bucket, Key="inbox/wrong.yaml", Body=b"modules: []")
    # Then: a run of that name succeeds, and the wrong one is told so beside it.
    deadline = time.monotonic() + 60
    while not (found := executions_of_inbox(stage)) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    [arn] = found
    assert ended(Run(stage.deployed, arn)).has_succeeded, Run(stage.deployed, arn).state().cause
    books = client.list_objects_v2(Bucket=bucket, Prefix="dropped-course/book/")["Contents"]
    assert {str(book["Key"]).rpartition(".")[2] for book in books} >= {"html", "pdf", "epub", "docx"}
    errors = client.get_object(Bucket=bucket, Key="inbox/wrong.errors.txt")["Body"].read().decode()
    assert "modules" in errors


def executions_of_inbox(stage: Stage) -> list[str]:
    listed = stage.deployed.step_functions.list_executions(stateMachineArn=stage.deployed.state_machine_arn)
    return [e["executionArn"] for e in listed["executions"] if e["name"].startswith("inbox-")]


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
    assert "L1" in book
    assert "L3" in book
    assert "L2" not in book
