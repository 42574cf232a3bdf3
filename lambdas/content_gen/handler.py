"""Lambda entry of content_gen."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from content_gen.content_request import ContentRequest, ContentResult, content_result
from content_gen.module_writer import ModuleWriter
from course_kit.deadline import Deadline
from course_kit.model.model_provider import TextModel
from course_kit.records.project_lease import ProjectLease
from course_kit.records.spending import Spending
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import parse_event
from course_kit.run.outline_source import load_outline, module_of
from course_kit.run.regeneration import Regeneration
from course_kit.step_metrics import measured_step
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.work.async_steps import run_step

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
@measured_step
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
    """Take a `ContentRequest`, return a `ContentResult` as JSON; raises the typed errors."""
    environment = FunctionEnvironment.load()
    request = parse_event(event, ContentRequest)
    logger.append_keys(project=request.project_folder, execution=request.execution_name)
    # Sequential state machines of earlier deployments name several modules.
    if request.module_number is not None:
        logger.append_keys(module_number=request.module_number)
    deadline = Deadline.of(context)
    result = run_step(
        _write_modules(request, environment, deadline), max_threads=environment.lesson_max_concurrency + 4
    )
    logger.info("lessons ready", extra={"modules": result.modules_generated, "lessons": result.total_lessons})
    return result.model_dump(mode="json")


async def _write_modules(
    request: ContentRequest, environment: FunctionEnvironment, deadline: Deadline
) -> ContentResult:
    store = ArtefactStore.connect(request.course_bucket)
    outline = load_outline(store, request)
    keys = ProjectKeys(request.project_folder)
    modules = [module_of(outline, number) for number in request.module_numbers]
    writer = ModuleWriter(
        lease=ProjectLease.of(store, request),
        model=TextModel(request.model_provider, environment, spending=Spending.of(store, request)),
        outline=outline,
        regeneration=Regeneration.of(request.regenerate),
        lesson_max_concurrency=environment.lessons_at_once(request.lesson_max_concurrency),
        deadline=deadline,
    )
    manifests = [await writer.write(module) for module in modules]
    return content_result(manifests, [keys.manifest(module.number) for module in modules])
