"""Lambda entry of course_planner."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from course_kit.step_metrics import measured_step
from course_kit.work.async_steps import run_step
from course_kit.work.model_step import ModelStep
from course_planner.course_planning import CoursePlanning
from course_planner.course_planning_request import CoursePlanningRequest

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
@measured_step
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
    """Take a `CoursePlanningRequest`, return a `CoursePlanningResult` as JSON; raises the typed errors."""
    step = ModelStep.of(event, CoursePlanningRequest, context)
    result = run_step(CoursePlanning(step).plan(), at_once=step.lessons_at_once)
    logger.info("course planned", extra={"counts": result.counts})
    return result.model_dump(mode="json")
