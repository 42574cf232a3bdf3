"""`coursewright history`: the versions of an artefact, or what changed in a project lately."""

from coursewright.commands.options import JsonOption, OptionalWhatArgument, ProjectArgument, StageOption, TargetOption
from coursewright.terminal import Terminal, say_object


def history(
    project: ProjectArgument,
    what: OptionalWhatArgument = None,
    *,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    as_json: JsonOption = False,
) -> None:
    """List the versions of an artefact, newest first; without WHAT, the last changes of the project."""
    from coursewright.deployment import Deployment, Target
    from coursewright.history.listing import artefact_history, print_history, project_history
    from coursewright.history.versions import ProjectVersions
    from coursewright.run.request import checked_project

    checked_project(project, "PROJECT")
    found = ProjectVersions.of(Deployment.find(Target(target), stage), project)
    listed = project_history(found) if what is None else artefact_history(found, what)
    if as_json:
        say_object(listed)
    else:
        print_history(Terminal(), listed)
