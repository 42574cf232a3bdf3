"""`coursewright stop`: stop a run."""

from coursewright.commands.options import ExecutionArgument, JsonOption, StageOption, TargetOption
from coursewright.terminal import Terminal, say_object


def stop(
    execution: ExecutionArgument,
    *,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    as_json: JsonOption = False,
) -> None:
    """Stop a run. What it has finished is kept; one that has ended already stays as it is."""
    from coursewright.deployment import Deployment, Target
    from coursewright.house.stopping import print_stop, stop_run

    deployment = Deployment.find(Target(target), stage)
    report = stop_run(deployment, execution)
    if as_json:
        say_object(report)
    else:
        print_stop(Terminal(), report, deployment.options)
