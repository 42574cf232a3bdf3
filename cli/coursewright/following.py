"""`coursewright watch` and `resume`, and the last part of `generate`: follow a run and download its book."""

import shlex
import time
from collections.abc import Sequence
from pathlib import Path

from course_kit.outline import Module, read_outline
from course_kit.records.course_record import CourseRecord
from course_kit.records.run_summary import RunSummary
from course_kit.store.artefact_keys import ProjectKeys
from coursewright.book.download import BookInBucket, download_book, write_page
from coursewright.book.out_folder import OutFolder
from coursewright.book.out_trial import try_out
from coursewright.book.project_files import Renewal
from coursewright.commands.options import DEFAULT_OUT
from coursewright.deployment import Deployment, Target
from coursewright.errors import CommandFailed, Interrupted, OutputClosed
from coursewright.estimate.report import against_estimate
from coursewright.failures import FORESEEN, failure_of
from coursewright.house.money import usd_of_run
from coursewright.run.execution import Run, RunState
from coursewright.run.patience import Clock, NotFollowed, PatientRun
from coursewright.run.progress import RunProgress
from coursewright.run.progress_view import progress_view
from coursewright.run.project_runs import require_free, resumed_input
from coursewright.run.report import GenerateReport, generate_report, print_report
from coursewright.run.request import checked_budget, checked_project
from coursewright.run.watcher import RunWatcher
from coursewright.terminal import Terminal
from coursewright.timeline import RunRecords, render, timeline_of
from prepare_modules.module_selection import select_modules

_POLL_SECONDS = {Target.LOCAL: 0.4, Target.AWS: 3.0}


class RunFailed(CommandFailed):
    """The run ended without a book."""

    def __init__(self, report: GenerateReport, line: str) -> None:
        super().__init__(line)
        self.report = report


class RunStopped(RunFailed):
    """Somebody stopped the run."""

    exit_code = 4


def resume(
    project: str, target: Target, stage: str, out: Path, terminal: Terminal, *, max_cost: float | None = None
) -> GenerateReport:
    """Resume a project's latest run with the same request and its own budget; raises as `follow`."""
    checked_project(project, "PROJECT")
    checked_budget(max_cost)
    try_out(out, project)
    deployment = Deployment.started(target, stage, terminal.tell)
    execution_input = resumed_input(deployment, project)
    if max_cost is not None:
        execution_input["budget_usd"] = max_cost
    require_free(deployment, project)
    return follow(Run.start(deployment, execution_input), out, terminal)


def watch(execution: str, target: Target, stage: str, out: Path, terminal: Terminal) -> GenerateReport:
    """Follow a running or ended execution, and download its book; raises as `follow`."""
    try_out(out)
    return follow(Run.find(Deployment.find(target, stage), execution), out, terminal)


def follow(
    run: Run, out: Path, terminal: Terminal, modules: Sequence[Module] | None = None, clock: Clock | None = None
) -> GenerateReport:
    """Show progress until a run ends, and download its book.

    Parameters
    ----------
    modules
        The modules of the run, in order; None reads them from its outline in the bucket.
    clock
        The clock for the time limit while AWS does not answer.

    Raises
    ------
    RunFailed
        The run ended without a book.
    RunStopped
        Somebody stopped the run.
    NotFollowed
        AWS has not answered for minutes. The run continues without this command.
    Interrupted
        The user stopped watching.
    OutputClosed
        Nobody reads the output.
    CommandFailed
        The book cannot be written here.
    """
    again = _watch_command(run, out)
    patient = PatientRun(run, again, lambda line: terminal.tell(line, style="yellow"), clock or Clock())
    try:
        return _followed(patient, OutFolder(out), terminal, modules)
    except KeyboardInterrupt:
        raise Interrupted(f"stopped watching; the run goes on. Watch it with `{again}`") from None
    except OutputClosed:
        raise OutputClosed(f"nobody reads the output; the run goes on. Watch it with `{again}`") from None


def _followed(
    patient: PatientRun, out: OutFolder, terminal: Terminal, modules: Sequence[Module] | None
) -> GenerateReport:
    name = patient.run.name
    run_input = patient.ask(Run.state).run_input
    keys = ProjectKeys(run_input.project_folder)
    terminal.tell(f"run {name} on project {keys.project_folder}")
    made = modules if modules is not None else patient.ask(_modules_of)
    watcher = RunWatcher(patient.run.deployment, keys, name, made, run_input.content_type)
    state = _end_of(patient, watcher, terminal)
    manifests = patient.ask(lambda run: _looking(watcher, run).manifests())
    renewal = _draw_timeline(patient, out, keys, terminal)
    usage, images = manifests.usage, manifests.paid_images
    usd = patient.ask(lambda run: usd_of_run(run.deployment.store, keys, name, usage, images))
    ended = state.output
    if ended is None:
        report = generate_report(patient.run, state, manifests, made, book={}, lab_guide={}, usd=usd)
        if state.was_stopped:
            raise RunStopped(report, _stop(state, patient.run))
        raise RunFailed(report, _failure(state, patient.run.deployment))
    course = BookInBucket(ended.book, manifests.image_keys)
    labs = BookInBucket(ended.lab_guide, is_lab_guide=True)
    elsewhere = _watch_command(patient.run, Path("elsewhere"))
    book = patient.ask(lambda run: download_book(run.deployment, keys, course, out, elsewhere))
    lab_guide = patient.ask(lambda run: download_book(run.deployment, keys, labs, out, elsewhere))
    report = generate_report(
        patient.run,
        state,
        manifests,
        made,
        book=book.formats,
        lab_guide=lab_guide.formats,
        renewal=renewal + book.renewal + lab_guide.renewal,
        usd=usd,
    )
    print_report(terminal, report, manifests)
    summary = patient.ask(lambda run: run.deployment.store.read_model(keys.run(name), RunSummary))
    if summary and summary.estimate and (line := against_estimate(summary.estimate)):
        terminal.tell(line)
    return report


def _end_of(patient: PatientRun, watcher: RunWatcher, terminal: Terminal) -> RunState:
    """Show the run's progress until it has ended; return its final state."""

    def look(run: Run) -> tuple[RunState, RunProgress]:
        state = run.state()
        return state, _looking(watcher, run).progress(state)

    view = progress_view(terminal)
    try:
        while True:
            state, progress = patient.ask(look)
            elapsed = (state.ended_at.timestamp() if state.ended_at else time.time()) - state.started_at.timestamp()
            view.show(progress, elapsed)
            if not state.is_running:
                return state
            patient.clock.wait(_POLL_SECONDS[patient.run.deployment.target])
    except CommandFailed:
        raise
    except FORESEEN as error:
        # For example, another version's records cannot be read; the run continues.
        raise patient.not_followed(error) from None
    finally:
        view.close()


def _looking(watcher: RunWatcher, run: Run) -> RunWatcher:
    """Return the watcher with the run's current credentials."""
    watcher.deployment = run.deployment
    return watcher


def _modules_of(run: Run) -> list[Module]:
    """Return the requested modules of a run, from the outline in the bucket."""
    deployment, run_input = run.deployment, run.state().run_input
    source = deployment.store.read(run_input.outline_s3_key)
    if source is None:
        raise CommandFailed(
            f"{run_input.outline_s3_key}: found nothing in bucket {deployment.bucket}, expected the run's outline"
        )
    outline = read_outline(source)
    chosen = select_modules(run_input.modules_to_generate, outline.module_numbers)
    record = CourseRecord.read(deployment.store, ProjectKeys(run_input.project_folder))
    bound = record.bind(outline)
    return [module for module in bound.modules if module.shown in chosen]


def _draw_timeline(patient: PatientRun, out: OutFolder, keys: ProjectKeys, terminal: Terminal) -> Renewal:
    """Draw the run's timeline, most useful for a failed run; a failure to draw it does not lose the book."""
    renewal = Renewal()
    try:
        page = render(timeline_of(patient.ask(RunRecords.read)), ".html")
        path, renewal = write_page(out, keys.project_folder, "timeline.html", page)
    except NotFollowed:
        raise
    except FORESEEN as error:
        terminal.tell(f"no timeline: {failure_of(error)}")
    else:
        terminal.tell(f"timeline: {path}")
    return renewal


def _watch_command(run: Run, out: Path) -> str:
    words = ["coursewright", "watch", run.name, *run.deployment.options]
    return shlex.join(words if out == DEFAULT_OUT else [*words, "--out", str(out)])


def _stop(state: RunState, run: Run) -> str:
    cause = " ".join(state.cause.split())
    again = _resume_command(state, run.deployment)
    # `coursewright stop` gives "stopped by its user" as the cause.
    told = cause if cause.startswith("stopped") else f"stopped: {cause}" if cause else "stopped"
    return f"run {run.name} {told}; finished work is kept; `{again}` goes on"


def _resume_command(state: RunState, deployment: Deployment) -> str:
    return shlex.join(["coursewright", "resume", state.run_input.project_folder, *deployment.options])


def _failure(state: RunState, deployment: Deployment) -> str:
    cause = " ".join(state.cause.split()) or "no cause given"
    again = _resume_command(state, deployment)
    return (
        f"run failed with {state.error or state.status}: {cause}. Finished artefacts are kept; "
        f"run the same command again, or `{again}`, to make only the missing ones."
    )
