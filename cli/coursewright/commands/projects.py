"""`coursewright projects`: the projects of the bucket."""

from coursewright.commands.options import JsonOption, StageOption, TargetOption
from coursewright.terminal import Terminal, say_object


def projects(
    *,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    as_json: JsonOption = False,
) -> None:
    """List the projects: course, lessons, last run and size."""
    from coursewright.deployment import Deployment, Target
    from coursewright.house.projects import list_projects, print_projects

    found = list_projects(Deployment.find(Target(target), stage))
    if as_json:
        say_object(found)
    else:
        print_projects(Terminal(), found)
