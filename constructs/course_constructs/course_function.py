"""One function of the pipeline: code, role, log group, and the few things it may touch."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import IgnoreMode, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from course_constructs.accepted_findings import accept_checkov, accept_nag, accept_object_pattern, accept_tracing
from course_constructs.course_log_group import CourseLogGroup
from course_constructs.dependency_layers import ARCHITECTURE, RUNTIME
from course_constructs.encryption_key import EncryptionKey
from course_constructs.function_plan import FunctionPlan
from course_constructs.model_rights import model_rights
from course_constructs.settings import PipelineSettings

LAMBDAS = Path(__file__).resolve().parents[2] / "lambdas"
SHARED_PACKAGE = "course_kit"


@dataclass(frozen=True, kw_only=True)
class FunctionContext:
    """What all functions of one deployment share."""

    settings: PipelineSettings
    bucket: s3.IBucket
    encryption_key: EncryptionKey


class CourseFunction(Construct):
    """A function with a role and a log group of its own.

    ``function`` is the resource; ``version`` is this deployment's code and settings, which state machines name, so that
    a running execution never meets new code half-way. Versions outlive the deployment that replaces them.
    """

    def __init__(
        self, scope: Construct, plan: FunctionPlan, context: FunctionContext, layers: Sequence[lambda_.ILayerVersion]
    ) -> None:
        """Make the function of a plan: its role may do what the plan says, and nothing else."""
        super().__init__(scope, plan.id)
        settings = context.settings
        self.plan = plan
        log_group = CourseLogGroup(
            self, "Logs", retention=settings.log_retention, encryption_key=context.encryption_key.key
        )
        self.role = self._role(log_group)
        self.function = lambda_.Function(
            self,
            "Function",
            code=self._code(plan.package),
            handler=f"{plan.package}.handler.lambda_handler",
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            memory_size=plan.size.memory_mib,
            timeout=plan.size.timeout,
            ephemeral_storage_size=plan.size.ephemeral_storage,
            layers=list(layers),
            role=self.role,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            tracing=lambda_.Tracing.ACTIVE,
            environment={
                "COURSE_BUCKET": context.bucket.bucket_name,
                # The one dimension of the functions' metrics, so that stages of one account are told apart.
                "POWERTOOLS_SERVICE_NAME": f"coursewright-{settings.stage}",
                "POWERTOOLS_LOG_LEVEL": "INFO",
                **settings.environment(plan.settings),
            },
            current_version_options=lambda_.VersionOptions(removal_policy=RemovalPolicy.RETAIN),
        )
        self.version = self.function.current_version
        self._grant_bucket(context.bucket)
        context.encryption_key.allow(self.function, writes=bool(plan.writes))
        for asked in plan.asks:
            for statement in model_rights(self, asked, settings):
                self.function.add_to_role_policy(statement)
        self._accept_findings()

    def allow(self, *, actions: Sequence[str], resources: Sequence[str]) -> None:
        """Add named actions on named resources to the function's role."""
        self.function.add_to_role_policy(iam.PolicyStatement(actions=list(actions), resources=list(resources)))

    @staticmethod
    def _code(package: str) -> lambda_.Code:
        # Only its own package and the shared one: a change elsewhere does not deploy this function again.
        return lambda_.Code.from_asset(
            str(LAMBDAS),
            exclude=[
                "*",
                f"!{package}",
                f"!{package}/**",
                f"!{SHARED_PACKAGE}",
                f"!{SHARED_PACKAGE}/**",
                "**/__pycache__",
            ],
            ignore_mode=IgnoreMode.GIT,
        )

    def _role(self, log_group: logs.ILogGroup) -> iam.Role:
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        # Instead of the managed basic execution role, which may write to every log group of the account.
        log_group.grant_write(role)
        return role

    def _grant_bucket(self, bucket: s3.IBucket) -> None:
        # With the right to list, a key that is not there is a 404; without, S3 says 403 and hides the difference. A
        # condition on s3:prefix would bring the 403 back: asking for one object names no prefix.
        self.allow(actions=["s3:ListBucket"], resources=[bucket.bucket_arn])
        if self.plan.takes_back:
            versions = {"StringLike": {"s3:prefix": list(self.plan.takes_back)}}
            self.function.add_to_role_policy(
                iam.PolicyStatement(
                    actions=["s3:ListBucketVersions"], resources=[bucket.bucket_arn], conditions=versions
                )
            )
        for action, patterns in self.plan.rights.items():
            self.allow(actions=[action], resources=[bucket.arn_for_objects(pattern) for pattern in patterns])
            for pattern in patterns:
                accept_object_pattern(
                    self, bucket, pattern, "one deployment serves many projects; below a project it is this part alone"
                )

    def _accept_findings(self) -> None:
        accept_tracing(self.role)
        accept_nag(self, "L1", "layers are built, and the packaging tests import every handler, for python3.13")
        accept_checkov(
            self.function,
            {
                "CKV_AWS_115": "the state machine bounds how many run at once; a reserve would take from the account's",
                "CKV_AWS_116": "invoked synchronously by the state machine, which has the failed event in its history",
                "CKV_AWS_117": "talks to AWS and the model only; a VPC would need NAT or endpoints and protect nothing",
                "CKV_AWS_173": "names and numbers, no secrets, encrypted by Lambda with AWS's own key",
            },
        )
