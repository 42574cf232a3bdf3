"""`coursewright runs`: the runs of a project."""

from coursewright.commands.options import JsonOption, ProjectArgument, StageOption, TargetOption
from coursewright.terminal import Terminal, say_object


def runs(
    project: ProjectArgument,
    *,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    as_json: JsonOption = False,
) -> None:
    """List a project's runs, newest first: status, modules, what was made, and its cost."""
    from coursewright.deployment import Deployment, Target
    from coursewright.house.runs import print_runs, project_runs
    from coursewright.run.request import checked_project

    checked_project(project, "PROJECT")
    deployment = Deployment.find(Target(target), stage)
    found = project_runs(deployment, project)
    if as_json:
        say_object(found)
    else:
        print_runs(Terminal(), found, deployment.options)
