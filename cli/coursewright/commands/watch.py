"""`coursewright watch`: attach to a run."""

from coursewright.commands.ending import with_report
from coursewright.commands.options import (
    DEFAULT_OUT,
    ExecutionArgument,
    JsonOption,
    OutOption,
    StageOption,
    TargetOption,
)


def watch(
    execution: ExecutionArgument,
    *,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    out: OutOption = DEFAULT_OUT,
    as_json: JsonOption = False,
) -> None:
    """Follow a run until it ends, and download its book."""
    from coursewright.deployment import Target
    from coursewright.following import watch as watch_run

    with_report(lambda terminal: watch_run(execution, Target(target), stage, out, terminal), as_json=as_json)
