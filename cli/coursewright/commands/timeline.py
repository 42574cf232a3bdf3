"""`coursewright timeline`: a picture of a run's work over time."""

from pathlib import Path
from typing import Annotated

import typer

from coursewright.commands.options import ExecutionArgument, StageOption, TargetOption
from coursewright.terminal import say


def timeline(
    execution: ExecutionArgument,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="A .html page, or the .svg picture alone.")] = Path(
        "timeline.html"
    ),
    target: TargetOption = "local",
    stage: StageOption = "dev",
) -> None:
    """Draw when each lesson, visual and lab of a run was made, what waited, and the critical path."""
    from coursewright.deployment import Deployment, Target
    from coursewright.run.execution import Run
    from coursewright.timeline import RunRecords, timeline_of, write_timeline
    from coursewright.timeline.view import require_known_format

    require_known_format(output.suffix)
    run = Run.find(Deployment.find(Target(target), stage), execution)
    write_timeline(timeline_of(RunRecords.read(run)), output)
    say(str(output))
