"""`coursewright generate`: check the request, store the outline, start the run."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

import local_aws
from course_kit.prices import OwnPrices
from course_kit.run.events import ContentType
from course_kit.store.artefact_keys import ProjectKeys
from coursewright.book.out_trial import try_out
from coursewright.deployment import Deployment, Target
from coursewright.errors import BadInput
from coursewright.estimate.budget_warning import budget_warning, estimated_usd
from coursewright.following import follow
from coursewright.outline_file import OutlineFile
from coursewright.run.execution import Run
from coursewright.run.left_out import left_out
from coursewright.run.project_runs import planned_visuals, require_free
from coursewright.run.report import GenerateReport
from coursewright.run.request import checked_budget, checked_regeneration, project_of, require_labs
from coursewright.terminal import Terminal, complain
from prepare_modules.execution_request import MAX_CONCURRENCY


@dataclass(frozen=True, kw_only=True)
class GenerateOptions:
    """The user's options of `generate`."""

    project: str | None
    content_type: str
    lab_requirements: str | None
    modules: str
    provider: str
    max_concurrency: int | None
    allow_partial: bool
    title: str | None
    author: str | None
    regenerate: tuple[str, ...]
    max_cost: float | None
    prices: OwnPrices | None
    target: Target
    stage: str
    out: Path


def generate(outline_path: Path, options: GenerateOptions, terminal: Terminal) -> GenerateReport:
    """Generate a course.

    Everything is checked before anything is written: bad input leaves neither an object nor a file.

    Raises
    ------
    BadInput
        The outline or an option is wrong.
    CommandFailed
        As `follow`; finished artefacts are kept, and the next run reuses them.
    """
    outline_file = OutlineFile.read(outline_path)
    numbers = outline_file.select(options.modules)
    project = project_of(options.project, outline_file)
    if options.max_concurrency is not None and not 1 <= options.max_concurrency <= MAX_CONCURRENCY:
        raise BadInput(f"--max-concurrency: found {options.max_concurrency}, expected 1 to {MAX_CONCURRENCY}")
    checked_budget(options.max_cost)
    require_labs(outline_file, numbers, options.content_type)
    regeneration = checked_regeneration(options.regenerate, outline_file, numbers, options.content_type)
    try_out(options.out, project)
    deployment = ready_deployment(options.target, options.stage, terminal)
    require_free(deployment, project)
    planned = planned_visuals(deployment, project, regeneration)
    checked_regeneration(options.regenerate, outline_file, numbers, options.content_type, planned)
    _warn_of_budget(deployment, outline_file, numbers, options)
    if line := left_out(outline_file.outline, numbers, ContentType(options.content_type)):
        terminal.tell(line)
    key = _upload(deployment, project, outline_file)
    run = Run.start(deployment, _execution_input(options, project, key))
    modules = [outline_file.outline.module(number) for number in numbers]
    return follow(run, options.out, terminal, modules)


def _warn_of_budget(
    deployment: Deployment, outline_file: OutlineFile, numbers: tuple[int, ...], options: GenerateOptions
) -> None:
    if options.max_cost is None:
        return
    usd = estimated_usd(
        deployment,
        outline_file.outline,
        numbers,
        content_type=options.content_type,
        provider=options.provider,
        own=options.prices,
    )
    if line := budget_warning(options.max_cost, usd):
        complain([line])


def ready_deployment(target: Target, stage: str, terminal: Terminal) -> Deployment:
    """Return the deployment, after a start of local AWS and a deployment of changes."""
    if target is Target.LOCAL:
        local_aws.up(terminal.tell)
    return Deployment.find(target, stage)


def _upload(deployment: Deployment, project: str, outline_file: OutlineFile) -> str:
    key, store = ProjectKeys(project).outline(), deployment.store
    store.write(key, outline_file.source, content_type="application/yaml", replacing=store.find(key))
    return key


def _execution_input(options: GenerateOptions, project: str, outline_key: str) -> dict[str, JsonValue]:
    wanted: dict[str, JsonValue] = {
        "outline_s3_key": outline_key,
        "project_folder": project,
        "content_type": options.content_type,
        "lab_requirements": options.lab_requirements,
        "modules_to_generate": options.modules,
        "model_provider": options.provider,
        "max_concurrency": options.max_concurrency,
        "allow_partial": options.allow_partial,
        "book_title": options.title,
        "author": options.author,
        "regenerate": list(options.regenerate) or None,
        "budget_usd": options.max_cost,
        "prices": options.prices.model_dump(mode="json") if options.prices else None,
    }
    return {name: value for name, value in wanted.items() if value is not None}
