"""Costs of model calls by project and month, from the runs' own records."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC

from course_kit.data_models import ClosedModel
from course_kit.store.artefact_keys import ProjectKeys
from coursewright.course_store import CourseStore
from coursewright.errors import BadInput
from coursewright.house.listing import objects_by_project
from coursewright.house.run_work import RunWork, is_told, work_by_run
from coursewright.house.runs import newest_first, run_usd
from coursewright.house.tables import Column, money_cell, print_table
from coursewright.terminal import Terminal

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_COLUMNS = (
    Column("Project"),
    Column("Month", from_width=40),
    Column("Runs", from_width=50, justify="right"),
    Column("Unknown", from_width=60, justify="right"),
    Column("US$", justify="right"),
)


class CostRow(ClosedModel):
    """A project's runs that began in one month, in UTC."""

    project: str
    month: str
    runs: int
    unknown: int
    """Runs whose cost nothing tells; ``usd`` is without them."""
    usd: float


class Costs(ClosedModel):
    """Costs by project and month, and their sums."""

    month: str | None
    rows: tuple[CostRow, ...]
    runs: int
    unknown: int
    unreadable: int
    """Records of runs that cannot be read, of any month; no sum has them."""
    usd: float


def checked_month(month: str | None) -> str | None:
    """Return a month as it is; raises `BadInput` for what is none."""
    if month is not None and not _MONTH.fullmatch(month):
        raise BadInput(f"--month: found {month!r}, expected YYYY-MM, such as 2026-11")
    return month


def costs_of(store: CourseStore, month: str | None) -> Costs:
    """Return the costs of every project, or of one month."""
    rows: list[CostRow] = []
    unreadable = 0
    for project, objects in objects_by_project(store).items():
        keys = ProjectKeys(project)
        recorded = sum(listed.key.startswith(keys.runs()) for listed in objects)
        if recorded:
            by_month, read = _by_month(store, keys)
            rows += (row for row in _rows(project, by_month) if month in (None, row.month))
            unreadable += max(recorded - read, 0)
    return Costs(
        month=month,
        rows=tuple(rows),
        runs=sum(row.runs for row in rows),
        unknown=sum(row.unknown for row in rows),
        unreadable=unreadable,
        usd=round(sum(row.usd for row in rows), 6),
    )


def _by_month(store: CourseStore, keys: ProjectKeys) -> tuple[dict[str, list[float | None]], int]:
    summaries = newest_first(store, keys.project_folder)
    work = work_by_run(store, keys)
    found: dict[str, list[float | None]] = defaultdict(list)
    for place, summary in enumerate(summaries):
        told = work.get(summary.execution_name, RunWork()) if is_told(summary, summaries[:place]) else None
        found[f"{summary.started_at.astimezone(UTC):%Y-%m}"].append(run_usd(store, keys, summary, told))
    return found, len(summaries)


def _rows(project: str, by_month: dict[str, list[float | None]]) -> Iterable[CostRow]:
    for month, costs in sorted(by_month.items()):
        known = [usd for usd in costs if usd is not None]
        yield CostRow(
            project=project,
            month=month,
            runs=len(costs),
            unknown=len(costs) - len(known),
            usd=round(sum(known), 6),
        )


def print_costs(terminal: Terminal, costs: Costs) -> None:
    """Print the costs as a table with their sum, and what is not in it."""
    when = f" in {costs.month}" if costs.month else ""
    if not costs.rows:
        terminal.tell(f"no runs{when}")
    else:
        total = ("all", "", str(costs.runs), str(costs.unknown), money_cell(costs.usd))
        print_table(terminal, f"Model calls{when}", _COLUMNS, [*map(_cells, costs.rows), total])
    if costs.unknown:
        terminal.tell(f"{_runs(costs.unknown)} without prices or records of what they used; the sum is without them")
    if costs.unreadable:
        terminal.tell(f"{_runs(costs.unreadable)} with records of another version, which cannot be read")


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count} runs"


def _cells(row: CostRow) -> tuple[str, ...]:
    usd = money_cell(row.usd if row.unknown < row.runs else None)
    return (row.project, row.month, str(row.runs), str(row.unknown), usd)
