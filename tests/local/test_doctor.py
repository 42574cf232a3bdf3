"""The doctor on a whole account, which here is local AWS: all right, six things broken; and on this machine's own."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import local_aws
from tests.support.account_command import run
from tests.support.caller_policies import ALIAS_ACTIONS, denied, statements
from tests.support.doctor_stage import MODEL, STACK, STAGE, DoctorStage
from tests.support.installed_command import CommandLine
from tests.support.samples import SAMPLES
from tests.support.tiny_resources import document

ON_AWS = ("--target", "aws", "--stage", STAGE)
NOT_THERE = {"tokens a minute", "tokens a day"}
"""Local AWS has no Service Quotas."""


@pytest.fixture(scope="module")
def doctor_stage(local_connection: local_aws.LocalConnection) -> DoctorStage:
    return DoctorStage.make(local_connection)


@pytest.fixture
def six_things_broken(doctor_stage: DoctorStage) -> Iterator[DoctorStage]:
    bootstrap_version = doctor_stage.bootstrap_version()
    doctor_stage.break_six_things()
    yield doctor_stage
    doctor_stage.mend_what_others_use(bootstrap_version)


def verdicts(stdout: str) -> dict[str, list[str]]:
    """The names of the checks by how they ended."""
    report: dict[str, Any] = json.loads(stdout)
    found: dict[str, list[str]] = {}
    for each in report["findings"]:
        found.setdefault(each["verdict"], []).append(each["name"])
    return found


def test_an_account_in_which_all_is_right_is_said_to_be_ready(doctor_stage: DoctorStage) -> None:
    # When: with the one call that costs something.
    ended = run(doctor_stage.connection, "doctor", *ON_AWS, "--yes", "--json")
    # Then
    assert ended.returncode == 0, ended.stderr
    found = verdicts(ended.stdout)
    assert "wrong" not in found
    assert set(found["unknown"]) == NOT_THERE
    assert found["skipped"] == ["use-case form"]
    assert f"{MODEL} answered" in ended.stderr


def test_without_a_yes_no_call_is_paid_for(doctor_stage: DoctorStage) -> None:
    ended = run(doctor_stage.connection, "doctor", *ON_AWS, "--json")
    assert ended.returncode == 0, ended.stderr
    assert "model answers" in verdicts(ended.stdout)["skipped"]
    assert "answered" not in ended.stderr


def test_whoever_has_the_doctors_policy_sees_everything_and_can_change_nothing(
    doctor_stage: DoctorStage, person: Callable[[str], local_aws.LocalConnection]
) -> None:
    # Given: its rights; local AWS asks for that on an alias on everything.
    doctor = person("doctor")
    on_everything = {"Effect": "Allow", "Action": ALIAS_ACTIONS[:1], "Resource": "*"}
    doctor_stage.client("iam").put_user_policy(
        UserName="doctor", PolicyName="doctor", PolicyDocument=document([*statements("doctor"), on_everything])
    )
    # When
    ended = run(doctor, "doctor", *ON_AWS, "--json")
    # Then
    assert ended.returncode == 0, ended.stderr
    assert set(verdicts(ended.stdout)["unknown"]) == NOT_THERE
    bucket = f"{STACK.lower()}-bucket"
    denied(
        doctor,
        ("s3", "get_object", {"Bucket": bucket, "Key": "any/outline.yaml"}),
        ("s3", "put_object", {"Bucket": bucket, "Key": "any/outline.yaml"}),
        ("secretsmanager", "get_secret_value", {"SecretId": "coursewright/openai"}),
        ("stepfunctions", "start_execution", {"stateMachineArn": doctor_stage.machine}),
        ("sns", "publish", {"TopicArn": doctor_stage.topic, "Message": "any"}),
        ("ssm", "put_parameter", {"Name": "/cdk-bootstrap/hnb659fds/version", "Value": "1", "Overwrite": True}),
        ("cloudformation", "delete_stack", {"StackName": STACK}),
        ("lambda", "list_functions", {}),
    )


def test_six_things_broken_are_six_lines_each_with_its_fix(six_things_broken: DoctorStage) -> None:
    # When
    ended = run(six_things_broken.connection, "doctor", *ON_AWS)
    # Then
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    lines = ended.stdout.splitlines()
    wrong = {line[9:35].strip(): lines[number + 1] for number, line in enumerate(lines) if line.startswith("wrong")}
    fixes = {
        "model access": "aws-marketplace:Subscribe",
        "functions at once": "set functions_at_once to 10 in cdk.json",
        "bootstrap": "npx cdk bootstrap",
        "alias": "coursewright rollback --to 2 --stage doctor",
        "who hears of alarms": "set alarm_email to you@example.com",
        "alarms": "docs/operations.md",
    }
    assert wrong.keys() == fixes.keys()
    for name, fix in fixes.items():
        assert wrong[name].strip().startswith("fix: ")
        assert fix in wrong[name]
    assert "6 wrong" in ended.stderr


def test_this_machines_own_is_right_as_it_was_started(coursewright: CommandLine) -> None:
    # Given: what is deployed is what stands on disk now.
    local_aws.up(print)
    # When
    ended = coursewright("doctor", str(SAMPLES / "kubernetes-foundations.yaml"), "--json")
    # Then
    found = verdicts(ended.stdout)
    assert ended.exit_code == 0, ended.stderr
    assert found["ok"] == [
        "set-up",
        "settings",
        "running",
        "kept",
        "certificate",
        "deployed",
        "writer",
        "bucket and state machine",
    ]
    assert {"model access", "alias", "alarms"} <= set(found["skipped"])
