"""Lambda entry of study_writer."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, Field

from course_kit.deadline import Deadline
from course_kit.model.model_provider import TextModel
from course_kit.outline.book_parts import WRITTEN_BY_MODEL, parts_of_book
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
from study_writer.module_study import ModuleStudy

logger = Logger()


class StudyWritingRequest(BaseParams):
    """One module whose lessons are written."""

    module_number: int = Field(ge=1)


class StudyWritingResult(BaseModel):
    """Keys and counts only."""

    module_number: int
    manifest_key: str
    counts: dict[str, int]


@logger.inject_lambda_context(clear_state=True)
@measured_step
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
    """Take a `StudyWritingRequest`, return a `StudyWritingResult` as JSON; raises the typed errors."""
    environment = FunctionEnvironment.load()
    request = parse_event(event, StudyWritingRequest)
    logger.append_keys(
        project=request.project_folder, execution=request.execution_name, module_number=request.module_number
    )
    store = ArtefactStore.connect(request.course_bucket)
    keys = ProjectKeys(request.project_folder)
    outline = load_outline(store, request)
    module = module_of(outline, request.module_number)
    study = ModuleStudy(
        lease=ProjectLease.of(store, request),
        model=TextModel(request.model_provider, environment, spending=Spending.of(store, request)),
        outline=outline,
        parts=parts_of_book(outline.book, environment.book_parts) & WRITTEN_BY_MODEL,
        lesson_max_concurrency=environment.lessons_at_once(request.lesson_max_concurrency),
        deadline=Deadline.of(context),
        regeneration=Regeneration.of(request.regenerate),
    )
    manifest = run_step(study.write(module), at_once=environment.lesson_max_concurrency)
    counts = {
        "quizzes": sum(lesson.questions > 0 for lesson in manifest.lessons),
        "questions": sum(lesson.questions for lesson in manifest.lessons),
        "terms": sum(lesson.terms for lesson in manifest.lessons),
        "study_reused": sum(lesson.is_reused for lesson in manifest.lessons),
    }
    logger.info("study parts ready", extra={"counts": counts})
    result = StudyWritingResult(
        module_number=module.number, manifest_key=keys.study_manifest(module.number), counts=counts
    )
    return result.model_dump(mode="json")
