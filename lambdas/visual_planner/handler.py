"""Lambda entry of visual_planner."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from course_kit.step_metrics import measured_step
from course_kit.work.async_steps import run_step
from course_kit.work.model_step import ModelStep
from visual_planner.lesson_planner import LessonPlanner
from visual_planner.visual_planning_request import VisualPlanningRequest

# One call of the model plans a lesson; these are reads of the stored plans.
_READS_AT_ONCE = 4

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
@measured_step
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
    """Take a `VisualPlanningRequest`, return a `VisualPlanningResult` as JSON; raises the typed errors."""
    step = ModelStep.of(event, VisualPlanningRequest, context)
    result = run_step(LessonPlanner(step).plan(), at_once=_READS_AT_ONCE)
    logger.info("visuals planned", extra={"lesson": result.lesson_number, "visuals": result.visual_count})
    return result.model_dump(mode="json")
