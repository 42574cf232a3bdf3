"""`coursewright watch`: attach to a run."""

from pathlib import Path

from coursewright.commands.ending import with_report
from coursewright.commands.options import ExecutionArgument, JsonOption, OutOption, StageOption, TargetOption


def watch(
    execution: ExecutionArgument,
    *,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    out: OutOption = Path("out"),
    as_json: JsonOption = False,
) -> None:
    """Follow a run until it ends, and download its book."""
    from coursewright.deployment import Target
    from coursewright.generate import watch as watch_run

    with_report(lambda console: watch_run(execution, Target(target), stage, out, console), as_json=as_json)
