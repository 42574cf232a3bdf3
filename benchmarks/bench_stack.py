"""What the measurements run on: the pipeline and the sequential design, over the same functions and one bucket."""

from dataclasses import replace

from aws_cdk import App, CfnOutput, Stack
from constructs import Construct

from benchmarks.deployed_settings import DEFAULTS
from benchmarks.sequential_machine import SequentialStateMachine
from course_constructs.course_bucket import CourseBucket
from course_constructs.course_functions import CourseFunctions
from course_constructs.course_state_machine import CourseStateMachine
from course_constructs.encryption_key import EncryptionKey
from course_constructs.settings import PipelineSettings
from course_kit.model_ids import OFFLINE_MODEL_ID

STACK_NAME = "Coursewright-bench"
# Drawn by the fault proxy, so that pictures take the plan's time and no CPU.
IMAGE_MODEL_ID = "amazon.nova-canvas-v1:0"


class BenchStack(Stack):
    """Outputs: the bucket's name, and the ARN of each state machine."""

    def __init__(self, scope: Construct, id: str, *, settings: PipelineSettings) -> None:
        """Make the stack. ``settings`` are the pipeline's; the sequential design has its own of one at a time."""
        super().__init__(scope, id)
        encryption = EncryptionKey(self, "Encryption", kms_key=settings.kms_key, former_kms_keys="")
        bucket = CourseBucket(
            self, "CourseBucket", is_disposable=True, encryption_key=encryption.key, keep_versions_days=0
        ).bucket
        functions = CourseFunctions(self, "Functions", settings=settings, bucket=bucket, encryption_key=encryption)
        ours = CourseStateMachine(
            self,
            "Course",
            functions=functions,
            log_retention=settings.log_retention,
            encryption_key=encryption.key,
        )
        one_at_a_time = replace(
            settings,
            module_max_concurrency=1,
            lesson_max_concurrency=1,
            image_max_concurrency=1,
            tokens_per_minute=0,
            requests_per_minute=0,
            functions_at_once=0,
        )
        sequential_functions = CourseFunctions(
            self, "Sequential", settings=one_at_a_time, bucket=bucket, encryption_key=encryption
        )
        sequential = SequentialStateMachine(self, "SequentialCourse", functions=sequential_functions)
        CfnOutput(self, "CourseBucketName", value=bucket.bucket_name)
        CfnOutput(self, "OursArn", value=ours.state_machine.state_machine_arn)
        CfnOutput(self, "SequentialArn", value=sequential.state_machine.state_machine_arn)


def synthesise(folder: str, **context: object) -> None:
    """Write the stack's assembly into a folder: the settings of cdk.json with some of them changed."""
    local = {
        "target": "local",
        "stage": "bench",
        "removal_policy": "destroy",
        "text_model_id": OFFLINE_MODEL_ID,
        "image_model_id": IMAGE_MODEL_ID,
    }
    settings = PipelineSettings.from_context({**DEFAULTS, **local, **context}.get)
    app = App(outdir=folder, analytics_reporting=False)
    BenchStack(app, STACK_NAME, settings=settings)
    app.synth()
