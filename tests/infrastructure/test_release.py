"""Versions, the alias, and how new runs go over to a new deployment."""

import json
import re
from pathlib import Path

import pytest
from aws_cdk import Stack
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Template
from typer.testing import CliRunner

from course_constructs.monitoring.course_metrics import PERIOD
from course_constructs.settings import SettingsInvalid
from course_constructs.state_machine_release import Rollout, StateMachineRelease
from coursewright.main import app
from tests.support.json_values import Json
from tests.support.stacks import settings_with, synthesise

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def of_kind(template: Template, kind: str) -> dict[str, Json]:
    return {id: dict(resource) for id, resource in template.find_resources(kind).items()}


def test_the_definition_names_versions_of_functions_so_that_a_run_never_meets_new_code(template: Template) -> None:
    # Given
    versions = of_kind(template, "AWS::Lambda::Version")
    [machine] = of_kind(template, "AWS::StepFunctions::StateMachine").values()
    # When
    named = set(re.findall(r'"Ref": "(\w+)"', json.dumps(machine["Properties"]["DefinitionString"])))
    # Then: every function has one, and nothing but versions and the partition is referred to.
    assert len(versions) == len(of_kind(template, "AWS::Lambda::Function"))
    assert named - {"AWS::Partition"} == set(versions)


def test_versions_outlive_the_deployment_that_replaces_them(template: Template) -> None:
    for kind in ("AWS::Lambda::Version", "AWS::StepFunctions::StateMachineVersion"):
        for version in of_kind(template, kind).values():
            assert (version["DeletionPolicy"], version["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_the_state_machine_may_invoke_every_version_of_its_functions_and_no_other_function(template: Template) -> None:
    # Given: the role's statements on functions.
    statements = [
        statement
        for id, policy in of_kind(template, "AWS::IAM::Policy").items()
        if "StateMachine" in id
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Action"] == "lambda:InvokeFunction"
    ]
    # When
    granted = json.dumps(statements)
    functions = {id for id in of_kind(template, "AWS::Lambda::Function") if f'["{id}", "Arn"]' in granted}
    # Then: a run that goes on while another version is deployed can still invoke its own.
    assert granted.count('":*"') == len(functions) == len(of_kind(template, "AWS::Lambda::Function"))


def test_runs_start_through_an_alias_and_a_new_version_takes_them_over_at_once(template: Template) -> None:
    [version] = of_kind(template, "AWS::StepFunctions::StateMachineVersion")
    template.has_resource_properties(
        "AWS::StepFunctions::StateMachineAlias",
        {
            "Name": "live",
            "DeploymentPreference": {"StateMachineVersionArn": {"Ref": version}, "Type": "ALL_AT_ONCE"},
        },
    )
    template.has_output("StateMachineAliasArn", {})


def test_local_aws_has_versions_of_functions_and_none_of_the_state_machine() -> None:
    # Its CloudFormation refuses them: test_cloudformation_knows_no_versions_and_aliases_of_state_machines.
    local = synthesise(settings_with(target="local"))
    local.resource_count_is("AWS::StepFunctions::StateMachineVersion", 0)
    local.resource_count_is("AWS::StepFunctions::StateMachineAlias", 0)
    assert of_kind(local, "AWS::Lambda::Version")


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"rollout": "canary", "rollout_interval_minutes": "39"},
            "rollout_interval_minutes: found 39, expected at least",
        ),
        (
            {"rollout": "linear", "rollout_interval_minutes": "1"},
            "rollout_interval_minutes: found 1, expected at least",
        ),
        # 100 steps, of which the first is at once.
        ({"rollout": "linear", "rollout_percentage": "1"}, "rollout_percentage: found 1 every 60 minutes, which takes"),
        (
            {"rollout": "linear", "rollout_percentage": "33", "rollout_interval_minutes": "701"},
            "rollout_percentage: found 33 every 701 minutes, which takes 2,103 minutes, expected at most 2,100",
        ),
    ],
)
def test_a_rollout_that_no_run_could_end_in_or_that_cloudformation_ends_is_refused(
    changes: dict[str, object], line: str
) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        settings_with(**changes)
    [said] = str(refused.value).splitlines()
    assert said.startswith(line)
    assert "-c rollout_" in said


@pytest.mark.parametrize(
    ("changes", "minutes"),
    [
        ({"rollout": "canary", "rollout_interval_minutes": "40"}, 40),
        ({"rollout": "canary", "rollout_interval_minutes": "2100", "rollout_percentage": "1"}, 2100),
        ({"rollout": "linear", "rollout_percentage": "20"}, 4 * 60),
        ({"rollout": "linear", "rollout_percentage": "33", "rollout_interval_minutes": "700"}, 2100),
        ({"rollout": "linear", "rollout_percentage": "50"}, 60),
        # Where all runs go over at once, there are no steps.
        ({"rollout": "all_at_once", "rollout_interval_minutes": "1", "rollout_percentage": "1"}, 0),
    ],
)
def test_a_rollout_takes_its_steps_and_is_accepted(changes: dict[str, object], minutes: int) -> None:
    assert settings_with(**changes).rollout_plan.duration.to_minutes() == minutes


def test_the_guide_says_how_long_a_rollout_takes_with_the_defaults() -> None:
    guide = (SAMPLES.parent / "docs" / "operations.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(canary|linear)` \| .+ \| (\d+) hours? \|$", guide, re.MULTILINE))
    plans = {kind: settings_with(rollout=kind).rollout_plan for kind in ("canary", "linear")}
    assert told == {kind: f"{plan.duration.to_hours():.0f}" for kind, plan in plans.items()}


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_least_interval_is_longer_than_a_sample_takes_with_one_call_at_a_time(sample: Path) -> None:
    # Given: book and labs.
    told = CliRunner().invoke(app, ["estimate", str(sample), "--content-type", "both", "--json"])
    seconds = json.loads(told.stdout)["seconds_one_after_another"]
    # Then: the alarm has its time, too.
    assert seconds > 0
    assert Rollout.LEAST_INTERVAL.to_seconds() > seconds + PERIOD.to_seconds()


def test_a_gradual_rollout_without_an_alarm_is_refused() -> None:
    stack = Stack()
    machine = sfn.StateMachine(stack, "M", definition_body=sfn.DefinitionBody.from_chainable(sfn.Pass(stack, "P")))
    plan = settings_with(rollout="canary").rollout_plan
    release = StateMachineRelease(stack, "Release", state_machine=machine, rollout=plan)
    with pytest.raises(ValueError, match="canary: found no rollback_alarm"):
        release.go_live(rollback_alarm=None)
