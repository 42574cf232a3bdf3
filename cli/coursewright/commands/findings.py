"""`coursewright findings`: what does not go together in the lessons of a course, and what has become of it."""

from coursewright.commands.options import JsonOption, ProjectArgument, StageOption, TargetOption
from coursewright.terminal import Terminal, say_object


def findings(
    project: ProjectArgument,
    *,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    as_json: JsonOption = False,
) -> None:
    """List passages of the lessons that do not go together, and whether the book replaces them."""
    from coursewright.deployment import Deployment, Target
    from coursewright.findings.listing import listed_findings, print_findings
    from coursewright.run.request import checked_project

    checked_project(project, "PROJECT")
    listed = listed_findings(Deployment.find(Target(target), stage).store, project)
    if as_json:
        say_object(listed)
    else:
        print_findings(Terminal(), listed)
