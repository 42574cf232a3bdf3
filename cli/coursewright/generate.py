"""`coursewright generate`: check the request, ask what a person has to decide, store the outline, start the run."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import JsonValue

from course_kit.errors import ArtefactConflict
from course_kit.store.artefact import Artefact
from coursewright.book.out_trial import try_out
from coursewright.confirmation import confirm_run
from coursewright.deployment import Deployment, Target
from coursewright.errors import BadInput, CommandFailed
from coursewright.estimate.budget_warning import budget_warning, estimated_usd
from coursewright.following import follow
from coursewright.outline_upload import newer_outline, store_outline
from coursewright.person import person_name
from coursewright.run.bound_run import BoundRun, RunOptions, bind_run
from coursewright.run.execution import Run
from coursewright.run.left_out import left_out
from coursewright.run.project_runs import require_free
from coursewright.run.report import GenerateReport
from coursewright.run.request import checked_budget
from coursewright.terminal import Terminal, complain
from prepare_modules.execution_request import MAX_CONCURRENCY


@dataclass(frozen=True, kw_only=True)
class GenerateOptions:
    """The user's options of `generate`."""

    run: RunOptions
    max_concurrency: int | None
    allow_partial: bool
    max_cost: float | None
    confirm_above: float | None
    """Dollars above which a person is asked; None takes the project's setting."""
    yes: bool
    """Whether everything is confirmed beforehand."""
    target: Target
    stage: str
    out: Path


def generate(outline_path: Path, options: GenerateOptions, terminal: Terminal) -> GenerateReport:
    """Generate a course.

    Everything is checked before anything is written: bad input leaves neither an object nor a file.

    Raises
    ------
    BadInput
        The outline or an option is wrong, or a decision needs a person or ``--yes``.
    CommandFailed
        As `follow`; finished artefacts are kept, and the next run reuses them.
    """
    if options.max_concurrency is not None and not 1 <= options.max_concurrency <= MAX_CONCURRENCY:
        raise BadInput(f"--max-concurrency: found {options.max_concurrency}, expected 1 to {MAX_CONCURRENCY}")
    checked_budget(options.max_cost)
    run = bind_run(
        outline_path,
        options.run,
        lambda: Deployment.started(options.target, options.stage, terminal.tell),
        lambda project: try_out(options.out, project),
    )
    if run.edition_of:
        terminal.tell(f"project {run.edition_of} has this course in another language; this edition is {run.project}")
        try_out(options.out, run.project)
    deployment, outline = run.deployment, run.outline_file.outline
    require_free(deployment, run.project)
    _warn_of_budget(run, options)
    if line := left_out(outline, run.numbers, options.run.content_type):
        terminal.tell(line)
    changed_at = datetime.fromtimestamp(outline_path.stat().st_mtime, UTC)
    seen = deployment.store.find(run.keys.outline())
    newer = newer_outline(deployment.store, run.keys, run.outline_file.source, changed_at)
    if not options.yes:
        confirm_run(run, newer, options.confirm_above, terminal)
    key = _store_outline(run, changed_at, seen)
    started = Run.start(deployment, _execution_input(run, options, key))
    modules = [run.outline.module(slot) for slot in run.slots]
    return follow(started, options.out, terminal, modules)


def _store_outline(run: BoundRun, changed_at: datetime, seen: Artefact | None) -> str:
    """Store the outline in place of the one that was there before the person decided."""
    store, source = run.deployment.store, run.outline_file.source
    try:
        return store_outline(
            store, run.keys, source, who=person_name(), changed_at=changed_at, seen=seen, only_seen=True
        )
    except ArtefactConflict:
        raise CommandFailed(
            f"project {run.project}: somebody has stored another outline meanwhile; nothing was started. "
            "Look at it with `coursewright checkout`, then run again"
        ) from None


def _warn_of_budget(run: BoundRun, options: GenerateOptions) -> None:
    if options.max_cost is None:
        return
    usd = estimated_usd(
        run.deployment,
        run.outline_file.outline,
        run.numbers,
        content_type=options.run.content_type,
        provider=options.run.provider,
        own=options.run.prices,
    )
    if line := budget_warning(options.max_cost, usd):
        complain([line])


def _execution_input(run: BoundRun, options: GenerateOptions, outline_key: str) -> dict[str, JsonValue]:
    asked = options.run
    wanted: dict[str, JsonValue] = {
        "outline_s3_key": outline_key,
        "project_folder": run.project,
        "content_type": asked.content_type,
        "lab_requirements": asked.lab_requirements or None,
        "modules_to_generate": asked.modules,
        "model_provider": asked.provider,
        "max_concurrency": options.max_concurrency,
        "allow_partial": options.allow_partial,
        "book_title": asked.title,
        "author": asked.author,
        "regenerate": list(asked.regenerate) or None,
        "budget_usd": options.max_cost,
        "prices": asked.prices.model_dump(mode="json") if asked.prices else None,
        # Everything that a person may have to decide has been decided here.
        "confirmed": True,
    }
    return {name: value for name, value in wanted.items() if value is not None}
