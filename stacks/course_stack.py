"""One deployment of Coursewright: wires the constructs, holds no logic."""

import json
from datetime import date

from aws_cdk import Annotations, CfnOutput, Stack, Tags
from constructs import Construct

from course_constructs.course_bucket import CourseBucket
from course_constructs.course_functions import CourseFunctions
from course_constructs.course_inbox import CourseInbox
from course_constructs.course_state_machine import CourseStateMachine
from course_constructs.encryption_key import EncryptionKey
from course_constructs.monitoring.course_monitoring import CourseMonitoring
from course_constructs.settings import PipelineSettings, Target
from course_constructs.state_machine_release import StateMachineRelease


class CourseStack(Stack):
    """Bucket, functions, state machine. The command line finds the outputs by their names."""

    def __init__(self, scope: Construct, id: str, *, settings: PipelineSettings, **kwargs: object) -> None:
        """Make the stack; ``kwargs`` are those of `aws_cdk.Stack`."""
        super().__init__(scope, id, **kwargs)  # type: ignore[arg-type] # Stack's keywords are not a TypedDict
        for warning in settings.warnings(date.today()):
            Annotations.of(self).add_warning_v2(f"coursewright:{warning.partition(':')[0]}", warning)
        encryption = EncryptionKey(
            self, "Encryption", kms_key=settings.kms_key, former_kms_keys=settings.former_kms_keys
        )
        self.course_bucket = CourseBucket(
            self,
            "CourseBucket",
            is_disposable=settings.is_bucket_disposable,
            encryption_key=encryption.key,
            keep_versions_days=settings.keep_versions_days,
        )
        self.functions = CourseFunctions(
            self, "Functions", settings=settings, bucket=self.course_bucket.bucket, encryption_key=encryption
        )
        self.course = CourseStateMachine(
            self,
            "Course",
            functions=self.functions,
            log_retention=settings.log_retention,
            encryption_key=encryption.key,
        )
        start_arn, topic = self.course.state_machine.state_machine_arn, None
        if settings.target is Target.AWS:
            # Local AWS has no metrics of functions and executions, and its CloudFormation knows no versions and aliases
            # of state machines (docs/local-aws.md).
            release = StateMachineRelease(
                self, "Release", state_machine=self.course.state_machine, rollout=settings.rollout_plan
            )
            monitoring = CourseMonitoring(
                self,
                "Monitoring",
                settings=settings,
                state_machine=self.course.state_machine,
                functions=self.functions,
                encryption_key=encryption.key,
                new_version_arn=release.new_version_arn,
            )
            start_arn = release.go_live(rollback_alarm=monitoring.alarms.new_version_failed)
            topic = monitoring.notifications.topic
            CfnOutput(self, "StateMachineAliasArn", value=start_arn)
            CfnOutput(self, "NotificationTopicArn", value=monitoring.notifications.topic.topic_arn)
        if self.functions.course_inbox is not None:
            CourseInbox(
                self,
                "Inbox",
                bucket=self.course_bucket.bucket,
                function=self.functions.course_inbox,
                start_arn=start_arn,
                state_machine_arn=self.course.state_machine.state_machine_arn,
                topic=topic,
            )
        Tags.of(self).add("project", "coursewright")
        Tags.of(self).add("stage", settings.stage)
        CfnOutput(self, "CourseBucketName", value=self.course_bucket.bucket.bucket_name)
        # What `coursewright plan` computes the functions' fingerprints with, and `generate` a run's expected price.
        CfnOutput(self, "Models", value=json.dumps({**settings.models, **settings.model_options}))
        # What `coursewright doctor` compares with the account's limits.
        CfnOutput(self, "Settings", value=json.dumps(settings.of_runs))
        CfnOutput(self, "BookParts", value=settings.book_parts or "none")
        CfnOutput(self, "BookPaper", value=settings.book_paper)
        CfnOutput(self, "Editing", value=settings.editing)
        CfnOutput(self, "EditMaxCalls", value=str(settings.edit_max_calls))
        CfnOutput(self, "StateMachineArn", value=self.course.state_machine.state_machine_arn)
