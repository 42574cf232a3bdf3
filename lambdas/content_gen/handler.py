"""Lambda entry of content_gen."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from content_gen.content_request import ContentRequest
from content_gen.module_writer import write_modules
from course_kit.step_metrics import measured_step
from course_kit.work.async_steps import run_step
from course_kit.work.model_step import ModelStep

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
@measured_step
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
    """Take a `ContentRequest`, return a `ContentResult` as JSON; raises the typed errors."""
    step = ModelStep.of(event, ContentRequest, context)
    result = run_step(write_modules(step), at_once=step.lessons_at_once)
    logger.info("lessons ready", extra={"modules": result.modules_generated, "lessons": result.total_lessons})
    return result.model_dump(mode="json")
