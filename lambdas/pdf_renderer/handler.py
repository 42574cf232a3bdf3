"""Lambda entry of pdf_renderer, the last step: it also completes the run's summary."""

from datetime import UTC, datetime

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, Field

from course_kit.records.project_lease import ProjectLease
from course_kit.records.run_summary import RunStatus, RunSummary, StepTimes, enter_in_summary
from course_kit.run.events import BaseParams, parse_event
from course_kit.step_metrics import measured_step
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from pdf_renderer.pdf_rendering import render_pdf

logger = Logger()


class PdfRequest(BaseParams):
    """The step's event: the result of book_builder."""

    book: dict[str, str] = Field(default_factory=dict)
    lab_guide: dict[str, str] = Field(default_factory=dict)
    counts: dict[str, int]


class PdfResult(BaseModel):
    """The keys of the course book and the lab guide, by format; empty for a book that was not requested."""

    book: dict[str, str]
    lab_guide: dict[str, str]
    counts: dict[str, int]


@logger.inject_lambda_context(clear_state=True)
@measured_step
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
    """Take a `PdfRequest`, return a `PdfResult` as JSON; raises the typed errors."""
    started_at = datetime.now(UTC)
    request = parse_event(event, PdfRequest)
    logger.append_keys(**request.log_keys)
    store = ArtefactStore.connect(request.course_bucket)
    keys = ProjectKeys(request.project_folder)
    ProjectLease.of(store, request).require()
    book, lab_guide = (_with_pdf(store, keys, made) for made in (request.book, request.lab_guide))
    _complete_run(store, keys.run(request.execution_name), started_at, book, lab_guide)
    logger.info("book complete", extra={"counts": request.counts})
    return PdfResult(book=book, lab_guide=lab_guide, counts=request.counts).model_dump(mode="json")


def _with_pdf(store: ArtefactStore, keys: ProjectKeys, made: dict[str, str]) -> dict[str, str]:
    """Return the formats of a book with the PDF instead of its typst source."""
    if not made:
        return {}
    formats = {name: key for name, key in made.items() if name != "typst"}
    return formats | {"pdf": render_pdf(store, keys, made["typst"])}


def _complete_run(
    store: ArtefactStore, key: str, started_at: datetime, book: dict[str, str], lab_guide: dict[str, str]
) -> None:
    now = datetime.now(UTC)

    def completed(summary: RunSummary) -> RunSummary:
        return summary.model_copy(
            update={
                "status": RunStatus.SUCCEEDED,
                "ended_at": now,
                "steps": summary.steps | {"pdf": StepTimes(started_at=started_at, ended_at=now)},
                "book": book,
                "lab_guide": lab_guide,
            }
        )

    enter_in_summary(store, key, completed)
