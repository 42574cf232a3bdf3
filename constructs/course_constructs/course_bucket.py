"""The one bucket: outlines, lessons, visuals, books, manifests."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from course_constructs.accepted_findings import accept_checkov, accept_nag

_INCOMPLETE_UPLOAD_DAYS = 7


class CourseBucket(Construct):
    """A private, encrypted, TLS-only, versioned bucket; ``bucket`` is the resource."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        is_disposable: bool,
        encryption_key: kms.IKey | None,
        keep_versions_days: int,
    ) -> None:
        """Make the bucket.

        Parameters
        ----------
        is_disposable
            Lets ``cdk destroy`` remove it; else it outlives the stack.
        keep_versions_days
            For how long earlier versions are kept; 0: as long as their project. What a person has replaced or deleted
            can be brought back as long, and what was paid for is not bought again.
        """
        super().__init__(scope, id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.KMS if encryption_key else s3.BucketEncryption.S3_MANAGED,
            encryption_key=encryption_key,
            # One data key for many objects instead of a call to KMS for each.
            bucket_key_enabled=True if encryption_key else None,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            # No auto_delete_objects: its custom resource would be one more function with the right to delete every
            # book. A disposable bucket that still holds something stays, and CloudFormation says so.
            removal_policy=RemovalPolicy.DESTROY if is_disposable else RemovalPolicy.RETAIN,
            lifecycle_rules=[
                s3.LifecycleRule(
                    # A rule's prefix has no wildcards, so there is none for the books of all projects alone.
                    noncurrent_version_expiration=Duration.days(keep_versions_days) if keep_versions_days else None,
                    abort_incomplete_multipart_upload_after=Duration.days(_INCOMPLETE_UPLOAD_DAYS),
                )
            ],
        )
        reason = "who reads what is for CloudTrail's data events to log (docs/security.md)"
        accept_nag(self.bucket, "S1", reason)
        accept_checkov(self.bucket, {"CKV_AWS_18": reason})
