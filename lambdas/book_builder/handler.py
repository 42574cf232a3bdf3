"""Lambda entry of book_builder."""

from datetime import UTC, datetime

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from book_builder.book_request import BookRequest
from book_builder.book_store import BookStore
from book_builder.run_amounts import RunRecords
from course_kit.records.project_lease import ProjectLease
from course_kit.records.run_summary import record_book
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import parse_event
from course_kit.run.outline_source import load_outline
from course_kit.step_metrics import measured_step
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
@measured_step
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
    """Take a `BookRequest`, return a `BookResult` as JSON; raises the typed errors."""
    started_at = datetime.now(UTC)
    request = parse_event(event, BookRequest)
    logger.append_keys(project=request.project_folder, execution=request.execution_name)
    store, keys = ArtefactStore.connect(request.course_bucket), ProjectKeys(request.project_folder)
    ProjectLease.of(store, request).require()
    environment = FunctionEnvironment.load()
    books = BookStore(store, keys, environment.book_parts, environment.book_paper)
    outline = load_outline(store, request)
    result = books.build(outline, request)
    records = RunRecords.read(store, request)
    to_make = records.to_make(outline, environment.book_parts)
    record_book(store, keys.run(request.execution_name), started_at, records.amounts, to_make)
    logger.info("book built", extra={"counts": result.counts})
    return result.model_dump(mode="json")
