"""Who hears of what: alarms, the topic, the dashboard."""

import json
import re
from pathlib import Path

import pytest
from aws_cdk.assertions import Template

from course_constructs.monitoring import course_metrics
from course_kit import step_metrics
from tests.support.json_values import Json

OPERATIONS = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


def alarms(template: Template) -> dict[str, Json]:
    """The alarms by their names in the docs."""
    found = {}
    for alarm in template.find_resources("AWS::CloudWatch::Alarm").values():
        [name] = re.findall(r"docs/operations.md, (\w+)\.$", alarm["Properties"]["AlarmDescription"])
        found[name] = alarm["Properties"]
    return found


def metric_of(alarm: Json) -> Json:
    [query] = alarm["Metrics"]
    metric: Json = query["MetricStat"]["Metric"]
    return metric


def test_dashboard_and_functions_mean_the_same_metrics() -> None:
    assert course_metrics.NAMESPACE == step_metrics.NAMESPACE
    assert {metric.value for metric in course_metrics.StepMetric} == {
        metric.value for metric in step_metrics.StepMetric
    }


def test_metrics_are_read_under_the_name_that_functions_write_them(template: Template) -> None:
    environments = [f["Properties"]["Environment"] for f in template.find_resources("AWS::Lambda::Function").values()]
    services = {environment["Variables"]["POWERTOOLS_SERVICE_NAME"] for environment in environments}
    assert services == {"coursewright-dev"}
    assert metric_of(alarms(template)["ModelThrottled"])["Dimensions"] == [
        {"Name": "service", "Value": "coursewright-dev"}
    ]


def test_every_alarm_goes_to_the_one_topic(template: Template) -> None:
    [topic] = template.find_resources("AWS::SNS::Topic")
    for name, alarm in alarms(template).items():
        assert alarm["AlarmActions"] == [{"Ref": topic}], name
        assert alarm["TreatMissingData"] == "notBreaching", name


def test_every_function_has_an_alarm_for_throttles_and_one_before_its_timeout(template: Template) -> None:
    timeouts = [f["Properties"]["Timeout"] for f in template.find_resources("AWS::Lambda::Function").values()]
    found = alarms(template)
    throttled = [name for name in found if name.endswith("Throttled") and name != "ModelThrottled"]
    near = [alarm for name, alarm in found.items() if name.endswith("NearTimeout")]
    assert len(throttled) == len(near) == len(timeouts)
    # Milliseconds: a threshold in seconds would be always on, one behind the timeout never.
    for alarm in near:
        assert any(timeout * 750 < alarm["Threshold"] < timeout * 1000 for timeout in timeouts), alarm


def test_runs_that_fail_or_time_out_and_runs_that_make_nothing_are_alarms(template: Template) -> None:
    found = alarms(template)
    assert (metric_of(found["RunFailed"])["MetricName"], found["RunFailed"]["Threshold"]) == ("Invocations", 1)
    assert metric_of(found["RunTimedOut"])["MetricName"] == "ExecutionsTimedOut"
    # What was refused was not tried in vain.
    [expression] = [metric for metric in found["NoProgress"]["Metrics"] if "Expression" in metric]
    assert expression["Expression"] == "IF(attempts > refused AND successes + made == 0, 1, 0)"
    read = {metric["Id"] for metric in found["NoProgress"]["Metrics"] if "MetricStat" in metric}
    assert read == {"attempts", "refused", "successes", "made"}


def test_every_alarm_has_its_part_in_the_runbook(variant_templates: dict[str, Template]) -> None:
    headings = set(re.findall(r"^### (\w+)$", OPERATIONS, re.MULTILINE))
    for name in alarms(variant_templates["everything on"]):
        # Those of one function share a part.
        part = re.sub(r"^(?!Model|Run|No|New)\w+?(Throttled|NearTimeout)$", r"Function\1", name)
        assert part in headings, name


def test_every_function_and_the_state_machine_are_traced_and_no_execution_data_is_logged(
    variant_templates: dict[str, Template],
) -> None:
    for template in variant_templates.values():
        functions = template.find_resources("AWS::Lambda::Function").values()
        assert all(function["Properties"]["TracingConfig"] == {"Mode": "Active"} for function in functions)
        [machine] = template.find_resources("AWS::StepFunctions::StateMachine").values()
        assert machine["Properties"]["TracingConfiguration"] == {"Enabled": True}
        assert machine["Properties"]["LoggingConfiguration"]["IncludeExecutionData"] is False


def test_an_address_is_subscribed_and_none_by_default(
    template: Template, variant_templates: dict[str, Template]
) -> None:
    template.resource_count_is("AWS::SNS::Subscription", 0)
    variant_templates["everything on"].has_resource_properties(
        "AWS::SNS::Subscription", {"Protocol": "email", "Endpoint": "courses@example.com"}
    )


def test_the_dashboard_shows_runs_functions_model_calls_and_money(template: Template) -> None:
    [dashboard] = template.find_resources("AWS::CloudWatch::Dashboard").values()
    body = json.dumps(dashboard["Properties"]["DashboardBody"])
    for shown in (
        *("ExecutionsStarted", "ExecutionsFailed", "ExecutionTime", "module_max_concurrency", "ConcurrentExecutions"),
        *("Duration", "Throttles", "ModelCalls", "InputTokens", "OutputTokens", "WorkRemaining", "ModelThrottles"),
        *("CacheReadTokens", "CacheWriteTokens", "ModelDollars", "setPeriodToTimeRange"),
    ):
        assert shown in body, shown


@pytest.mark.parametrize(("variant", "kind"), [("everything on", "CANARY"), ("a key by name", "LINEAR")])
def test_a_failed_run_takes_a_gradual_rollout_back(
    variant: str, kind: str, variant_templates: dict[str, Template]
) -> None:
    template = variant_templates[variant]
    [alarm] = [id for id in template.find_resources("AWS::CloudWatch::Alarm") if "NewVersionFailed" in id]
    template.has_resource_properties(
        "AWS::StepFunctions::StateMachineAlias",
        {"DeploymentPreference": {"Type": kind, "Percentage": 20, "Interval": 60, "Alarms": [{"Ref": alarm}]}},
    )


def test_local_aws_has_none_of_it(variant_templates: dict[str, Template]) -> None:
    for kind in ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::SNS::Topic"):
        variant_templates["local"].resource_count_is(kind, 0)


def test_the_state_machine_logs_below_the_prefix_that_needs_no_entry_of_its_own(
    variant_templates: dict[str, Template],
) -> None:
    for template in variant_templates.values():
        [machine] = template.find_resources("AWS::StepFunctions::StateMachine").values()
        [destination] = machine["Properties"]["LoggingConfiguration"]["Destinations"]
        group = destination["CloudWatchLogsLogGroup"]["LogGroupArn"]["Fn::GetAtt"][0]
        named = {
            id: properties["Properties"]["LogGroupName"]
            for id, properties in template.find_resources("AWS::Logs::LogGroup").items()
            if "LogGroupName" in properties["Properties"]
        }
        # And no other has a name of its own; this one has the stage in it.
        assert named == {group: f"/aws/vendedlogs/states/{machine['Properties']['StateMachineName']}"}
