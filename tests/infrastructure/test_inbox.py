"""The inbox: off by default; when on, bucket → EventBridge → function → alias."""

import json

from aws_cdk.assertions import Match, Template


def test_it_is_off_by_default(template: Template) -> None:
    [bucket] = template.find_resources("AWS::S3::Bucket").values()
    assert "NotificationConfiguration" not in bucket["Properties"]
    assert "inbox/" not in json.dumps(template.to_json())


def test_every_file_under_inbox_reaches_the_function_and_so_does_the_end_of_every_run_it_has_started(
    variant_templates: dict[str, Template],
) -> None:
    # Given
    template = variant_templates["everything on"]
    [machine] = template.find_resources("AWS::StepFunctions::StateMachine")
    [function] = [each for each in template.find_resources("AWS::Lambda::Function") if "CourseInbox" in each]
    target = {"Targets": [Match.object_like({"Arn": {"Fn::GetAtt": [function, "Arn"]}})]}
    # Then: S3 filters by the beginning alone, so that a file under a wrong name is answered, too.
    template.has_resource_properties(
        "AWS::Events::Rule",
        {
            "EventPattern": {
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": Match.object_like({"object": {"key": [{"prefix": "inbox/"}]}}),
            },
            **target,
        },
    )
    template.has_resource_properties(
        "AWS::Events::Rule",
        {
            "EventPattern": {
                "source": ["aws.states"],
                "detail-type": ["Step Functions Execution Status Change"],
                "detail": {
                    "stateMachineArn": [{"Ref": machine}],
                    "name": [{"prefix": "inbox-"}],
                    "status": ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"],
                },
            },
            **target,
        },
    )


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
                "detail": Match.object_like({"object": {"key": [{"prefix": "inbox/"}]}}),
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


def test_the_function_reads_outlines_and_leases_and_looks_at_its_own_executions_only(
    variant_templates: dict[str, Template],
) -> None:
    # Given
    template = variant_templates["everything on"]
    statements = [
        statement
        for policy in template.find_resources("AWS::IAM::Policy").values()
        if any("CourseInbox" in role["Ref"] for role in policy["Properties"]["Roles"])
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]

    def resources_of(action: str) -> list[str]:
        granted = [each["Resource"] for each in statements if action in listed(each["Action"])]
        return [json.dumps(each) for resource in granted for each in listed(resource)]

    # Then
    read = resources_of("s3:GetObject")
    endings = (".yaml", ".yml", ".YAML", ".YML", "/lease.json", "/outlines/*.yaml", ".errors.txt")
    assert len(read) == len(endings)
    assert all(any(f'{ending}"' in resource for resource in read) for ending in endings)
    assert not any("lease.json" in resource for resource in resources_of("s3:PutObject"))
    [executions] = resources_of("states:DescribeExecution")
    assert ":execution:" in executions
    assert "-Course:*" in executions


def listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
