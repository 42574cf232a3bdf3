"""Lambda entry of visual_planner."""

from datetime import UTC, datetime

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, Field

from course_kit.errors import RequestInvalid
from course_kit.model.model_provider import TextModel
from course_kit.records.project_lease import ProjectLease
from course_kit.records.spending import Spending
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import BaseParams, parse_event
from course_kit.run.outline_source import load_outline, module_of
from course_kit.run.regeneration import Regeneration
from course_kit.step_metrics import measured_step
from course_kit.store.artefact_store import ArtefactStore
from course_kit.usage import Usage
from course_kit.work.async_steps import run_step
from visual_planner.lesson_planner import LessonPlanner
from visual_planner.visual_prompts import PROMPT_VERSION

logger = Logger()


class VisualPlanningRequest(BaseParams):
    """One lesson whose visuals are to be planned."""

    module_number: int = Field(ge=1)
    lesson_number: int = Field(ge=1)
    lesson_key: str


class VisualPlanningResult(BaseModel):
    """Keys and counts only."""

    module_number: int
    lesson_number: int
    prompt_keys: tuple[str, ...]
    visual_count: int
    reused: int
    prompt_version: str
    usage: Usage
    started_at: datetime
    ended_at: datetime


@logger.inject_lambda_context(clear_state=True)
@measured_step
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
    """Take a `VisualPlanningRequest`, return a `VisualPlanningResult` as JSON; raises the typed errors."""
    environment = FunctionEnvironment.load()
    request = parse_event(event, VisualPlanningRequest)
    logger.append_keys(
        project=request.project_folder, execution=request.execution_name, module_number=request.module_number
    )
    result = run_step(_plan(request, environment), at_once=4)
    logger.info("visuals planned", extra={"lesson": result.lesson_number, "visuals": result.visual_count})
    return result.model_dump(mode="json")


async def _plan(request: VisualPlanningRequest, environment: FunctionEnvironment) -> VisualPlanningResult:
    started_at = datetime.now(UTC)
    store = ArtefactStore.connect(request.course_bucket)
    markdown = store.read(request.lesson_key)
    if markdown is None:
        raise RequestInvalid(f"lesson_key: found no object {request.lesson_key!r}, expected a lesson of this project")
    outline = load_outline(store, request)
    lessons = {lesson.number: lesson for lesson in module_of(outline, request.module_number).lessons}
    if request.lesson_number not in lessons:
        raise RequestInvalid(
            f"lesson_number: found {request.lesson_number}, expected a lesson of module {request.module_number}"
        )
    planner = LessonPlanner(
        lease=ProjectLease.of(store, request),
        model=TextModel(request.model_provider, environment, spending=Spending.of(store, request)),
        language=outline.course.language,
        regeneration=Regeneration.of(request.regenerate),
    )
    visuals = await planner.plan(
        request.module_number, request.lesson_number, lessons[request.lesson_number].title, markdown.decode()
    )
    return VisualPlanningResult(
        module_number=request.module_number,
        lesson_number=request.lesson_number,
        prompt_keys=visuals.prompt_keys,
        visual_count=len(visuals.prompt_keys),
        reused=visuals.reused,
        prompt_version=PROMPT_VERSION,
        usage=visuals.usage,
        started_at=started_at,
        ended_at=datetime.now(UTC),
    )
