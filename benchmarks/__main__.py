"""``python -m benchmarks [SCENARIO …]``: measure, print a table, write ``results/latest.json`` and the charts."""

import json
import os
import platform
import signal
import sys
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from benchmarks.bench_aws import RunDidNotSucceed, bench_aws
from benchmarks.charts import draw_cost, draw_gantt, draw_speedup
from benchmarks.cost_growth import CostPoint, measure_cost
from benchmarks.measurement import Measured, measure
from benchmarks.memory import peak_memory_mib
from benchmarks.one_voice import measure_one_voice
from benchmarks.pacing import measure_pacing
from benchmarks.report import ONE_VOICE, PACING, RESULTS, write_report
from benchmarks.scenarios import SCENARIOS
from benchmarks.startup import import_seconds, synth_ratio
from benchmarks.token_quota import CONTEXT, MINUTE_SECONDS, measure_token_quota
from local_aws.errors import LocalAwsError
from local_aws.state import PROJECT_ROOT

IMAGES = PROJECT_ROOT / "docs" / "images"
_ONE_VOICE = "one-voice"
_SIDE_BY_SIDE = "lessons-side-by-side"
_SPEEDUPS = ("plan-concurrency-3", "plan-concurrency-4", _SIDE_BY_SIDE)
_COLUMNS = ("name", "sequential_s", "ours_s", "limit_s", "speedup", "efficiency", "overhead_s", "book_s", "over_limit")


def main(names: list[str]) -> int:
    """Measure the named scenarios, or all; return the exit code. Only a whole run writes the results."""
    console = Console()
    known = [*(scenario.name for scenario in SCENARIOS), "cost", "token-quota", "pacing", _ONE_VOICE]
    if unknown := [name for name in names if name not in known]:
        console.print(f"SCENARIO: found {unknown[0]!r}, expected some of {', '.join(known)}", markup=False)
        return 2
    # A supervisor that ends the measurements must not leave a local AWS behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    if not names or _ONE_VOICE in names:
        results = measure_one_voice(console.print).row() | {"measured_at": _now()}
        ONE_VOICE.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
        if names == [_ONE_VOICE]:
            write_report()
            return 0
    rows: list[dict[str, object]] = []
    measured: dict[str, Measured] = {}
    cost: list[CostPoint] = []
    # First, since it takes a minute: what it fails on would lose half an hour of runs.
    start_up = {} if names else {"import_s": import_seconds(), "synth": synth_ratio()}
    try:
        # Waits of the state machine are on the quota's clock; the other scenarios have none.
        with bench_aws(SFN_WAIT_SCALE=str(MINUTE_SECONDS / 60)) as aws:
            aws.deploy(lesson_max_concurrency=5, image_max_concurrency=5)
            for scenario in SCENARIOS:
                if names and scenario.name not in names:
                    continue
                earlier = measured.get(scenario.sequential_as)
                measured[scenario.name] = measure(aws, scenario, earlier.sequential if earlier else None, console.print)
                rows.append(measured[scenario.name].row() | {"measured_at": _now()})
            if not names or "cost" in names:
                cost = measure_cost(aws, console.print)
            memory = peak_memory_mib()
            if not names or "token-quota" in names:
                aws.deploy(**CONTEXT, image_max_concurrency=5)
                rows.append(measure_token_quota(aws, console.print) | {"measured_at": _now()})
            if "pacing" in names:
                PACING.write_text(json.dumps(measure_pacing(aws, console.print), indent=2) + "\n", encoding="utf-8")
    except (RunDidNotSucceed, LocalAwsError) as error:
        console.print(str(error), markup=False)
        return 1
    console.print(_table(rows))
    if not names:
        RESULTS.write_text(json.dumps(_results(rows, cost, memory, start_up), indent=2) + "\n", encoding="utf-8")
        draw_gantt(measured[_SIDE_BY_SIDE], IMAGES / "sequential-and-side-by-side.svg")
        draw_speedup([measured[name] for name in _SPEEDUPS], IMAGES / "speed-up.svg")
        draw_cost(cost, IMAGES / "cost.svg")
        console.print(f"{RESULTS.relative_to(PROJECT_ROOT)}, charts in {IMAGES.relative_to(PROJECT_ROOT)}")
    else:
        _replace_rows(rows)
    write_report()
    return 0


def _replace_rows(rows: list[dict[str, object]]) -> None:
    """Put the rows of some courses, measured anew, in the place of their earlier ones."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    anew = {row["name"]: row for row in rows}
    results["scenarios"] = [anew.get(row["name"], row) for row in results["scenarios"]]
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def _now() -> str:
    """Return the time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _results(
    rows: list[dict[str, object]], cost: list[CostPoint], memory: dict[str, int], start_up: dict[str, dict[str, float]]
) -> dict[str, object]:
    return {
        "measured_at": _now(),
        "scenarios": rows,
        "cost": [point.row() for point in cost],
        "peak_memory_mib": memory,
        **start_up,
        "machine": {
            "processors": os.cpu_count(),
            "architecture": platform.machine(),
            "python": platform.python_version(),
            "load_average": os.getloadavg()[0],
        },
    }


def _table(rows: list[dict[str, object]]) -> Table:
    table = Table(title="seconds; limit: list scheduling of the same durations")
    for column in _COLUMNS:
        table.add_column(column.removesuffix("_s"), justify="left" if column == "name" else "right")
    for row in rows:
        table.add_row(*("" if row.get(column) is None else str(row[column]) for column in _COLUMNS))
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
