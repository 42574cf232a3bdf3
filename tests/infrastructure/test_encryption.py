"""A key of one's own: what it encrypts, and who may use it."""

import json

import pytest
from aws_cdk.assertions import Template

from course_constructs.settings import SettingsInvalid
from tests.support.stacks import settings_with, synthesise


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


FORMER = [f"arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-{n:012d}" for n in (1, 2)]


@pytest.mark.parametrize("kms_key", ["", "create", FORMER[0].replace("key/0", "key/1")])
def test_books_of_former_keys_stay_readable_by_every_function_and_nothing_more_is_encrypted_with_them(
    kms_key: str,
) -> None:
    # Given: whatever the key is now, none, a new one, or another one.
    template = synthesise(settings_with(kms_key=kms_key, former_kms_keys=",".join(FORMER)))
    # When
    granted = [
        statement
        for policy in template.find_resources("AWS::IAM::Policy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Resource"] == FORMER
    ]
    # Then
    assert len(granted) == len(template.find_resources("AWS::Lambda::Function"))
    through_s3 = {"Fn::Join": ["", ["s3.", {"Ref": "AWS::Region"}, ".amazonaws.com"]]}
    for statement in granted:
        assert statement["Action"] == "kms:Decrypt"
        assert statement["Condition"] == {"StringEquals": {"kms:ViaService": through_s3}}
    whole = template.to_json()
    policies = json.dumps([r for r in whole["Resources"].values() if r["Type"] == "AWS::IAM::Policy"])
    assert json.dumps(whole).count(FORMER[1]) == policies.count(FORMER[1]) == len(granted)


@pytest.mark.parametrize("value", ["create", "alias/books", f"{FORMER[0]};{FORMER[1]}", f"{FORMER[0]},", "arn:aws:kms"])
def test_former_keys_are_named_by_their_arns(value: str) -> None:
    with pytest.raises(SettingsInvalid, match=r"^former_kms_keys: found '"):
        settings_with(former_kms_keys=value)


def test_a_bucket_that_is_kept_keeps_the_key_that_the_stack_made(
    variant_templates: dict[str, Template],
) -> None:
    # Its ARN goes into former_kms_keys when kms_key is no longer `create`.
    [key] = variant_templates["everything on"].find_resources("AWS::KMS::Key").values()
    assert (key["DeletionPolicy"], key["UpdateReplacePolicy"]) == ("Retain", "Retain")
