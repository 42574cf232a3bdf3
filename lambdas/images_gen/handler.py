"""Lambda entry of images_gen."""

from datetime import datetime

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, Field

from course_kit.deadline import Deadline
from course_kit.records.manifest import ModuleManifest, VisualPlanRecord
from course_kit.records.project_lease import ProjectLease
from course_kit.records.spending import Spending
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import BaseParams, parse_event
from course_kit.run.regeneration import Regeneration
from course_kit.step_metrics import StepMetric, count, measured_step
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.usage import Usage
from course_kit.work.async_steps import run_step
from images_gen.diagram_repair import DiagramRepair
from images_gen.image_model import image_model_for
from images_gen.module_images import ModuleImages
from images_gen.visual_renderer import VisualRenderer

logger = Logger()


class PlannedLesson(BaseModel):
    """What visual_planner said of one lesson."""

    model_config = ConfigDict(extra="ignore")

    lesson_number: int
    visual_count: int
    reused: int
    prompt_version: str = ""
    usage: Usage
    started_at: datetime
    ended_at: datetime

    def as_record(self) -> VisualPlanRecord:
        """Return it as the manifest keeps it."""
        return VisualPlanRecord(
            lesson_number=self.lesson_number,
            visual_count=self.visual_count,
            prompt_version=self.prompt_version,
            is_reused=self.reused == self.visual_count,
            started_at=self.started_at,
            ended_at=self.ended_at,
            usage=self.usage,
        )


class ImagesRequest(BaseParams):
    """One module whose visuals are planned."""

    module_number: int = Field(ge=1)
    visual_plans: tuple[PlannedLesson, ...] = ()


class ImagesResult(BaseModel):
    """Keys and counts only. The figures stand in the manifest, so both keys name it."""

    module_number: int
    manifest_key: str
    image_mappings_key: str
    counts: dict[str, int]


@logger.inject_lambda_context(clear_state=True)
@measured_step
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
    """Take an `ImagesRequest`, return an `ImagesResult` as JSON; raises the typed errors."""
    environment = FunctionEnvironment.load()
    request = parse_event(event, ImagesRequest)
    logger.append_keys(
        project=request.project_folder, execution=request.execution_name, module_number=request.module_number
    )
    store = ArtefactStore.connect(request.course_bucket)
    keys = ProjectKeys(request.project_folder)
    lease = ProjectLease.of(store, request)
    spending = Spending.of(store, request)
    images = ModuleImages(
        lease=lease,
        renderer=VisualRenderer(
            lease=lease,
            repair=DiagramRepair(provider=request.model_provider, environment=environment, spending=spending),
            image_model=image_model_for(request.model_provider, environment),
            spending=spending,
            regeneration=Regeneration.of(request.regenerate),
        ),
        image_max_concurrency=environment.images_at_once(request.image_max_concurrency),
        deadline=Deadline.of(context),
    )
    records = tuple(lesson.as_record() for lesson in request.visual_plans)
    manifest = run_step(images.render(request.module_number, records), at_once=environment.image_max_concurrency)
    counts = _counts(manifest)
    count(StepMetric.ARTEFACTS_REUSED, counts["reused"])
    count(StepMetric.DIAGRAM_FALLBACKS, counts["fallbacks"])
    logger.info("visuals rendered", extra={"counts": counts})
    key = keys.manifest(request.module_number)
    result = ImagesResult(module_number=request.module_number, manifest_key=key, image_mappings_key=key, counts=counts)
    return result.model_dump(mode="json")


def _counts(manifest: ModuleManifest) -> dict[str, int]:
    figures = manifest.figures.values()
    return {
        "lessons": len(manifest.lessons),
        "visuals": len(figures),
        "rendered": sum(not figure.is_reused for figure in figures),
        "reused": sum(figure.is_reused for figure in figures),
        "fallbacks": sum(figure.is_fallback for figure in figures),
        "stand_ins": sum(figure.is_stand_in for figure in figures),
    }
