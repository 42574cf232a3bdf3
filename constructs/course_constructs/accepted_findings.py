"""Findings of cdk-nag and checkov that we accept, each at its resource and with its reason.

Nothing is accepted for the whole stack: a new resource with the same finding is a finding again.
"""

from aws_cdk import Acknowledgment, CfnResource, Stack, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import IConstruct


def accept_nag(construct: IConstruct, rule: str, reason: str) -> None:
    """Accept a cdk-nag finding below a construct; ``rule`` is such as ``S1`` or ``IAM5[Resource::*]``."""
    Validations.of(construct).acknowledge(Acknowledgment(id=f"AwsSolutions-{rule}", reason=reason))


def accept_checkov(construct: IConstruct, reasons: dict[str, str]) -> None:
    """Accept checkov findings of a construct's own resource; ``reasons`` is check id → reason."""
    resource = construct.node.default_child
    assert isinstance(resource, CfnResource)  # noqa: S101 - what an L2 construct is made of
    resource.add_metadata("checkov", {"skip": [{"id": id, "comment": reason} for id, reason in reasons.items()]})


def accept_object_pattern(construct: IConstruct, bucket: s3.IBucket, pattern: str, reason: str) -> None:
    """Accept that a role may touch all objects of a pattern in the bucket."""
    accept_nag(construct, f"IAM5[Resource::<{logical_id(bucket)}.Arn>/{pattern}]", reason)


def accept_tracing(role: iam.IRole) -> None:
    """Accept that X-Ray's actions cannot be limited to a resource."""
    accept_nag(role, "IAM5[Resource::*]", "X-Ray's actions know no resource to name (service authorization reference)")


def logical_id(construct: IConstruct) -> str:
    """Return the logical id of a construct's own resource, as cdk-nag writes it into its findings."""
    resource = construct.node.default_child
    assert isinstance(resource, CfnResource)  # noqa: S101 - as above
    return Stack.of(construct).get_logical_id(resource)
