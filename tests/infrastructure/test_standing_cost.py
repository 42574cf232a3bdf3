"""What a deployment costs that nobody uses: counted in the template, said in docs/operations.md."""

import re
from pathlib import Path

import pytest
from aws_cdk.assertions import Template

from course_constructs.monitoring.course_metrics import StepMetric

OPERATIONS = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
# US dollars a month in us-east-1, without free tiers, read 2026-11-26: Amazon CloudWatch Pricing (alarms of standard
# resolution for each metric that they read, custom dashboards, custom metrics), AWS Key Management Service Pricing.
ALARM_METRIC, DASHBOARD, METRIC, KEY = 0.10, 3.00, 0.30, 1.00
PARTS = ("metrics in alarms", "dashboards", "metrics of the functions", "keys (`kms_key=create` only)")


def parts(template: Template) -> dict[str, tuple[int, float]]:
    """What costs without being used: how many of each, and the price of one."""
    read = sum(
        len([query for query in alarm["Properties"].get("Metrics", [{}]) if "Expression" not in query])
        for alarm in template.find_resources("AWS::CloudWatch::Alarm").values()
    )
    counts = (
        read,
        len(template.find_resources("AWS::CloudWatch::Dashboard")),
        len(StepMetric),
        len(template.find_resources("AWS::KMS::Key")),
    )
    return dict(zip(PARTS, zip(counts, (ALARM_METRIC, DASHBOARD, METRIC, KEY), strict=True), strict=True))


def test_the_guide_says_what_the_template_costs(template: Template) -> None:
    # Given
    costs = parts(template)
    # When
    lines = [f"| {name} | {count} | {each:.2f} | {count * each:.2f} |" for name, (count, each) in costs.items()]
    total = sum(count * each for count, each in costs.values())
    # Then
    for line in (*lines, f"| together | | | {total:.2f} |"):
        assert line in OPERATIONS, f"docs/operations.md, Alarms: expected the line {line}"


def test_the_guides_sum_is_that_of_its_parts() -> None:
    amounts = [
        float(each)
        for part in PARTS
        for each in re.findall(rf"^\| {re.escape(part)} .* ([\d.]+) \|$", OPERATIONS, re.M)
    ]
    [together] = re.findall(r"^\| together \| \| \| ([\d.]+) \|$", OPERATIONS, re.M)
    assert len(amounts) == len(PARTS)
    assert sum(amounts) == pytest.approx(float(together))


def test_nothing_else_of_a_deployment_is_paid_for_by_the_hour(variant_templates: dict[str, Template]) -> None:
    # All of these cost by use alone, storage included; a new kind has to be looked up.
    by_use = {
        *("AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::KMS::Key"),
        *("AWS::Events::Rule", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::Lambda::EventInvokeConfig"),
        *("AWS::Lambda::Function", "AWS::Lambda::LayerVersion", "AWS::Lambda::Permission", "AWS::Lambda::Version"),
        *("AWS::Logs::LogGroup", "AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::SNS::Subscription"),
        *("AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "AWS::StepFunctions::StateMachine"),
        *("AWS::StepFunctions::StateMachineAlias", "AWS::StepFunctions::StateMachineVersion"),
    }
    for variant, template in variant_templates.items():
        assert {each["Type"] for each in template.to_json()["Resources"].values()} <= by_use, variant
