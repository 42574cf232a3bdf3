"""Lambda entry of lab_writer."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, Field

from course_kit.deadline import Deadline
from course_kit.model.model_provider import TextModel
from course_kit.records.project_lease import ProjectLease
from course_kit.records.spending import Spending
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import BaseParams, parse_event
from course_kit.run.outline_source import load_outline, module_of
from course_kit.run.regeneration import Regeneration
from course_kit.step_metrics import measured_step
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.work.async_steps import run_step
from lab_writer.lab_guide_writer import LabGuideWriter
from lab_writer.module_labs import ModuleLabs

logger = Logger()


class LabWritingRequest(BaseParams):
    """One module whose labs are planned."""

    module_number: int = Field(ge=1)


class LabWritingResult(BaseModel):
    """Keys and counts only."""

    module_number: int
    manifest_key: str
    lab_guide_keys: list[str]
    counts: dict[str, int]


@logger.inject_lambda_context(clear_state=True)
@measured_step
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
    """Take a `LabWritingRequest`, return a `LabWritingResult` as JSON; raises the typed errors."""
    environment = FunctionEnvironment.load()
    request = parse_event(event, LabWritingRequest)
    logger.append_keys(
        project=request.project_folder, execution=request.execution_name, module_number=request.module_number
    )
    store = ArtefactStore.connect(request.course_bucket)
    keys = ProjectKeys(request.project_folder)
    outline = load_outline(store, request)
    labs = ModuleLabs(
        lease=ProjectLease.of(store, request),
        writer=LabGuideWriter(
            model=TextModel(request.model_provider, environment, spending=Spending.of(store, request)),
            outline=outline,
            module=module_of(outline, request.module_number),
            lab_requirements=request.lab_requirements,
        ),
        regeneration=Regeneration.of(request.regenerate),
        lab_max_concurrency=environment.lessons_at_once(request.lesson_max_concurrency),
        deadline=Deadline.of(context),
    )
    manifest = run_step(labs.write(request.module_number), at_once=environment.lesson_max_concurrency)
    logger.info("labs ready", extra={"labs": len(manifest.labs)})
    result = LabWritingResult(
        module_number=request.module_number,
        manifest_key=keys.lab_manifest(request.module_number),
        lab_guide_keys=[lab.s3_key for lab in manifest.labs],
        counts={"labs": len(manifest.labs), "reused": sum(lab.is_reused for lab in manifest.labs)},
    )
    return result.model_dump(mode="json")
