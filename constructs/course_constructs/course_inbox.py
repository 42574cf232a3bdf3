"""An outline that is put into the bucket under ``inbox/`` starts a run."""

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from course_constructs.accepted_findings import accept_nag
from course_constructs.course_function import CourseFunction
from course_kit.store.artefact_keys import ERRORS_ENDING, INBOX_FOLDER, OUTLINE_ENDINGS

INBOX_OUTLINES = tuple(f"{INBOX_FOLDER}/*{ending}" for ending in OUTLINE_ENDINGS)
INBOX_ERRORS = f"{INBOX_FOLDER}/*{ERRORS_ENDING}"

_ENDS = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")


class CourseInbox(Construct):
    """Bucket → EventBridge → course_inbox → state machine → EventBridge → course_inbox.

    There is a function between the two because a rule's own target can neither name the execution nor say what is wrong
    with an outline. The name makes an event that comes twice start one run. The function hears of every file, because
    one under a wrong name is answered, too. It also hears of the end of every run that it has started.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bucket: s3.Bucket,
        function: CourseFunction,
        start_arn: str,
        state_machine_arn: str,
        topic: sns.ITopic | None,
    ) -> None:
        """Connect bucket, function and state machine.

        Parameters
        ----------
        start_arn
            What starts a run: the alias, or on local AWS the state machine itself.
        topic
            Receives the events that the function failed on three times.
        """
        super().__init__(scope, id)
        self._send_events(bucket)
        function.function.add_environment("STATE_MACHINE_ARN", start_arn)
        function.allow(actions=["states:StartExecution"], resources=list(dict.fromkeys([state_machine_arn, start_arn])))
        if topic is not None:
            function.function.configure_async_invoke(on_failure=destinations.SnsDestination(topic))
            accept_nag(
                function,
                "IAM5[Action::kms:GenerateDataKey*]",
                "what the construct library grants for publishing to an encrypted topic; on the one key",
            )
        self.rule = events.Rule(
            self,
            "OutlineDropped",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [bucket.bucket_name]},
                    "object": {"key": [{"prefix": f"{INBOX_FOLDER}/"}]},
                },
            ),
            targets=[targets.LambdaFunction(function.function)],
        )
        self.rule_of_ends = events.Rule(
            self,
            "RunEnded",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={
                    "stateMachineArn": [state_machine_arn],
                    "name": [{"prefix": f"{INBOX_FOLDER}-"}],
                    "status": list(_ENDS),
                },
            ),
            targets=[targets.LambdaFunction(function.function)],
        )

    @staticmethod
    def _send_events(bucket: s3.Bucket) -> None:
        # Not by the construct's own property: that brings a custom resource, one more function with rights of its own.
        resource = bucket.node.default_child
        assert isinstance(resource, s3.CfnBucket)  # noqa: S101 - what an L2 construct is made of
        resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
        )
