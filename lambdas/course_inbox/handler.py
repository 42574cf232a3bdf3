"""Lambda entry of course_inbox."""

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from course_inbox.dropped_outline import DropEvent, Inbox
from course_inbox.ended_run import EndedRun, RunEndedEvent
from course_kit.execution_status import is_running
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import parse_event
from course_kit.step_metrics import measured_step
from course_kit.store.artefact_store import ArtefactStore

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
@measured_step
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
    """Take EventBridge's event of a dropped file, or of the end of its run; return what became of it as JSON.

    Raises what is worth a retry.
    """
    environment = FunctionEnvironment.load()
    store = ArtefactStore.connect(environment.course_bucket)
    if event.get("source") == "aws.states":
        result = EndedRun(store, parse_event(event, RunEndedEvent).detail).tell()
    else:
        dropped = parse_event(event, DropEvent).dropped
        logger.append_keys(key=dropped.key, version=dropped.version)
        inbox = Inbox(
            store=store,
            step_functions=boto3.client("stepfunctions"),
            state_machine_arn=environment.state_machine_arn,
            is_running=is_running,
        )
        result = inbox.take(dropped)
    logger.info("outline from the inbox", extra={"status": result.status, "execution": result.execution_name})
    return result.model_dump(mode="json")
