"""The runs of a project: whether one is in progress, and the request of the latest."""

import shlex
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from pydantic import JsonValue, ValidationError

from course_kit.records.project_lease import LeaseRecord
from course_kit.records.run_summary import RunSummary
from course_kit.run.regeneration import Regeneration
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.ids import VisualId
from coursewright.course_store import CourseStore
from coursewright.deployment import Deployment
from coursewright.errors import BadInput, CommandFailed
from coursewright.run.execution import Run
from prepare_modules.run_preparation import planned_visual_ids

_READERS = 16


def require_free(deployment: Deployment, project: str) -> None:
    """Raise `CommandFailed` when a run works on the project.

    Checked before the upload, which would overwrite the outline in use.
    """
    holder = deployment.store.read_model(ProjectKeys(project).lease(), LeaseRecord)
    if holder is None or not holder.execution_arn:
        return
    try:
        state = Run.find(deployment, holder.execution_arn).state()
    except BadInput:
        return
    if state.is_running:
        watch, stop = (
            shlex.join(["coursewright", command, holder.execution_name, *deployment.options])
            for command in ("watch", "stop")
        )
        raise CommandFailed(
            f"project {project}: run {holder.execution_name} works on it; watch it with `{watch}`, or stop it with "
            f"`{stop}`"
        )


def latest_run(store: CourseStore, project: str) -> RunSummary:
    """Return a project's latest run that made more than books; raises `BadInput` when there is none."""
    runs = (summary for summary in run_summaries(store, project) if not summary.request.get("books_only"))
    latest = max(runs, key=lambda summary: summary.started_at, default=None)
    if latest is None:
        raise BadInput(f"PROJECT: found {project!r}, expected a project with a run; start one with generate")
    return latest


def resumed_input(deployment: Deployment, project: str) -> dict[str, JsonValue]:
    """Return the execution input that resumes a project's latest run; raises `BadInput` when there is none."""
    latest = latest_run(deployment.store, project)
    request = dict(latest.request)
    if request.get("project_folder") != project:
        raise CommandFailed(
            f"project {project}: its run {latest.execution_name} belongs to project "
            f"{request.get('project_folder')!r}, expected {project!r}; start a run with generate"
        )
    if request.get("regenerate"):
        # Artefacts that the earlier run regenerated are not paid again.
        earlier = request.get("resumes")
        request["resumes"] = [*(earlier if isinstance(earlier, list) else []), latest.execution_name]
    return request


def planned_visuals(deployment: Deployment, project: str, regeneration: Regeneration) -> set[VisualId]:
    """Return the regeneration targets among visuals that the project has."""
    return planned_visual_ids(deployment.store, ProjectKeys(project), regeneration)


def run_summaries(store: CourseStore, project: str) -> Iterator[RunSummary]:
    """Yield the summaries of a project's runs, without those that this version cannot read."""
    with ThreadPoolExecutor(_READERS) as readers:
        bodies = list(readers.map(store.read, store.keys(ProjectKeys(project).runs())))
    for body in bodies:
        try:
            yield RunSummary.model_validate_json(body or b"")
        except ValidationError:
            # This version may not be able to read a later version's records.
            continue
