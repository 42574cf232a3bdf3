"""A key of one's own: what it encrypts, and who may use it."""

import json

from aws_cdk.assertions import Template


def test_without_a_key_of_ones_own_there_is_none(template: Template) -> None:
    template.resource_count_is("AWS::KMS::Key", 0)
    assert "kms:" not in json.dumps(template.find_resources("AWS::IAM::Policy"))


def test_a_created_key_rotates_outlives_the_stack_and_encrypts_bucket_logs_and_topic(
    variant_templates: dict[str, Template],
) -> None:
    template = variant_templates["everything on"]
    [(key, resource)] = template.find_resources("AWS::KMS::Key").items()
    assert resource["Properties"]["EnableKeyRotation"] is True
    assert resource["DeletionPolicy"] == "Retain"
    arn = {"Fn::GetAtt": [key, "Arn"]}
    [bucket] = template.find_resources("AWS::S3::Bucket").values()
    [rule] = bucket["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"] == arn
    for group in template.find_resources("AWS::Logs::LogGroup").values():
        assert group["Properties"]["KmsKeyId"] == arn
    [topic] = template.find_resources("AWS::SNS::Topic").values()
    assert topic["Properties"]["KmsMasterKeyId"] == arn


def test_a_key_by_name_is_used_and_granted_like_a_created_one(variant_templates: dict[str, Template]) -> None:
    for variant in ("everything on", "a key by name"):
        template = variant_templates[variant]
        granted = {
            id: statement["Action"]
            for id, policy in template.find_resources("AWS::IAM::Policy").items()
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]
            if "kms:" in json.dumps(statement["Action"])
        }
        # Every function writes something, so every one may read and write; nobody else may either.
        assert len(granted) == len(template.find_resources("AWS::Lambda::Function"))
        # The construct library writes the family of actions where a function may publish to the encrypted topic.
        used = {action.removesuffix("*") for actions in granted.values() for action in actions}
        assert used == {"kms:Decrypt", "kms:GenerateDataKey"}
