"""What must hold of the deployed resources."""

import json
import os
import re
from pathlib import Path

import pytest
from aws_cdk.assertions import Match, Template

from tests.support.json_values import Json
from tests.support.stacks import settings_with, synthesise

SNAPSHOT = Path(__file__).parent / "snapshots" / "course_stack.json"
FUNCTIONS = {
    *("prepare_modules", "course_planner", "content_gen", "visual_planner", "images_gen", "study_writer"),
    *("lab_planner", "lab_writer", "course_editor", "book_builder", "pdf_renderer"),
}


def test_the_bucket_is_private_encrypted_versioned_and_outlives_the_stack(template: Template) -> None:
    template.has_resource(
        "AWS::S3::Bucket",
        {
            "DeletionPolicy": "Retain",
            "Properties": {
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": True,
                    "BlockPublicPolicy": True,
                    "IgnorePublicAcls": True,
                    "RestrictPublicBuckets": True,
                },
                "BucketEncryption": Match.any_value(),
                "VersioningConfiguration": {"Status": "Enabled"},
            },
        },
    )


def test_the_bucket_refuses_what_does_not_come_by_tls(template: Template) -> None:
    template.has_resource_properties(
        "AWS::S3::BucketPolicy",
        {
            "PolicyDocument": {
                "Statement": Match.array_with(
                    [
                        Match.object_like(
                            {
                                "Effect": "Deny",
                                "Action": "s3:*",
                                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                            }
                        )
                    ]
                )
            }
        },
    )


def test_a_disposable_bucket_goes_with_the_stack() -> None:
    disposable = synthesise(settings_with(removal_policy="destroy", target="local"))
    disposable.has_resource("AWS::S3::Bucket", {"DeletionPolicy": "Delete"})


def test_earlier_versions_are_kept_as_long_as_their_project_unless_a_number_of_days_is_set(template: Template) -> None:
    # When
    [bucket] = template.find_resources("AWS::S3::Bucket").values()
    limited = synthesise(settings_with(keep_versions_days="45", target="local"))
    # Then: by default nothing of S3 removes what a person or a run has replaced.
    rules = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
    assert [set(rule) for rule in rules] == [{"AbortIncompleteMultipartUpload", "Status"}]
    limited.has_resource_properties(
        "AWS::S3::Bucket",
        {
            "LifecycleConfiguration": {
                "Rules": [Match.object_like({"NoncurrentVersionExpiration": {"NoncurrentDays": 45}})]
            }
        },
    )


def test_every_function_has_its_own_role_log_group_and_tracing(template: Template) -> None:
    functions = template.find_resources("AWS::Lambda::Function")
    properties = [function["Properties"] for function in functions.values()]
    assert {p["Handler"].split(".")[0] for p in properties} == FUNCTIONS
    assert len({json.dumps(p["Role"]) for p in properties}) == len(FUNCTIONS)
    assert len({json.dumps(p["LoggingConfig"]["LogGroup"]) for p in properties}) == len(FUNCTIONS)
    for p in properties:
        assert (p["Runtime"], p["Architectures"]) == ("python3.13", ["arm64"])
        assert p["TracingConfig"] == {"Mode": "Active"}


def test_every_log_group_has_a_retention(template: Template) -> None:
    template.all_resources_properties("AWS::Logs::LogGroup", {"RetentionInDays": 30})


def statements(template: Template) -> list[Json]:
    policies = template.find_resources("AWS::IAM::Policy").values()
    return [s for policy in policies for s in policy["Properties"]["PolicyDocument"]["Statement"]]


def test_no_statement_allows_every_action_or_every_resource(template: Template) -> None:
    # X-Ray and the delivery of state machine logs know no resources to name (service authorization reference).
    without_resources = re.compile(
        r"^(xray:|logs:\w*(LogDelivery|LogDeliveries|ResourcePolicy|ResourcePolicies|LogGroups)$)"
    )
    for statement in statements(template):
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        assert all("*" not in action for action in actions), statement
        if statement["Resource"] == "*":
            assert all(without_resources.match(action) for action in actions), statement


def test_every_right_on_objects_is_on_a_kind_of_them(variant_templates: dict[str, Template]) -> None:
    # Given: every grant on objects, in every combination of settings.
    on_objects = re.compile(r"^s3:\w+Object")
    for statement in (each for template in variant_templates.values() for each in statements(template)):
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        if statement["Effect"] == "Allow" and any(on_objects.match(action) for action in actions):
            resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
            # Then: it names a folder or a kind of file, and never whatever there is.
            for resource in resources:
                pattern = str(resource["Fn::Join"][1][-1])
                assert re.search(r"[a-z]", pattern), statement


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [
        ("anthropic.claude-x", ["us-east-1::foundation-model/anthropic.claude-x"]),
        (
            "us.anthropic.claude-x",
            ["inference-profile/us.anthropic.claude-x", "us-west-2::foundation-model/anthropic.claude-x"],
        ),
        (
            "global.anthropic.claude-x",
            ["inference-profile/global.anthropic.claude-x", "bedrock:::foundation-model/anthropic.claude-x"],
        ),
        ("arn:aws:bedrock:us-east-1:1:provisioned-model/abc", ["provisioned-model/abc"]),
    ],
)
def test_models_are_named_with_every_region_a_profile_routes_to(model_id: str, expected: list[str]) -> None:
    from aws_cdk import App, Environment, Stack

    from course_constructs.model_access import model_arns

    stack = Stack(App(), "S", env=Environment(account="123456789012", region="us-east-1"))
    arns = [stack.resolve(arn) for arn in model_arns(stack, model_id)]
    for part in expected:
        assert any(json.dumps(arn).rstrip('"}]').endswith(part) for arn in arns), arns


def test_a_profile_called_from_a_region_that_no_other_routes_to_may_use_that_region() -> None:
    # Given: Canada, where the us profiles can be called from and route to Canada, too.
    from aws_cdk import App, Environment, Stack

    from course_constructs.model_access import model_arns

    stack = Stack(App(), "S", env=Environment(account="123456789012", region="ca-central-1"))
    arns = [json.dumps(stack.resolve(arn)) for arn in model_arns(stack, "us.anthropic.claude-x")]
    # Then
    assert any("bedrock:ca-central-1::foundation-model/anthropic.claude-x" in arn for arn in arns), arns
    assert any("bedrock:us-east-1::foundation-model/anthropic.claude-x" in arn for arn in arns), arns


def test_only_a_named_secret_can_be_read_and_only_by_those_who_ask_a_model() -> None:
    with_secret = synthesise(settings_with(openai_secret_name="coursewright/openai", target="local"))
    reads = [s for s in statements(with_secret) if s["Action"] == "secretsmanager:GetSecretValue"]
    assert len(reads) == 8
    assert all("secret:coursewright/openai-??????" in json.dumps(s["Resource"]) for s in reads)


def test_nothing_is_reachable_from_outside(template: Template) -> None:
    for kind in ("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api", "AWS::Lambda::Url"):
        template.resource_count_is(kind, 0)


def test_local_functions_need_no_layers() -> None:
    local = synthesise(settings_with(target="local"))
    local.resource_count_is("AWS::Lambda::LayerVersion", 0)


def test_the_template_is_as_reviewed(template: Template) -> None:
    """Compare with the snapshot; after a wanted change write it anew with ``UPDATE_SNAPSHOTS=1``."""
    text = json.dumps(template.to_json(), indent=1, sort_keys=True)
    # The logical id of a function's version holds the hash of its code, too.
    normalised = re.sub(r"(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}", r"\1", text)
    normalised = re.sub(r"\b[0-9a-f]{64}\b", "<asset>", normalised) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(normalised, encoding="utf-8")
    assert normalised == SNAPSHOT.read_text(encoding="utf-8")
