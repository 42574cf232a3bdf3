"""`coursewright stop`: a run ends, and its user knows what is kept, what is paid, and how to resume."""

import json

import pytest
from botocore.exceptions import EndpointConnectionError

from course_kit.records.spending import Reservation, SpendingRecord
from course_kit.store.artefact_keys import ProjectKeys
from coursewright.run.execution import execution_arn
from coursewright.run.project_runs import require_free
from tests.support.command_line import CommandLine, assert_one_line
from tests.support.housekeeping import NOW, House


@pytest.mark.parametrize("by", ["name", "arn"])
def test_a_running_execution_is_stopped_and_its_project_is_free(
    house: House, command_line: CommandLine, by: str
) -> None:
    # Given
    arn = house.start("networks", "run-1")
    sent: list[dict[str, object]] = []
    house.deployment.step_functions.meta.events.register(
        "provide-client-params.stepfunctions.StopExecution", lambda params, **_: sent.append(params)
    )
    # When
    ended = command_line.run("stop", arn if by == "arn" else "run-1")
    # Then
    assert ended.exit_code == 0, ended
    assert "run run-1 on project networks: stopped" in ended.out
    assert "Finished artefacts are kept" in ended.out
    assert "Model calls in flight end by themselves, and are paid" in ended.out
    assert "`coursewright resume networks --target aws`" in ended.out
    assert [(params["executionArn"], params["cause"]) for params in sent] == [(arn, "stopped by its user")]
    assert house.deployment.step_functions.describe_execution(executionArn=arn)["status"] == "ABORTED"
    require_free(house.deployment, "networks")


def test_calls_in_flight_are_counted_where_a_budget_knows_them(house: House, command_line: CommandLine) -> None:
    # Given
    house.start("networks", "run-1")
    held = {name: Reservation(usd=0.25, made_at=NOW) for name in ("a", "b")}
    spent = SpendingRecord(limit_usd=5, in_flight=held)
    house.store.write_model(ProjectKeys("networks").spending("run-1"), spent, replacing=None)
    # When
    ended = command_line.run("stop", "run-1", "--json")
    # Then
    assert json.loads(ended.out) == {
        "execution": "run-1",
        "project": "networks",
        "was_running": True,
        "status": "stopped",
        "calls_in_flight": 2,
        "usd_in_flight": 0.5,
    }


def test_a_bucket_that_fails_does_not_hide_that_the_run_is_stopped(
    house: House, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    arn = house.start("networks", "run-1")

    def refuse(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://s3")

    monkeypatch.setattr(house.deployment.s3, "get_object", refuse)
    # When
    ended = command_line.run("stop", "run-1")
    # Then
    assert (ended.exit_code, ended.err) == (0, "")
    assert "run run-1 on project networks: stopped" in ended.out
    assert house.deployment.step_functions.describe_execution(executionArn=arn)["status"] == "ABORTED"


def test_an_execution_that_has_ended_is_told_and_is_no_failure(house: House, command_line: CommandLine) -> None:
    # Given
    house.start("networks", "run-1")
    house.stop("run-1")
    # When
    ended = command_line.run("stop", "run-1")
    # Then
    assert (ended.exit_code, ended.err) == (0, "")
    assert "run run-1 on project networks had ended already: stopped" in ended.out


def test_an_unknown_execution_is_one_line(command_line: CommandLine) -> None:
    assert_one_line(command_line.run("stop", "no-such-run"), 2, "EXECUTION: found 'no-such-run'")


def test_an_execution_of_another_state_machine_is_left_alone(house: House, command_line: CommandLine) -> None:
    # Given
    step_functions = house.deployment.step_functions
    machine = step_functions.create_state_machine(
        name="Payroll", definition="{}", roleArn="arn:aws:iam::123456789012:role/x"
    )["stateMachineArn"]
    asked = json.dumps({"project_folder": "p", "outline_s3_key": "p/outline.yaml"})
    theirs = step_functions.start_execution(stateMachineArn=machine, name="run-1", input=asked)["executionArn"]
    assert theirs != execution_arn(house.deployment, "run-1")
    # When / Then
    assert_one_line(command_line.run("stop", theirs), 2, "expected an execution of this deployment")
    assert step_functions.describe_execution(executionArn=theirs)["status"] == "RUNNING"
