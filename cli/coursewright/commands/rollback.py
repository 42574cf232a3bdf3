"""`coursewright rollback`: an earlier version for new runs."""

from typing import Annotated

import typer

from coursewright.commands.options import StageOption, TargetOption
from coursewright.terminal import Terminal


def rollback(
    *,
    to: Annotated[int | None, typer.Option("--to", help="Version; by default the one before the live version.")] = None,
    target: TargetOption = "aws",
    stage: StageOption = "dev",
) -> None:
    """Point new runs to an earlier version of the pipeline; runs in progress end on the version they began with."""
    from coursewright.deployment import Deployment, Target
    from coursewright.release import roll_back

    change = roll_back(Deployment.find(Target(target), stage), to)
    Terminal().tell(
        f"live: version {change.live}, was {change.was}; runs in progress keep their version. "
        f"Versions: {', '.join(map(str, change.versions))}"
    )
