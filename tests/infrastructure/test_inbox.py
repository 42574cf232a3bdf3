"""The inbox: off by default; when on, bucket → EventBridge → function → alias."""

import json

from aws_cdk.assertions import Match, Template


def test_it_is_off_by_default(template: Template) -> None:
    [bucket] = template.find_resources("AWS::S3::Bucket").values()
    assert "NotificationConfiguration" not in bucket["Properties"]
    assert "inbox/" not in json.dumps(template.to_json())


def test_outlines_under_inbox_reach_the_function_and_it_may_start_runs_through_the_alias_only(
    variant_templates: dict[str, Template],
) -> None:
    template = variant_templates["everything on"]
    template.has_resource_properties(
        "AWS::S3::Bucket", {"NotificationConfiguration": {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}}
    )
    template.has_resource_properties(
        "AWS::Events::Rule",
        {
            "EventPattern": {
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": Match.object_like(
                    {"object": {"key": [{"wildcard": "inbox/*.yaml"}, {"wildcard": "inbox/*.yml"}]}}
                ),
            }
        },
    )
    [alias] = template.find_resources("AWS::StepFunctions::StateMachineAlias")
    [machine] = template.find_resources("AWS::StepFunctions::StateMachine")
    starts = [
        statement["Resource"]
        for policy in template.find_resources("AWS::IAM::Policy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if "states:StartExecution" in statement["Action"]
    ]
    # Step Functions asks for the right on the state machine, and on the alias that it is started through.
    assert starts == [[{"Ref": machine}, {"Ref": alias}]]


def test_what_the_function_cannot_deal_with_reaches_the_topic(variant_templates: dict[str, Template]) -> None:
    template = variant_templates["everything on"]
    [topic] = template.find_resources("AWS::SNS::Topic")
    template.has_resource_properties(
        "AWS::Lambda::EventInvokeConfig", {"DestinationConfig": {"OnFailure": {"Destination": {"Ref": topic}}}}
    )


def test_no_function_is_there_but_the_apps_own(variant_templates: dict[str, Template]) -> None:
    # CDK's own way to switch EventBridge on for a bucket brings a function of its own.
    functions = variant_templates["everything on"].find_resources("AWS::Lambda::Function").values()
    assert all(function["Properties"]["Runtime"] == "python3.13" for function in functions)
    assert len(functions) == 1 + len(variant_templates["as in cdk.json"].find_resources("AWS::Lambda::Function"))
