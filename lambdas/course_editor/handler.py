"""Lambda entry of course_editor."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from course_editor.course_editing import CourseEditing
from course_editor.editing_request import EditingRequest
from course_kit.step_metrics import measured_step
from course_kit.work.async_steps import run_step
from course_kit.work.model_step import ModelStep

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
@measured_step
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
    """Take an `EditingRequest`, return an `EditingResult` as JSON; raises the typed errors."""
    step = ModelStep.of(event, EditingRequest, context)
    result = run_step(CourseEditing(step).edit(), at_once=step.lessons_at_once)
    logger.info("course edited", extra={"counts": result.counts})
    return result.model_dump(mode="json")
