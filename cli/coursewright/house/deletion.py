"""The end of a project: every version and delete marker of every object, and nothing of another project."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from course_kit.data_models import ClosedModel
from course_kit.records.project_lease import LeaseRecord
from course_kit.store.artefact_keys import ProjectKeys
from coursewright.course_store import CourseStore, VersionOrMarker
from coursewright.deployment import Deployment
from coursewright.errors import CommandFailed
from coursewright.house.executions import known_execution
from coursewright.house.listing import no_such_project
from coursewright.house.tables import size_cell
from coursewright.run.project_runs import require_free

_BATCH = 1000
"""The most that S3 deletes by one request."""
_FUNCTIONS_END_WITHIN = timedelta(minutes=16)
"""No function runs longer; those of a stopped run go on until they have saved their work."""


class Deleted(ClosedModel):
    """What a project had, and has no more."""

    project: str
    objects: int
    versions: int
    """Of all objects, the current ones among them."""
    delete_markers: int
    bytes: int

    @property
    def in_words(self) -> str:
        """The counts as a person reads them."""
        return (
            f"{self.objects:,} objects, {self.versions:,} versions with them, "
            f"{self.delete_markers:,} delete markers, {size_cell(self.bytes)}"
        )


@dataclass(frozen=True)
class Deletion:
    """A project that is to be deleted, as it was looked at before the question."""

    deployment: Deployment
    project: str
    found: Deleted

    @classmethod
    def of(cls, deployment: Deployment, project: str) -> "Deletion":
        """Look at a project.

        Raises
        ------
        BadInput
            There is no such project.
        CommandFailed
            A run works on it, or functions of a stopped run may still write.
        """
        everything = _everything(deployment.store, project)
        if not everything:
            raise no_such_project(project)
        _require_rest(deployment, project)
        return cls(deployment, project, _counted(project, everything))

    def carry_out(self) -> Deleted:
        """Delete all versions and delete markers, also what was written since the look; return what is gone.

        Raises
        ------
        CommandFailed
            A run works on it now, or S3 refused. What was deleted is gone; the command may be given again.
        """
        store = self.deployment.store
        # A run may have begun while the question was open.
        _require_rest(self.deployment, self.project)
        everything = _everything(store, self.project)
        gone, done = _counted(self.project, everything), 0
        for start in range(0, len(everything), _BATCH):
            batch = everything[start : start + _BATCH]
            refused = store.delete_versions(batch)
            done += len(batch) - (refused.count if refused else 0)
            if refused:
                raise CommandFailed(
                    f"project {self.project}: S3 refused to delete {refused.count} of {len(everything)} versions, the "
                    f"first {refused.key!r}: {refused.code}: {refused.message}; {done} are deleted. Ask for the right "
                    "s3:DeleteObjectVersion, then give the command again"
                )
        return gone


def _everything(store: CourseStore, project: str) -> list[VersionOrMarker]:
    return list(store.versions_and_markers(ProjectKeys(project).everything()))


def _counted(project: str, everything: Sequence[VersionOrMarker]) -> Deleted:
    sizes = [each.size for each in everything if each.size is not None]
    return Deleted(
        project=project,
        objects=len({each.key for each in everything}),
        versions=len(sizes),
        delete_markers=len(everything) - len(sizes),
        bytes=sum(sizes),
    )


def _require_rest(deployment: Deployment, project: str) -> None:
    """Raise `CommandFailed` while a run works on the project, or functions of a stopped run may still write into it.

    They ask for the lease before each paid call. Without a lease they would go on.
    """
    require_free(deployment, project)
    holder = deployment.store.read_model(ProjectKeys(project).lease(), LeaseRecord)
    known = known_execution(deployment, holder.execution_name) if holder else None
    if holder is None or known is None or known.ended_at is None or known.status not in ("stopped", "timed out"):
        return
    ends = known.ended_at + _FUNCTIONS_END_WITHIN
    if datetime.now(UTC) < ends:
        raise CommandFailed(
            f"project {project}: run {holder.execution_name} ended ({known.status}) at "
            f"{known.ended_at.astimezone(UTC):%H:%M} UTC, and its functions may write until "
            f"{ends.astimezone(UTC):%H:%M} UTC; delete the project then"
        )
