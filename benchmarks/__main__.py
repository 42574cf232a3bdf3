"""``python -m benchmarks [SCENARIO …]``: measure, print a table, write ``results/latest.json`` and the chart."""

import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.bench_aws import RunDidNotSucceed, bench_aws
from benchmarks.gantt import gantt
from benchmarks.measurement import Measured, measure
from benchmarks.scenarios import SCENARIOS
from benchmarks.startup import import_seconds, synth_ratio
from benchmarks.token_quota import CONTEXT, MINUTE_SECONDS, measure_token_quota
from coursewright.local_aws.errors import LocalAwsError
from coursewright.local_aws.state import PROJECT_ROOT

RESULTS = Path(__file__).parent / "results" / "latest.json"
CHART = PROJECT_ROOT / "docs" / "images" / "sequential-and-side-by-side.svg"
_CHARTED = "plan-concurrency-4"
_COLUMNS = ("name", "sequential_s", "ours_s", "limit_s", "speedup", "efficiency", "overhead_s", "book_s", "over_limit")


def main(names: list[str]) -> int:
    """Measure the named scenarios, or all; return the exit code. Only a whole run writes the results."""
    console = Console()
    known = [*(scenario.name for scenario in SCENARIOS), "token-quota"]
    if unknown := [name for name in names if name not in known]:
        console.print(f"SCENARIO: found {unknown[0]!r}, expected some of {', '.join(known)}", markup=False)
        return 2
    rows: list[dict[str, object]] = []
    measured: dict[str, Measured] = {}
    try:
        # Waits of the state machine are on the quota's clock; the other scenarios have none.
        with bench_aws(SFN_WAIT_SCALE=str(MINUTE_SECONDS / 60)) as aws:
            aws.deploy(lesson_max_concurrency=5, image_max_concurrency=5, book_parts="")
            for scenario in SCENARIOS:
                if names and scenario.name not in names:
                    continue
                earlier = measured.get(scenario.sequential_as)
                measured[scenario.name] = measure(aws, scenario, earlier.sequential if earlier else None, console.print)
                rows.append(measured[scenario.name].row())
            if not names or "token-quota" in names:
                aws.deploy(**CONTEXT, image_max_concurrency=5, book_parts="")
                rows.append(measure_token_quota(aws, console.print))
    except (RunDidNotSucceed, LocalAwsError) as error:
        console.print(str(error), markup=False)
        return 1
    console.print(_table(rows))
    if not names:
        CHART.write_text(gantt(measured[_CHARTED]))
        RESULTS.write_text(json.dumps(_results(rows), indent=2) + "\n")
        console.print(f"{RESULTS.relative_to(PROJECT_ROOT)}, {CHART.relative_to(PROJECT_ROOT)}")
    return 0


def _results(rows: list[dict[str, object]]) -> dict[str, object]:
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "scenarios": rows,
        "import_s": import_seconds(),
        "synth": synth_ratio(),
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
