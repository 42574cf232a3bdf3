"""The runs of a project: what each was asked for, how it ended, what it made and cost."""

import shlex
from datetime import datetime

from course_kit.data_models import ClosedModel
from course_kit.records.run_summary import RunSummary
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.usage import Usage
from coursewright.course_store import CourseStore
from coursewright.deployment import Deployment
from coursewright.house.executions import UNKNOWN, KnownExecution, known_executions, status_of
from coursewright.house.listing import require_project
from coursewright.house.money import known_usd
from coursewright.house.run_work import RunWork, is_told, work_by_run
from coursewright.house.tables import NOTHING, Column, money_cell, print_table, time_cell
from coursewright.run.project_runs import run_summaries
from coursewright.terminal import Terminal

_COLUMNS = (
    Column("Run"),
    Column("Started (UTC)", from_width=60),
    Column("Ended", from_width=100),
    Column("Status"),
    Column("Modules", from_width=100),
    Column("Made", from_width=60, justify="right"),
    Column("Reused", from_width=70, justify="right"),
    Column("US$", justify="right"),
)


class RunRow(ClosedModel):
    """One run; ``made`` and ``reused`` are None once later runs have worked on its modules."""

    name: str
    status: str
    started_at: datetime
    ended_at: datetime | None
    modules: tuple[int, ...]
    made: int | None
    reused: int | None
    usd: float | None
    """None when it is unknown; of a run without a book, what it has spent so far."""


class ProjectRuns(ClosedModel):
    """The runs of a project, newest first."""

    project: str
    runs: tuple[RunRow, ...]
    unreadable: int
    """Records of runs that another version of Coursewright, or somebody else, wrote."""


def newest_first(store: CourseStore, project: str) -> tuple[RunSummary, ...]:
    """Return the summaries of a project's runs, the one that began last first."""
    return tuple(sorted(run_summaries(store, project), key=lambda summary: summary.started_at, reverse=True))


def project_runs(deployment: Deployment, project: str) -> ProjectRuns:
    """Return a project's runs; raises `BadInput` for a project that there is not."""
    store, keys = deployment.store, ProjectKeys(project)
    require_project(store, project)
    summaries = newest_first(store, project)
    executions = known_executions(deployment, (summary.execution_name for summary in summaries))
    work = work_by_run(store, keys)
    rows = []
    for place, summary in enumerate(summaries):
        told = work.get(summary.execution_name, RunWork()) if is_told(summary, summaries[:place]) else None
        rows.append(_row(summary, executions[summary.execution_name], told, run_usd(store, keys, summary, told)))
    unreadable = sum(1 for _ in store.keys(keys.runs())) - len(rows)
    return ProjectRuns(project=project, runs=tuple(rows), unreadable=max(unreadable, 0))


def run_usd(store: CourseStore, keys: ProjectKeys, summary: RunSummary, told: RunWork | None) -> float | None:
    """Return a run's dollars, or None; ``told`` is its work, if the project's records still tell it."""
    usage: Usage | None = told.usage if told else None
    return known_usd(store, keys, summary, usage)


def _row(summary: RunSummary, execution: KnownExecution | None, told: RunWork | None, usd: float | None) -> RunRow:
    return RunRow(
        name=summary.execution_name,
        status=status_of(summary, execution),
        started_at=summary.started_at,
        ended_at=(execution.ended_at if execution else None) or summary.ended_at,
        modules=summary.modules,
        made=told.made if told else None,
        reused=told.reused if told else None,
        usd=usd,
    )


def print_runs(terminal: Terminal, found: ProjectRuns, options: tuple[str, ...]) -> None:
    """Print a project's runs as a table, and what to do with one that goes on."""
    if not found.runs:
        terminal.tell(f"{found.project}: no run yet")
    else:
        print_table(terminal, f"Runs of {found.project}", _COLUMNS, (_cells(run) for run in found.runs))
    for run in found.runs:
        if run.status == "running":
            stop = shlex.join(["coursewright", "stop", run.name, *options])
            terminal.tell(f"{run.name} goes on; stop it with `{stop}`")
    if any(run.status == UNKNOWN for run in found.runs):
        terminal.tell("unknown: Step Functions does not know the run here, or no longer; it ended without a book")
    if found.unreadable:
        of_runs = "1 run has a record" if found.unreadable == 1 else f"{found.unreadable} runs have records"
        terminal.tell(f"{of_runs} of another version, which cannot be read")


def _cells(run: RunRow) -> tuple[str, ...]:
    return (
        run.name,
        time_cell(run.started_at),
        time_cell(run.ended_at),
        run.status,
        ranges_of(run.modules),
        NOTHING if run.made is None else str(run.made),
        NOTHING if run.reused is None else str(run.reused),
        money_cell(run.usd),
    )


def ranges_of(numbers: tuple[int, ...]) -> str:
    """Return numbers as ``--modules`` takes them: ``1-3,12``."""
    parts: list[list[int]] = []
    for number in sorted(set(numbers)):
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ",".join(str(part[0]) if len(part) == 1 else f"{part[0]}-{part[-1]}" for part in parts)
