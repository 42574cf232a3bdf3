"""docs/policies/bootstrap-execution.json: what CloudFormation needs for these stacks, on their resources, and no more.

What it needs says AWS: the schema of each type of resource names the permissions of its handlers, and cfn-lint brings
the schemas along. They name those of every feature of the type, so features that no template uses are left out by name.
"""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from aws_cdk.assertions import Template

POLICIES = Path(__file__).resolve().parents[2] / "docs" / "policies"
ACCOUNT = "123456789012"
HANDLERS = ("create", "read", "update", "delete")
MACHINE = f"arn:aws:states:eu-west-1:{ACCOUNT}:stateMachine:Coursewright-dev-Course"
# What a resource of each type is called: CloudFormation begins names with the stack's, in small letters for buckets.
ARNS = {
    "AWS::CloudWatch::Alarm": f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:Coursewright-dev-RunFailed",
    "AWS::CloudWatch::Dashboard": f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/Coursewright-dev-eu-west-1",
    "AWS::Events::Rule": f"arn:aws:events:eu-west-1:{ACCOUNT}:rule/Coursewright-dev-RunEnded",
    "AWS::IAM::Policy": f"arn:aws:iam::{ACCOUNT}:role/Coursewright-dev-ContentGenRole",
    "AWS::IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/Coursewright-dev-ContentGenRole",
    "AWS::KMS::Key": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/01234567-89ab-cdef-0123-456789abcdef",
    "AWS::Lambda::EventInvokeConfig": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:Coursewright-dev-CourseInbox",
    "AWS::Lambda::Function": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:Coursewright-dev-ContentGen",
    "AWS::Lambda::LayerVersion": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:layer:Coursewright-dev-base",
    "AWS::Lambda::Permission": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:Coursewright-dev-CourseInbox",
    "AWS::Lambda::Version": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:Coursewright-dev-ContentGen:7",
    "AWS::Logs::LogGroup": f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/aws/vendedlogs/states/Coursewright-dev-Course",
    "AWS::S3::Bucket": "arn:aws:s3:::coursewright-dev-coursebucket",
    "AWS::S3::BucketPolicy": "arn:aws:s3:::coursewright-dev-coursebucket",
    "AWS::SNS::Subscription": f"arn:aws:sns:eu-west-1:{ACCOUNT}:Coursewright-dev-Topic",
    "AWS::SNS::Topic": f"arn:aws:sns:eu-west-1:{ACCOUNT}:Coursewright-dev-Topic",
    "AWS::SNS::TopicPolicy": f"arn:aws:sns:eu-west-1:{ACCOUNT}:Coursewright-dev-Topic",
    "AWS::StepFunctions::StateMachine": MACHINE,
    "AWS::StepFunctions::StateMachineAlias": MACHINE,
    "AWS::StepFunctions::StateMachineVersion": MACHINE,
}
OF_OTHER_KINDS = {
    "iam:PassRole": ARNS["AWS::IAM::Role"],
    "iam:GetRole": ARNS["AWS::IAM::Role"],
    "s3:GetObject": f"arn:aws:s3:::cdk-hnb659fds-assets-{ACCOUNT}-eu-west-1/code.zip",
    "s3:GetObjectVersion": f"arn:aws:s3:::cdk-hnb659fds-assets-{ACCOUNT}-eu-west-1/code.zip",
    "lambda:GetLayerVersion": ARNS["AWS::Lambda::LayerVersion"],
}
WITHOUT_RESOURCE = (
    *("cloudwatch:DescribeAlarms", "logs:DescribeLogGroups", "kms:CreateKey"),
    *("sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes", "sns:Unsubscribe"),
)
# Of features that no template uses, by the property that would use them (the first test looks for it).
UNUSED = {
    "VpcConfig": ["ec2:*"],
    "FileSystemConfigs": ["elasticfilesystem:*", "s3files:*"],
    "KmsKeyArn": ["kms:CreateGrant", "kms:Encrypt"],
    "CodeSigningConfigArn": ["lambda:*CodeSigningConfig"],
    "CapacityProviderConfig": ["lambda:PassCapacityProvider", "lambda:*FunctionScalingConfig"],
    "ReservedConcurrentExecutions": ["lambda:*FunctionConcurrency"],
    "RuntimeManagementConfig": ["lambda:PutRuntimeManagementConfig", "lambda:AssociateRuntimeAlias"],
    "RecursiveLoop": ["lambda:*FunctionRecursionConfig"],
    "ProvisionedConcurrencyConfig": ["lambda:PutProvisionedConcurrencyConfig"],
    "Users": ["iam:*UserPolicy"],
    "Groups": ["iam:*GroupPolicy"],
    "PermissionsBoundary": ["iam:*RolePermissionsBoundary"],
    "DataProtectionPolicy": ["*:PutDataProtectionPolicy", "logs:DeleteDataProtectionPolicy"],
    "ResourcePolicyDocument": ["logs:*ResourcePolic*"],
    "FieldIndexPolicies": ["logs:PutIndexPolicy", "logs:DeleteIndexPolicy"],
    "LogGroupClass": ["logs:CreateLogDelivery", "firehose:*", "s3:REST.PUT.OBJECT"],
    "BearerTokenAuthenticationEnabled": ["logs:PutBearerTokenAuthentication"],
    "DeletionProtectionEnabled": ["logs:PutLogGroupDeletionProtection"],
    "PendingWindowInDays": ["kms:ScheduleKeyDeletion"],
    "MetadataTableConfiguration": ["s3:*MetadataTable*", "s3:UpdateBucketMetadata*", "s3tables:*"],
    "AnalyticsConfigurations": ["s3:PutAnalyticsConfiguration", "s3:DeleteBucketAnalyticsConfiguration"],
    "CorsConfiguration": ["s3:*BucketCors", "s3:PutBucketCORS"],
    "ReplicationConfiguration": ["s3:*Replication", "s3:PutReplicationConfiguration"],
    "WebsiteConfiguration": ["s3:DeleteBucketWebsite", "s3:PutBucketWebsite"],
    "MetricsConfigurations": ["s3:PutMetricsConfiguration", "s3:DeleteBucketMetricsConfiguration"],
    "AccelerateConfiguration": ["s3:PutAccelerateConfiguration"],
    "AccessControl": ["s3:PutBucketAcl", "s3:PutObjectAcl"],
    "LoggingConfiguration": ["s3:PutBucketLogging"],
    "ObjectLockConfiguration": ["s3:Put*ObjectLockConfiguration"],
    "IntelligentTieringConfigurations": ["s3:PutIntelligentTieringConfiguration"],
    "InventoryConfigurations": ["s3:PutInventoryConfiguration"],
    "AbacStatus": ["s3:PutBucketAbac"],
    "BucketEncryption is always there": ["s3:DeleteBucketEncryption"],
    "LifecycleConfiguration is always there": ["s3:DeleteBucketLifecycle"],
    "an empty bucket alone is deleted": ["s3:DeleteObject"],
}


def statements(policy: str = "bootstrap-execution") -> list[dict[str, object]]:
    document: dict[str, list[dict[str, object]]] = json.loads((POLICIES / f"{policy}.json").read_text(encoding="utf-8"))
    return document["Statement"]


def listed(value: object) -> list[str]:
    return value if isinstance(value, list) else [str(value)]


def is_granted(action: str, resource: str) -> bool:
    return any(
        any(fnmatchcase(action, pattern) for pattern in listed(statement["Action"]))
        and any(fnmatchcase(resource, pattern) for pattern in listed(statement["Resource"]))
        for statement in statements()
    )


@cache
def permissions() -> dict[str, frozenset[str]]:
    """The permissions of each type's handlers, as CloudFormation's registry has them."""
    found = {}
    for schema in (files("cfnlint") / "data" / "schemas" / "resources").iterdir():
        if schema.name.endswith(".json"):
            content = json.loads(schema.read_text(encoding="utf-8"))
            handlers = content.get("handlers", {})
            found[content["typeName"]] = frozenset(
                action for name in HANDLERS for action in handlers.get(name, {}).get("permissions", [])
            )
    return found


def needed(templates: dict[str, Template]) -> Iterator[tuple[str, str]]:
    """Type and action of every right that CloudFormation may ask for."""
    unused = [pattern for patterns in UNUSED.values() for pattern in patterns]
    types = {
        resource["Type"]
        for variant, template in templates.items()
        if variant != "local"
        for resource in template.to_json()["Resources"].values()
    }
    for kind in sorted(types):
        assert permissions()[kind], kind
        for action in sorted(permissions()[kind]):
            # A function's own key, which none has; the stack's key is a resource of its own.
            is_of_another_key = action.startswith("kms:") and kind != "AWS::KMS::Key"
            if not is_of_another_key and not any(fnmatchcase(action, pattern) for pattern in unused):
                yield kind, action


def test_every_right_that_cloudformation_needs_is_granted_on_the_stacks_resources(
    variant_templates: dict[str, Template],
) -> None:
    # Given
    rights = list(needed(variant_templates))
    # When
    missing = [
        (kind, action)
        for kind, action in rights
        if not is_granted(action, "any" if action in WITHOUT_RESOURCE else OF_OTHER_KINDS.get(action, ARNS[kind]))
    ]
    # Then
    assert len(rights) > 100
    assert missing == []


def test_what_is_left_out_is_of_features_that_no_template_uses(variant_templates: dict[str, Template]) -> None:
    every = {action for kind in ARNS for action in permissions()[kind]}
    used = {
        name
        for variant, template in variant_templates.items()
        if variant != "local"
        for resource in template.to_json()["Resources"].values()
        for name in resource["Properties"]
        # The state machine's, which has its own rights.
        if (resource["Type"], name) != ("AWS::StepFunctions::StateMachine", "LoggingConfiguration")
    }
    assert not used & UNUSED.keys()
    for feature, patterns in UNUSED.items():
        for pattern in patterns:
            assert any(fnmatchcase(action, pattern) for action in every), (feature, pattern)


def test_nothing_is_granted_that_cloudformation_does_not_need(variant_templates: dict[str, Template]) -> None:
    # Given: and the parameter by which a stack asks for the version of bootstrap.
    rights = {action for _, action in needed(variant_templates)} | {"ssm:GetParameters"}
    # A key's own use is asked for by the services that encrypt with it.
    rights |= {"kms:Decrypt", "kms:GenerateDataKey"}
    # When
    idle = [
        action
        for statement in statements()
        for action in listed(statement["Action"])
        if not any(fnmatchcase(right, action) for right in rights)
    ]
    # Then
    assert idle == []


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/Administrator"),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/Administrator"),
        ("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/cdk-hnb659fds-cfn-exec-role-{ACCOUNT}-eu-west-1"),
        ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/Coursewright-me"),
        ("iam:CreatePolicyVersion", f"arn:aws:iam::{ACCOUNT}:policy/Coursewright-mine"),
        ("lambda:UpdateFunctionCode", f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:payroll"),
        ("lambda:InvokeFunction", ARNS["AWS::Lambda::Function"]),
        ("states:StartExecution", ARNS["AWS::StepFunctions::StateMachine"]),
        ("s3:GetObject", f"{ARNS['AWS::S3::Bucket']}/project/book/course.pdf"),
        ("s3:DeleteBucket", "arn:aws:s3:::payroll"),
        ("logs:FilterLogEvents", ARNS["AWS::Logs::LogGroup"]),
        ("sns:Publish", ARNS["AWS::SNS::Topic"]),
        ("cloudwatch:DeleteAlarms", f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:payroll"),
        ("kms:ScheduleKeyDeletion", ARNS["AWS::KMS::Key"]),
        ("ssm:GetParameters", f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/payroll/password"),
        ("ec2:RunInstances", "any"),
        ("cloudformation:CreateStack", "any"),
    ],
)
def test_other_things_of_the_account_are_out_of_reach(action: str, resource: str) -> None:
    assert not is_granted(action, resource)


def test_roles_are_passed_to_two_services_and_keys_are_the_stacks_own() -> None:
    conditions: dict[str, list[object]] = {}
    for statement in statements():
        for action in listed(statement["Action"]):
            if action.startswith("kms:") or action == "iam:PassRole":
                conditions.setdefault(action, []).append(statement.get("Condition"))
    passed = {"StringEquals": {"iam:PassedToService": ["lambda.amazonaws.com", "states.amazonaws.com"]}}
    made, tagged = ({"StringEquals": {f"aws:{kind}Tag/project": "coursewright"}} for kind in ("Request", "Resource"))
    assert conditions.pop("iam:PassRole") == [passed]
    assert conditions.pop("kms:CreateKey") == [made]
    assert conditions.pop("kms:TagResource") == [made, tagged]
    # A new key's tags may take five minutes to count (KMS developer guide, "Using tags to control access"), and these
    # are asked for at once. None of them uses a key, or lets anybody.
    at_once = ("Describe", "Get", "List", "EnableKeyRotation")
    for action, found in conditions.items():
        assert found == [None if action.removeprefix("kms:").startswith(at_once) else tagged], action


@pytest.mark.parametrize("policy", sorted(path.stem for path in POLICIES.glob("*.json")))
def test_a_policy_is_one_that_iam_takes(policy: str) -> None:
    # The quota of a managed policy, white space apart (IAM user guide, "IAM and AWS STS quotas").
    text = (POLICIES / f"{policy}.json").read_text(encoding="utf-8")
    assert len(re.sub(r"\s", "", text)) <= 6144
    for statement in statements(policy):
        assert re.fullmatch(r"[A-Za-z0-9]+", str(statement["Sid"]))
        assert not [action for action in listed(statement["Action"]) if action.partition(":")[2] in ("", "*")]


def test_every_named_resource_of_the_stack_has_the_name_that_its_rights_are_on(
    variant_templates: dict[str, Template],
) -> None:
    # CloudFormation names these without the stack, or the rights would reach those of everybody.
    template = variant_templates["everything on"]
    for layer in template.find_resources("AWS::Lambda::LayerVersion").values():
        assert layer["Properties"]["LayerName"].startswith("Coursewright-dev-")
    [dashboard] = template.find_resources("AWS::CloudWatch::Dashboard").values()
    named = {"Fn::Join": ["", [{"Ref": "AWS::StackName"}, "-", {"Ref": "AWS::Region"}]]}
    assert dashboard["Properties"]["DashboardName"] == named
