"""Lambda entry of study_writer."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from course_kit.step_metrics import measured_step
from course_kit.work.async_steps import run_step
from course_kit.work.model_step import ModelStep
from study_writer.module_study import ModuleStudy
from study_writer.study_writing_request import StudyWritingRequest, study_writing_result

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
@measured_step
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
    """Take a `StudyWritingRequest`, return a `StudyWritingResult` as JSON; raises the typed errors."""
    step = ModelStep.of(event, StudyWritingRequest, context)
    manifest = run_step(ModuleStudy(step).write(), at_once=step.lessons_at_once)
    result = study_writing_result(manifest, step.keys.study_manifest(manifest.module_number))
    logger.info("study parts ready", extra={"counts": result.counts})
    return result.model_dump(mode="json")
