"""Which ends of runs are alarms: failures, each once, and nothing that a user did or decided."""

import json
import re
from collections.abc import Mapping
from typing import cast

import pytest
from aws_cdk.assertions import Template
from moto.events.models import EventPattern
from moto.events.utils import EventMessageType

from course_constructs.monitoring.run_events import REFUSALS
from tests.support.course_run import REQUEST, Course
from tests.support.definition_run import DefinitionRun, Function, Missing, StateFailed
from tests.support.json_values import Json
from tests.support.stacks import VARIANTS, settings_with, synthesise

MACHINE = "CourseStateMachineAEEB61ED"
NEW, OLD = "ReleaseVersion099052BC", "arn:aws:states:us-east-1:123456789012:stateMachine:Coursewright-dev-Course:1"
GRADUAL = [name for name, changes in VARIANTS.items() if changes.get("rollout", "all_at_once") != "all_at_once"]
LEFT_OUT = object()
FAILURES = (
    *("ModulesFailed", "BookFailed", "BookIncomplete", "TextRejected", "States.Timeout", "States.DataLimitExceeded"),
    *("States.Runtime", "States.QueryEvaluationError", "States.ExceedToleratedFailureThreshold", "Lambda.Unknown"),
    *("Lambda.TooManyRequestsException", "KeyError", "", None, LEFT_OUT),
)


def ended(status: str, error: object = None, version: object = OLD, machine: str = MACHINE) -> dict[str, object]:
    """The event of a run's end, its fields as EventBridge's own examples have them."""
    detail = {
        "executionArn": "arn:aws:states:us-east-1:123456789012:execution:Coursewright-dev-Course:run-1",
        "stateMachineArn": machine,
        "name": "run-1",
        "status": status,
        "stateMachineVersionArn": version,
        "error": error,
    }
    told = {name: value for name, value in detail.items() if value is not LEFT_OUT}
    return {"source": "aws.states", "detail-type": "Step Functions Execution Status Change", "detail": told}


def matching(template: Template, event: Mapping[str, object]) -> list[str]:
    """The rules that match an event, by their logical ids; a reference is what it refers to."""
    return [
        id
        for id, rule in template.find_resources("AWS::Events::Rule").items()
        if EventPattern(
            None,
            json.loads(re.sub(r'\{"Ref": ("\w+")\}', r"\1", json.dumps(rule["Properties"]["EventPattern"]))),
        ).matches_event(cast(EventMessageType, event))
    ]


def alarms_of(template: Template, rules: list[str]) -> list[str]:
    """The alarms that count a rule's matches, by their names in the docs."""
    found = []
    for alarm in template.find_resources("AWS::CloudWatch::Alarm").values():
        counted = json.dumps(alarm["Properties"]["Metrics"])
        if any(f'{{"Ref": "{rule}"}}' in counted for rule in rules):
            assert ('"AWS/Events"' in counted, '"Invocations"' in counted) == (True, True)
            found += re.findall(r"docs/operations.md, (\w+)\.$", alarm["Properties"]["AlarmDescription"])
    return found


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: "left out" if error is LEFT_OUT else str(error))
def test_a_run_that_failed_by_whatever_error_is_one_message_and_one_alarm(error: object, template: Template) -> None:
    rules = matching(template, ended("FAILED", error))
    assert len(rules) == 1
    assert alarms_of(template, rules) == ["RunFailed"]


@pytest.mark.parametrize("error", REFUSALS)
def test_a_run_that_was_refused_is_a_message_and_no_alarm(error: str, variant_templates: dict[str, Template]) -> None:
    for variant in ("as in cdk.json", *GRADUAL):
        for version in (OLD, NEW):
            rules = matching(variant_templates[variant], ended("FAILED", error, version))
            assert (len(rules), alarms_of(variant_templates[variant], rules)) == (1, []), variant


@pytest.mark.parametrize("status", ["SUCCEEDED", "ABORTED", "TIMED_OUT", "RUNNING", "PENDING_REDRIVE"])
def test_every_other_end_is_one_message_and_what_is_no_end_is_none(status: str, template: Template) -> None:
    rules = matching(template, ended(status))
    assert len(rules) == (status in ("SUCCEEDED", "ABORTED", "TIMED_OUT"))
    assert alarms_of(template, rules) == []


def test_runs_of_other_state_machines_are_not_told(template: Template) -> None:
    assert matching(template, ended("FAILED", "ModulesFailed", machine="Another")) == []


@pytest.mark.parametrize("variant", GRADUAL)
@pytest.mark.parametrize(
    ("version", "alarm"),
    [(NEW, "NewVersionFailed"), (OLD, "RunFailed"), (None, "RunFailed"), (LEFT_OUT, "RunFailed")],
    ids=["the new version", "the old one", "none", "left out"],
)
def test_only_a_failed_run_of_the_new_version_takes_a_gradual_rollout_back(
    version: object, alarm: str, variant: str, variant_templates: dict[str, Template]
) -> None:
    # Given
    template = variant_templates[variant]
    # When
    rules = matching(template, ended("FAILED", "ModulesFailed", version))
    # Then: one message, one alarm; and the rollout looks at the new version's alone.
    assert len(rules) == 1
    assert alarms_of(template, rules) == [alarm]
    [alias] = template.find_resources("AWS::StepFunctions::StateMachineAlias").values()
    [watched] = alias["Properties"]["DeploymentPreference"]["Alarms"]
    assert ("NewVersionFailed" in watched["Ref"]) is True
    assert alias["Properties"]["DeploymentPreference"]["StateMachineVersionArn"] == {"Ref": NEW}


def test_each_version_has_a_rule_and_an_alarm_of_its_own_so_that_an_earlier_failure_takes_nothing_back(
    variant_templates: dict[str, Template],
) -> None:
    # Given
    template = variant_templates[GRADUAL[0]]
    names = [
        resource["Properties"][key]
        for kind, key in (("AWS::Events::Rule", "Name"), ("AWS::CloudWatch::Alarm", "AlarmName"))
        for resource in template.find_resources(kind).values()
        if key in resource["Properties"]
    ]
    # Then: by the version's number, the last part of its ARN, at deployment.
    number = {"Fn::Select": [7, {"Fn::Split": [":", {"Ref": NEW}]}]}
    assert names == [{"Fn::Join": ["", [{"Ref": "AWS::StackName"}, "-NewVersion-", number]]}] * 2
    assert OLD.split(":")[7] == "1"


def test_the_longest_stage_leaves_room_in_the_rules_name() -> None:
    template = synthesise(settings_with(stage="s" * 32, rollout="linear"))
    [rule] = [each for each in template.find_resources("AWS::Events::Rule").values() if "Name" in each["Properties"]]
    assert rule["Properties"]["Name"]["Fn::Join"][1][1] == "-NewVersion-"
    # 64 characters are the most (EventBridge API reference, PutRule); a version's number may have seven.
    assert len(f"Coursewright-{'s' * 32}-NewVersion-") + 7 <= 64


def run(template: Template, definition: Json, functions: Mapping[str, Function]) -> object:
    """Run the definition; a function stands where the deployed definition names the real one of its package."""
    by_id = {
        id: functions[function["Properties"]["Handler"].split(".")[0]]
        for id, function in template.find_resources("AWS::Lambda::Function").items()
    }
    return DefinitionRun(definition, by_id).execute(REQUEST)


@pytest.mark.parametrize(
    ("errors", "ends_with"),
    [
        (("BudgetExceeded", "BudgetExceeded"), "BudgetExceeded"),
        (("ArtefactConflict", "ArtefactConflict"), "ArtefactConflict"),
        (("BudgetExceeded", "ArtefactConflict"), "BudgetExceeded"),
        (("BudgetExceeded", None), "BudgetExceeded"),
        (("BudgetExceeded", "TextRejected"), "ModulesFailed"),
        (("ModelUnavailable", "BudgetExceeded"), "ModulesFailed"),
        # The model's refusal, whose access nobody has asked for: no user can mend that.
        (("RequestInvalid", "RequestInvalid"), "ModulesFailed"),
        (("OutlineInvalid", None), "ModulesFailed"),
    ],
)
def test_a_run_whose_modules_ended_by_users_decisions_alone_says_so_by_its_error(
    errors: tuple[str | None, ...], ends_with: str, template: Template, definition: Json
) -> None:
    # Given
    course = Course({1: 1, 2: 1})
    for module, error in enumerate(errors, start=1):
        if error is not None:
            course.failures["content_gen", module] = StateFailed(error, "why")
    # When
    with pytest.raises(StateFailed) as failed:
        run(template, definition, course.functions())
    # Then: every module is named all the same.
    assert failed.value.error == ends_with
    for module, error in enumerate(errors, start=1):
        assert (f"module {module} failed with {error}: why" in str(failed.value.cause)) is (error is not None)


@pytest.mark.parametrize("package", ["book_builder", "pdf_renderer"])
@pytest.mark.parametrize(
    ("failure", "ends_with"),
    [
        (("RequestInvalid", "no manifests"), ("BookFailed", "RequestInvalid: no manifests")),
        (("OutlineInvalid", "x" * 32_768), ("BookFailed", f"OutlineInvalid: {'x' * 32_752}")),
        (("RequestInvalid", Missing.CAUSE), ("BookFailed", "RequestInvalid: no cause was given")),
        (("RequestInvalid", None), ("BookFailed", "RequestInvalid: no cause was given")),
        (("ArtefactConflict", "another run"), ("ArtefactConflict", "another run")),
        (("BookIncomplete", "lesson 1 is missing"), ("BookIncomplete", "lesson 1 is missing")),
    ],
)
def test_a_step_of_the_book_that_refuses_what_the_first_state_let_through_is_a_failure(
    package: str,
    failure: tuple[str, str | Missing | None],
    ends_with: tuple[str, str],
    template: Template,
    definition: Json,
) -> None:
    # Given
    course = Course({1: 1})
    course.failures[package, 0] = StateFailed(*failure)
    # When
    with pytest.raises(StateFailed) as failed:
        run(template, definition, course.functions())
    # Then
    assert (failed.value.error, failed.value.cause) == ends_with


@pytest.mark.parametrize("error", ["OutlineInvalid", "RequestInvalid", "ArtefactConflict"])
def test_what_the_first_state_refuses_ends_the_run_by_its_own_name(
    error: str, template: Template, definition: Json
) -> None:
    # Given
    functions = Course({1: 1}).functions()

    def prepare_modules(event: dict[str, object]) -> object:
        raise StateFailed(error, "why")

    # When / Then
    with pytest.raises(StateFailed, match=f"^{error}: why$"):
        run(template, definition, {**functions, "prepare_modules": prepare_modules})
