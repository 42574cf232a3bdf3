"""Where a function or the state machine logs."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from course_constructs.accepted_findings import accept_checkov

# Services that deliver logs by themselves name each group in one resource policy of the account, which ends at 5,120
# characters; groups below this are let in by one entry (Step Functions developer guide, "CloudWatch Logs resource
# policy size restrictions").
VENDED_LOGS = "/aws/vendedlogs/states/"


class CourseLogGroup(logs.LogGroup):
    """A log group that is kept as long as the settings say, and goes with the stack."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        retention: logs.RetentionDays,
        encryption_key: kms.IKey | None,
        name: str | None = None,
    ) -> None:
        """Make the group. Without ``key`` CloudWatch encrypts it with AWS's own, without a name it chooses one."""
        super().__init__(
            scope,
            id,
            log_group_name=name,
            retention=retention,
            encryption_key=encryption_key,
            removal_policy=RemovalPolicy.DESTROY,
        )
        if encryption_key is None:
            accept_checkov(self, {"CKV_AWS_158": "holds no course text, and AWS's own key encrypts it; -c kms_key=…"})
