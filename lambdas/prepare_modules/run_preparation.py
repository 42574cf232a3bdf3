"""From the execution input to the list of modules and the parameters that every later step carries."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files

from pydantic import BaseModel

from course_kit.errors import RequestInvalid
from course_kit.forecast.cached_calls import AskedModels
from course_kit.forecast.course_estimate import estimate_course
from course_kit.forecast.estimated_calls import CallKind
from course_kit.forecast.writers import writer_of
from course_kit.outline import Outline, read_outline
from course_kit.outline.labs import labs_of_module
from course_kit.records.course_record import CourseRecord
from course_kit.records.journal import write_together
from course_kit.records.project_lease import ProjectLease
from course_kit.records.run_summary import EstimateRecord, RunStatus, RunSummary, StepTimes
from course_kit.records.spending import Spending
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import (
    BaseParams,
    ContentSource,
    ContentType,
)
from course_kit.run.outline_source import load_outline
from course_kit.run.regeneration import Regeneration, in_slots
from course_kit.store.artefact import fingerprint_of
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.ids import VisualId
from prepare_modules.course_of_project import require_same_course, with_editions
from prepare_modules.execution_request import ExecutionRequest
from prepare_modules.lesson_moves import store_course_with_moves
from prepare_modules.module_selection import select_modules
from prepare_modules.run_concurrency import concurrency_of_run
from prepare_modules.run_costs import budget_of, expected_of_run
from prepare_modules.run_size import require_room


class PreparedRun(BaseModel):
    """What the state machine works with."""

    modules: tuple[int, ...]
    content_type: ContentType
    max_concurrency: int
    allow_partial: bool
    plans_course: bool
    """Whether the lessons share a brief."""
    base_params: BaseParams


def prepare_run(
    request: ExecutionRequest,
    environment: FunctionEnvironment,
    store: ArtefactStore,
    is_running: Callable[[str], bool],
) -> PreparedRun:
    """Check a request against its outline, take the project for this execution, and record the run.

    ``is_running`` tells of another execution, by its ARN, whether it goes on.

    Raises
    ------
    RequestInvalid
        A foreign bucket, what the outline does not have, or a budget without the prices to keep it. Also another
        course than the project's that nobody has confirmed.
    OutlineInvalid
        The outline is missing or breaks a rule.
    ArtefactConflict
        Another execution works on the project.
    """
    started_at = datetime.now(UTC)
    if request.course_bucket not in (None, environment.course_bucket):
        raise RequestInvalid(
            f"course_bucket: found {request.course_bucket!r}, expected this deployment's {environment.course_bucket!r}"
        )
    environment = _environment_of_run(request, environment)
    text_model_id = environment.models.text(request.model_provider)
    params = BaseParams(
        course_bucket=environment.course_bucket,
        outline_s3_key=request.outline_s3_key,
        project_folder=request.project_folder,
        model_provider=request.model_provider,
        text_model_id=text_model_id or None,
        short_text_model_id=environment.models.own_short_text(request.model_provider),
        content_source=request.content_source,
        execution_name=request.execution_name,
        content_type=request.content_type,
        lab_requirements=request.lab_requirements,
        book_title=request.book_title,
        author=request.author,
        budget=budget_of(request.budget_usd, request.prices, request.model_provider, environment.models),
        regenerate=request.regenerate,
        resumes=request.resumes,
        books_only=request.books_only,
    )
    is_packaged = request.content_source is ContentSource.LOCAL
    if not is_packaged:
        params = _with_outline_version(store, params)
    outline = read_outline(_packaged_outline()) if is_packaged else load_outline(store, params)
    chosen = select_modules(request.modules_to_generate, outline.module_numbers)
    keys = ProjectKeys(request.project_folder)
    record = CourseRecord.read(store, keys)
    require_same_course(record, outline, keys, is_confirmed=request.confirmed)
    before, record = record, record.with_outline(outline)
    outline = record.slots.bind(outline)
    modules = tuple(module.number for module in outline.modules if module.shown in chosen)
    require_room(outline, modules, request.content_type)
    _require_labs(outline, modules, request.content_type)
    params = params.model_copy(update={"regenerate": _targets(request, outline, store)})
    regeneration = Regeneration.of(params.regenerate)
    regeneration.check(outline, modules, request.content_type, planned_visual_ids(store, keys, regeneration))
    ProjectLease(store, keys, request.execution_name).take(request.execution_arn, is_running)
    version = store_course_with_moves(store, keys, before, with_editions(store, record, keys))
    params = params.model_copy(update={"course_version": version})
    if is_packaged:
        params = _with_outline_version(store, _store_packaged_outline(store, params))
    if spending := Spending.of(store, params):
        spending.open()
    writer = writer_of(text_model_id)
    course = estimate_course(
        outline, modules, request.content_type, writer, book_parts=environment.book_parts, editing=environment.editing
    )
    asked = AskedModels.of(
        environment.models,
        request.model_provider,
        at_once=(request.max_concurrency or environment.module_max_concurrency) * environment.lesson_max_concurrency,
    )
    # Without the call that writes the cache for them: whether it is made, the next step decides.
    cached = asked.where_caching_pays(call for call in course.calls if call.kind is not CallKind.BRIEF)
    asked = asked.where_caching_pays(course.calls)
    expected = (
        None
        if request.books_only
        else expected_of_run(course, request.prices, request.model_provider, environment.models, asked)
    )
    # Whoever resumes the run later resumes it with its own model.
    named = request.model_copy(update={"text_model_id": params.text_model_id})
    _record_run(store, named, started_at, modules=modules, regenerates=params.regenerate, estimate=expected)
    concurrency = concurrency_of_run(
        course,
        request.content_type,
        provider=request.model_provider,
        wanted_modules=request.max_concurrency,
        environment=environment,
        asked=asked,
    )
    return PreparedRun(
        modules=modules,
        content_type=request.content_type,
        max_concurrency=concurrency.modules,
        allow_partial=request.allow_partial,
        plans_course=outline.course.has_brief,
        base_params=params.model_copy(
            update={
                "cached_calls": cached.kinds_with_cache_points,
                "editing": outline.course.editing or environment.editing,
                "lesson_max_concurrency": concurrency.lessons,
                "planner_max_concurrency": concurrency.planners_at_once,
                "image_max_concurrency": concurrency.images,
            }
        ),
    )


def _targets(request: ExecutionRequest, outline: Outline, store: ArtefactStore) -> tuple[str, ...]:
    """Return what is to be made again, in slots; of a resumed run what was meant then, in whatever order it is now."""
    key = ProjectKeys(request.project_folder).run(request.resumes[-1]) if request.resumes else None
    resumed = store.read_model(key, RunSummary) if key else None
    return (resumed and resumed.regenerates) or in_slots(request.regenerate, outline)


def planned_visual_ids(store: ArtefactStore, keys: ProjectKeys, regeneration: Regeneration) -> set[VisualId]:
    """Return those of the visuals to be made anew that are planned already."""
    return {visual for visual in regeneration.visuals if any(store.keys(keys.prompts_of_visual(str(visual))))}


def _environment_of_run(request: ExecutionRequest, environment: FunctionEnvironment) -> FunctionEnvironment:
    """Return the settings with the model that the request names; raises ``RequestInvalid`` for an unknown one."""
    choices = environment.models.text_choices(request.model_provider)
    if request.text_model_id not in (None, *choices):
        raise RequestInvalid(
            f"text_model_id: found {request.text_model_id!r}, expected one of this deployment's models, "
            f"{', '.join(choices)}; start a new run, or deploy with -c further_text_model_ids={request.text_model_id}"
        )
    return environment.of_run(request.model_provider, request.text_model_id)


def _with_outline_version(store: ArtefactStore, params: BaseParams) -> BaseParams:
    """Bind a run to the outline as it is now: another upload, while it goes on, must not mix two outlines."""
    stored = store.find(params.outline_s3_key)
    return params.model_copy(update={"outline_version": stored.version if stored else None})


def _require_labs(outline: Outline, modules: tuple[int, ...], content_type: ContentType) -> None:
    if content_type is ContentType.LABS and not any(labs_of_module(outline.module(number)) for number in modules):
        raise RequestInvalid(
            "content_type: found 'labs', but no lab in the chosen modules of the outline, expected at least one "
            "under lab_activities or labs"
        )


def _packaged_outline() -> bytes:
    return files("prepare_modules").joinpath("sample_outline.yaml").read_bytes()


def _store_packaged_outline(store: ArtefactStore, params: BaseParams) -> BaseParams:
    key = ProjectKeys(params.project_folder).outline()
    if store.read(key) != _packaged_outline():
        store.write(
            key,
            _packaged_outline(),
            content_type="application/yaml",
            replacing=store.find(key),
            fingerprint=fingerprint_of(_packaged_outline().decode()),
        )
    return params.model_copy(update={"outline_s3_key": key})


def _record_run(
    store: ArtefactStore,
    request: ExecutionRequest,
    started_at: datetime,
    *,
    modules: tuple[int, ...],
    regenerates: tuple[str, ...],
    estimate: EstimateRecord | None,
) -> None:
    key = ProjectKeys(request.project_folder).run(request.execution_name)
    summary = RunSummary(
        execution_name=request.execution_name,
        status=RunStatus.RUNNING,
        request=request.model_dump(mode="json", exclude={"execution_name", "execution_arn"}, exclude_none=True),
        modules=modules,
        regenerates=regenerates,
        started_at=started_at,
        estimate=estimate,
        steps={"prepare": StepTimes(started_at=started_at, ended_at=datetime.now(UTC))},
    )
    write_together(store, key, summary, replacing=store.find(key), together_with=lambda other: other)
