"""Lambda entry of lab_planner."""

from datetime import UTC, datetime

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, Field

from course_kit.model.model_provider import TextModel
from course_kit.records.journal import write_together
from course_kit.records.manifest import LabManifest
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
from lab_planner.module_lab_planner import ModuleLabPlanner

logger = Logger()


class LabPlanningRequest(BaseParams):
    """One module whose labs are to be planned."""

    module_number: int = Field(ge=1)


class LabPlanningResult(BaseModel):
    """Keys and counts only."""

    module_number: int
    master_plan_key: str
    lab_count: int


@logger.inject_lambda_context(clear_state=True)
@measured_step
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
    """Take a `LabPlanningRequest`, return a `LabPlanningResult` as JSON; raises the typed errors."""
    environment = FunctionEnvironment.load()
    request = parse_event(event, LabPlanningRequest)
    logger.append_keys(
        project=request.project_folder, execution=request.execution_name, module_number=request.module_number
    )
    result = run_step(_plan(request, environment), at_once=1)
    logger.info("labs planned", extra={"labs": result.lab_count})
    return result.model_dump(mode="json")


async def _plan(request: LabPlanningRequest, environment: FunctionEnvironment) -> LabPlanningResult:
    started_at = datetime.now(UTC)
    store = ArtefactStore.connect(request.course_bucket)
    keys = ProjectKeys(request.project_folder)
    outline = load_outline(store, request)
    module = module_of(outline, request.module_number)
    planner = ModuleLabPlanner(
        lease=ProjectLease.of(store, request),
        model=TextModel(request.model_provider, environment, spending=Spending.of(store, request)),
        outline=outline,
        lab_requirements=request.lab_requirements,
        regeneration=Regeneration.of(request.regenerate),
    )
    planner.lease.require()
    planned = await planner.plan(module)
    manifest_key = keys.lab_manifest(module.number)
    stored, earlier = store.find(manifest_key), store.read_model(manifest_key, LabManifest)
    own = earlier if earlier and earlier.execution_name == request.execution_name else None
    manifest = LabManifest(
        module_number=module.number,
        title=module.title,
        execution_name=request.execution_name,
        plan_key=planned.plan_key,
        planned_ids=tuple(lab.lab_id for lab in planned.plan.labs),
        is_plan_reused=planned.is_reused,
        plan_started_at=started_at,
        plan_ended_at=datetime.now(UTC),
        plan_usage=planned.usage,
        labs=own.labs if own else (),
    )

    def together_with(other: LabManifest) -> LabManifest:
        is_same_plan = other.planned_ids == manifest.planned_ids
        return other if is_same_plan else manifest.model_copy(update={"labs": other.labs})

    write_together(store, manifest_key, manifest, replacing=stored, together_with=together_with)
    return LabPlanningResult(
        module_number=module.number, master_plan_key=planned.plan_key, lab_count=len(planned.plan.labs)
    )
