"""Lambda entry of lab_planner."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from course_kit.step_metrics import measured_step
from course_kit.work.async_steps import run_step
from course_kit.work.model_step import ModelStep
from lab_planner.lab_planning_request import LabPlanningRequest
from lab_planner.module_lab_planner import ModuleLabPlanner

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
@measured_step
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
    """Take a `LabPlanningRequest`, return a `LabPlanningResult` as JSON; raises the typed errors."""
    step = ModelStep.of(event, LabPlanningRequest, context)
    result = run_step(ModuleLabPlanner(step).plan(), at_once=1)
    logger.info("labs planned", extra={"labs": result.lab_count})
    return result.model_dump(mode="json")
