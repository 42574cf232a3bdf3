"""The customer's own key for what is kept: the bucket, the logs, the topic."""

from aws_cdk import Aws, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

CREATE = "create"


class EncryptionKey(Construct):
    """``key`` is a new key, the one that is named, or None: then AWS's own keys encrypt everything.

    What is in the bucket stays encrypted with the key that it was written with. So the keys of earlier deployments can
    be named, too: they only decrypt.
    """

    def __init__(self, scope: Construct, id: str, *, kms_key: str, former_kms_keys: str) -> None:
        """Make or find the key.

        Parameters
        ----------
        kms_key
            Empty, ``create``, or a key's ARN.
        former_kms_keys
            ARNs separated by commas, or nothing.
        """
        super().__init__(scope, id)
        self._former = former_kms_keys.split(",") if former_kms_keys else []
        self.key: kms.IKey | None = None
        if kms_key == CREATE:
            self.key = self._created()
        elif kms_key:
            # Its own policy has to let the same services in (docs/security.md); a stack cannot add that.
            self.key = kms.Key.from_key_arn(self, "Key", kms_key)

    def allow(self, grantee: iam.IGrantable, *, writes: bool) -> None:
        """Let a role read what is encrypted with the key, and write if ``writes``."""
        if self.key is not None:
            self.key.grant(grantee, "kms:Decrypt", *(["kms:GenerateDataKey"] if writes else []))
        if self._former:
            grantee.grant_principal.add_to_principal_policy(
                iam.PolicyStatement(
                    actions=["kms:Decrypt"],
                    resources=self._former,
                    # S3 asks for it when an object is read; nobody else has to.
                    conditions={"StringEquals": {"kms:ViaService": f"s3.{Aws.REGION}.amazonaws.com"}},
                )
            )

    def _created(self) -> kms.Key:
        # Without its key every book is lost, so the key outlives the stack like the bucket.
        key = kms.Key(self, "Key", enable_key_rotation=True, removal_policy=RemovalPolicy.RETAIN)
        logs_of_this_region = f"arn:{Aws.PARTITION}:logs:{Aws.REGION}:{Aws.ACCOUNT_ID}:log-group:*"
        key.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal(f"logs.{Aws.REGION}.amazonaws.com")],
                actions=["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
                resources=["*"],
                conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": logs_of_this_region}},
            )
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[
                    iam.ServicePrincipal("cloudwatch.amazonaws.com"),
                    iam.ServicePrincipal("events.amazonaws.com"),
                ],
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                resources=["*"],
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            )
        )
        return key
