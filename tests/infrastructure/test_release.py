"""Versions, the alias, and how new runs go over to a new deployment."""

import json
import re

from aws_cdk.assertions import Template

from tests.infrastructure.conftest import settings_with, synthesise


def of_kind(template: Template, kind: str) -> dict[str, dict[str, object]]:
    return template.find_resources(kind)


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
