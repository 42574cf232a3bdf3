"""One deployment of Coursewright: wires the constructs, holds no logic."""

import json

from aws_cdk import CfnOutput, Stack, Tags
from constructs import Construct

from course_constructs.course_bucket import CourseBucket
from course_constructs.course_functions import CourseFunctions
from course_constructs.course_state_machine import CourseStateMachine
from course_constructs.settings import PipelineSettings, Target
from course_constructs.state_machine_release import StateMachineRelease


class CourseStack(Stack):
    """Bucket, functions, state machine. The command line finds the outputs by their names."""

    def __init__(self, scope: Construct, id: str, *, settings: PipelineSettings, **kwargs: object) -> None:
        """Make the stack; ``kwargs`` are those of `aws_cdk.Stack`."""
        super().__init__(scope, id, **kwargs)  # type: ignore[arg-type] # Stack's keywords are not a TypedDict
        self.course_bucket = CourseBucket(self, "CourseBucket", is_disposable=settings.is_bucket_disposable)
        self.functions = CourseFunctions(self, "Functions", settings=settings, bucket=self.course_bucket.bucket)
        self.course = CourseStateMachine(
            self,
            "Course",
            functions=self.functions,
            lesson_max_concurrency=settings.lesson_max_concurrency,
            log_retention=settings.log_retention,
        )
        if settings.target is Target.AWS:
            # CloudFormation of local AWS knows no versions and aliases of state machines (docs/local-aws.md).
            release = StateMachineRelease(
                self,
                "Release",
                state_machine=self.course.state_machine,
                rollout=settings.rollout_plan,
                rollback_alarms=[],
            )
            CfnOutput(self, "StateMachineAliasArn", value=release.alias_arn)
        Tags.of(self).add("project", "coursewright")
        Tags.of(self).add("stage", settings.stage)
        CfnOutput(self, "CourseBucketName", value=self.course_bucket.bucket.bucket_name)
        # What `coursewright plan` computes the functions' fingerprints with.
        CfnOutput(self, "Models", value=json.dumps(settings.models))
        CfnOutput(self, "StateMachineArn", value=self.course.state_machine.state_machine_arn)
