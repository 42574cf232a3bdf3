"""Lambda entry of book_builder."""

from datetime import UTC, datetime

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from book_builder.book_request import BookRequest
from book_builder.book_store import BookStore
from book_builder.run_amounts import RunRecords
from course_kit.records.run_summary import record_book
from course_kit.step_metrics import measured_step
from course_kit.work.step import Step

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
@measured_step
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
    """Take a `BookRequest`, return a `BookResult` as JSON; raises the typed errors."""
    started_at = datetime.now(UTC)
    step = Step.of(event, BookRequest, context)
    step.lease.require()
    book_parts = step.environment.book_parts
    result = BookStore(step.store, step.keys, book_parts, step.environment.book_paper).build(step.outline, step.request)
    records = RunRecords.read(step.store, step.request)
    to_make = records.to_make(step.outline, book_parts)
    record_book(step.store, step.keys.run(step.request.execution_name), started_at, records.amounts, to_make)
    logger.info("book built", extra={"counts": result.counts})
    return result.model_dump(mode="json")
