"""Lambda entry of prepare_modules."""

from functools import partial

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from course_kit.errors import OutlineInvalid, RequestInvalid
from course_kit.execution_status import is_running
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import parse_event
from course_kit.step_metrics import USERS_DECISIONS, measured_step
from course_kit.store.artefact_store import ArtefactStore
from prepare_modules.execution_request import ExecutionRequest
from prepare_modules.run_preparation import prepare_run

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
@partial(measured_step, refusals=(*USERS_DECISIONS, OutlineInvalid, RequestInvalid))
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
    """Take the execution input (plus ``execution_name``), return a `PreparedRun` as JSON; raises the typed errors."""
    environment = FunctionEnvironment.load()
    request = parse_event(event, ExecutionRequest)
    logger.append_keys(project=request.project_folder, execution=request.execution_name)
    prepared = prepare_run(request, environment, ArtefactStore.connect(environment.course_bucket), is_running)
    logger.info("run prepared", extra={"modules": len(prepared.modules), "max_concurrency": prepared.max_concurrency})
    return prepared.model_dump(mode="json", exclude_none=True)
