"""Deploying again changes nothing, and removing a stack leaves its books, unless it was told otherwise."""

from pathlib import Path

import pytest
from aws_cdk import App, CfnOutput, Stack
from botocore.exceptions import ClientError

import local_aws
from course_constructs.course_bucket import CourseBucket
from local_aws.deployment import deploy_assembly, destroy_assembly
from tests.support.installed_command import CommandLine
from tests.support.stacks import CONTEXT, settings_with
from tests.support.tiny_resources import TinyResources


def test_after_a_deployment_there_is_nothing_left_to_deploy(coursewright: CommandLine) -> None:
    # When: the app is synthesised anew and compared with what is deployed.
    ended = coursewright("local", "diff")
    # Then
    assert (ended.exit_code, ended.stdout) == (0, "no differences\n"), ended.stdout + ended.stderr


@pytest.mark.parametrize(("removal_policy", "is_left"), [("retain", True), ("destroy", False)])
def test_a_removed_stack_leaves_its_bucket_unless_it_was_told_otherwise(
    local_connection: local_aws.LocalConnection,
    tiny: TinyResources,
    tmp_path: Path,
    removal_policy: str,
    is_left: bool,
) -> None:
    # Given: a stack of the app's bucket alone, and a book in it if the bucket is to stay.
    app = App(context=CONTEXT, outdir=str(tmp_path), analytics_reporting=False)
    stack = Stack(app, f"Bucket-{removal_policy}")
    settings = settings_with(removal_policy=removal_policy)
    bucket = CourseBucket(
        stack, "Course", is_disposable=settings.is_bucket_disposable, encryption_key=None, keep_versions_days=0
    ).bucket
    CfnOutput(stack, "Name", value=bucket.bucket_name)
    app.synth()
    deploy_assembly(local_connection, tmp_path, stack.stack_name)
    [found] = tiny.client("cloudformation").describe_stacks(StackName=stack.stack_name)["Stacks"]
    [output] = found["Outputs"]
    s3, name = tiny.client("s3"), output["OutputValue"]
    if is_left:
        s3.put_object(Bucket=name, Key="networks/book/Networks.html", Body=b"a book")
    # When
    destroy_assembly(local_connection, tmp_path, stack.stack_name)
    # Then
    with pytest.raises(ClientError, match="does not exist"):
        tiny.client("cloudformation").describe_stacks(StackName=stack.stack_name)
    if is_left:
        assert s3.get_object(Bucket=name, Key="networks/book/Networks.html")["Body"].read() == b"a book"
    else:
        with pytest.raises(ClientError, match="404"):
            s3.head_bucket(Bucket=name)
