"""Lambda entry of images_gen."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from course_kit.step_metrics import StepMetric, count, measured_step
from course_kit.work.async_steps import run_step
from course_kit.work.model_step import ModelStep
from images_gen.images_request import ImagesRequest, images_result
from images_gen.module_images import ModuleImages

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
@measured_step
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
    """Take an `ImagesRequest`, return an `ImagesResult` as JSON; raises the typed errors."""
    step = ModelStep.of(event, ImagesRequest, context)
    manifest = run_step(ModuleImages.of(step).render(), at_once=step.images_at_once)
    result = images_result(manifest, step.keys.manifest(manifest.module_number))
    count(StepMetric.ARTEFACTS_REUSED, result.counts["reused"])
    count(StepMetric.DIAGRAM_FALLBACKS, result.counts["fallbacks"])
    logger.info("visuals rendered", extra={"counts": result.counts})
    return result.model_dump(mode="json")
