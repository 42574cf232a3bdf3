"""Lambda entry of lab_writer."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from course_kit.step_metrics import measured_step
from course_kit.work.async_steps import run_step
from course_kit.work.model_step import ModelStep
from lab_writer.lab_writing_request import LabWritingRequest, lab_writing_result
from lab_writer.module_labs import ModuleLabs

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
@measured_step
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
    """Take a `LabWritingRequest`, return a `LabWritingResult` as JSON; raises the typed errors."""
    step = ModelStep.of(event, LabWritingRequest, context)
    manifest = run_step(ModuleLabs(step).write(), at_once=step.lessons_at_once)
    logger.info("labs ready", extra={"labs": len(manifest.labs)})
    result = lab_writing_result(manifest, step.keys.lab_manifest(manifest.module_number))
    return result.model_dump(mode="json")
