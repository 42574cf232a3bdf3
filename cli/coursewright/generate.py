"""`coursewright generate`, `resume` and `watch`: start a run, follow it, bring its book home."""

import sys
import time
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue
from rich.console import Console

from course_kit.artefact_keys import ProjectKeys
from course_kit.outline import Module, read_outline
from course_kit.prices import OwnPrices
from course_kit.run_summary import RunSummary
from coursewright import local_aws
from coursewright.budget_warning import budget_warning, estimated_usd
from coursewright.deployment import Deployment, Target
from coursewright.download import download_book
from coursewright.errors import BadInput, CommandFailed
from coursewright.estimate_report import against_estimate
from coursewright.failures import FORESEEN, failure_of
from coursewright.outline_file import OutlineFile
from coursewright.progress import RunWatcher
from coursewright.progress_view import progress_view
from coursewright.project_runs import planned_visuals, require_free, resumed_input
from coursewright.report import GenerateReport, generate_report, print_report
from coursewright.run import Run, RunState
from coursewright.run_request import checked_budget, checked_project, checked_regeneration, project_of, require_labs
from coursewright.timeline import RunRecords, timeline_of, write_timeline
from prepare_modules.module_selection import select_modules
from prepare_modules.run_preparation import MAX_CONCURRENCY

_POLL_SECONDS = {Target.LOCAL: 0.4, Target.AWS: 3.0}


@dataclass(frozen=True, kw_only=True)
class GenerateOptions:
    """What the user asked for."""

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


def generate(outline_path: Path, options: GenerateOptions, console: Console) -> GenerateReport:
    """Generate a course.

    Everything is checked before anything is written: bad input leaves neither an object nor a file.

    Raises
    ------
    BadInput
        The outline or an option is wrong.
    CommandFailed
        The run failed or AWS refused; what was made is kept and found again by the next run.
    """
    outline_file = OutlineFile.read(outline_path)
    numbers = outline_file.select(options.modules)
    project = project_of(options.project, outline_file)
    if options.max_concurrency is not None and not 1 <= options.max_concurrency <= MAX_CONCURRENCY:
        raise BadInput(f"--max-concurrency: found {options.max_concurrency}, expected 1 to {MAX_CONCURRENCY}")
    checked_budget(options.max_cost)
    require_labs(outline_file, numbers, options.content_type)
    regeneration = checked_regeneration(options.regenerate, outline_file, numbers, options.content_type)
    deployment = ready_deployment(options.target, options.stage, console)
    require_free(deployment, project)
    planned = planned_visuals(deployment, project, regeneration)
    checked_regeneration(options.regenerate, outline_file, numbers, options.content_type, planned)
    _warn_of_budget(deployment, outline_file, numbers, options)
    key = _upload(deployment, project, outline_file)
    run = Run.start(deployment, _execution_input(options, project, key))
    modules = [outline_file.outline.module(number) for number in numbers]
    return follow(run, modules, options.out, console)


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
        print(line, file=sys.stderr)


def ready_deployment(target: Target, stage: str, console: Console) -> Deployment:
    """Return the deployment; local AWS is started, and what has changed deployed, before."""
    if target is Target.LOCAL:
        local_aws.up(lambda line: console.print(line, highlight=False, soft_wrap=True))
    return Deployment.find(target, stage)


def resume(
    project: str, target: Target, stage: str, out: Path, console: Console, *, max_cost: float | None = None
) -> GenerateReport:
    """Go on with a project's latest run, as it was asked for but with a budget of its own; raises as `generate`."""
    checked_project(project, "PROJECT")
    checked_budget(max_cost)
    deployment = Deployment.find(target, stage)
    execution_input = resumed_input(deployment, project)
    if max_cost is not None:
        execution_input["budget_usd"] = max_cost
    require_free(deployment, project)
    run = Run.start(deployment, execution_input)
    return follow(run, _modules_of(run), out, console)


def watch(execution: str, target: Target, stage: str, out: Path, console: Console) -> GenerateReport:
    """Follow an execution that runs already or has ended, and bring its book home; raises as `generate`."""
    deployment = Deployment.find(target, stage)
    run = Run.find(deployment, execution)
    return follow(run, _modules_of(run), out, console)


def _modules_of(run: Run) -> list[Module]:
    """Return the modules that a run was asked for, from the outline in the bucket."""
    deployment, run_input = run.deployment, run.state().run_input
    source = deployment.store.read(run_input.outline_s3_key)
    if source is None:
        raise CommandFailed(
            f"{run_input.outline_s3_key}: found nothing in bucket {deployment.bucket}, expected the run's outline"
        )
    outline = read_outline(source)
    selector = run_input.modules_to_generate
    numbers = select_modules(
        selector if isinstance(selector, int | str) else [int(str(n)) for n in selector or []],  # type: ignore[union-attr]
        outline.module_numbers,
    )
    return [outline.module(number) for number in numbers]


def follow(run: Run, modules: list[Module], out: Path, console: Console) -> GenerateReport:
    """Show progress until a run ends; download its book; raise `RunFailed` if there is none."""
    state = run.state()
    keys = ProjectKeys(state.run_input.project_folder)
    watcher = RunWatcher(run.deployment, keys, run.name, modules, state.run_input.content_type)
    console.print(f"run {run.name} on project {keys.project_folder}", highlight=False)
    view = progress_view(console)
    try:
        while True:
            state = run.state()
            elapsed = (state.ended_at.timestamp() if state.ended_at else time.time()) - state.started_at.timestamp()
            view.show(watcher.progress(), elapsed)
            if not state.is_running:
                break
            time.sleep(_POLL_SECONDS[run.deployment.target])
    except KeyboardInterrupt:
        view.close()
        target = run.deployment.target
        raise Interrupted(
            f"stopped watching; the run goes on. Watch it with `coursewright watch {run.name} --target {target}`"
        ) from None
    finally:
        view.close()
    manifests = watcher.manifests()
    _draw_timeline(run, out / keys.project_folder / "timeline.html", console)
    numbers = tuple(module.number for module in modules)
    if state.output is None:
        raise RunFailed(generate_report(run, state, manifests, numbers, book={}, lab_guide={}), _failure(state))
    images = manifests.image_keys if state.output.book else None
    book = download_book(run.deployment, keys.project_folder, state.output.book, out, images=images)
    lab_guide = download_book(run.deployment, keys.project_folder, state.output.lab_guide, out, images=None)
    report = generate_report(run, state, manifests, numbers, book=book, lab_guide=lab_guide)
    print_report(console, report, manifests)
    if line := _against_estimate(run.deployment, keys.run(run.name)):
        console.print(line, highlight=False, soft_wrap=True)
    return report


def _against_estimate(deployment: Deployment, summary_key: str) -> str | None:
    summary = deployment.store.read_model(summary_key, RunSummary)
    return against_estimate(summary.estimate) if summary and summary.estimate else None


def _draw_timeline(run: Run, path: Path, console: Console) -> None:
    """Draw what happened when, of a failed run above all; a picture that cannot be drawn takes no book away."""
    try:
        write_timeline(timeline_of(RunRecords.read(run)), path)
    except FORESEEN as error:
        console.print(f"no timeline: {failure_of(error)}", highlight=False, soft_wrap=True, markup=False)
    else:
        console.print(f"timeline: {path}", highlight=False, soft_wrap=True, markup=False)


class RunFailed(CommandFailed):
    """The run ended without a book."""

    def __init__(self, report: GenerateReport, line: str) -> None:
        super().__init__(line)
        self.report = report


class Interrupted(CommandFailed):
    """The user stopped watching."""

    exit_code = 130


def _failure(state: RunState) -> str:
    cause = " ".join(state.cause.split()) or "no cause given"
    return (
        f"run failed with {state.error or state.status}: {cause}. "
        "What was made is kept; run the same command again, or `coursewright resume "
        f"{state.run_input.project_folder}`, to make only what is missing."
    )


def _upload(deployment: Deployment, project: str, outline_file: OutlineFile) -> str:
    key, store = f"{project}/outline.yaml", deployment.store
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
