"""The lock of a project: ``{project}/lease.json`` names the only execution that works on it.

prepare_modules takes the lease for its execution. Before each paid call, every step checks that its execution still has
the lease. A stopped execution does not stop its running functions. Once another execution has the lease, they make no
more calls.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from course_kit.data_models import ClosedModel
from course_kit.errors import ArtefactConflict
from course_kit.run.events import WITHOUT_EXECUTION, BaseParams
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.provenance import is_made_by, provenance
from course_kit.usage import Usage


class LeaseRecord(ClosedModel):
    """The content of the lease's object."""

    execution_name: str
    execution_arn: str
    taken_at: datetime


@dataclass(frozen=True)
class ProjectLease:
    """The lease of one project for one execution. A step called outside an execution needs no lease."""

    store: ArtefactStore
    keys: ProjectKeys
    execution_name: str
    resumes: frozenset[str] = frozenset()
    """Earlier executions that this one resumes: artefacts that they regenerated are not regenerated again."""

    @classmethod
    def of(cls, store: ArtefactStore, params: BaseParams) -> Self:
        """Return the lease for a step's parameters."""
        return cls(store, ProjectKeys(params.project_folder), params.execution_name, frozenset(params.resumes))

    def has_made(self, artefact: Artefact) -> bool:
        """Whether this very execution has made an artefact."""
        return is_made_by(artefact, self.execution_name)

    def has_inherited(self, artefact: Artefact) -> bool:
        """Whether an execution that this one resumes has made an artefact."""
        return any(is_made_by(artefact, name) for name in self.resumes)

    @property
    def _belongs_to_a_run(self) -> bool:
        return self.execution_name != WITHOUT_EXECUTION

    def take(self, execution_arn: str, is_running: Callable[[str], bool]) -> None:
        """Take the project for this execution.

        Parameters
        ----------
        execution_arn
            The ARN of this execution.
        is_running
            Returns whether another execution, by its ARN, is running. The lease of an ended execution is taken over.

        Raises
        ------
        ArtefactConflict
            Another execution works on the project.
        """
        key = self.keys.lease()
        stored, holder = self.store.find(key), self.store.read_model(key, LeaseRecord)
        if holder is not None and holder.execution_name == self.execution_name:
            return
        if holder is not None and holder.execution_arn and is_running(holder.execution_arn):
            raise ArtefactConflict(
                f"project {self.keys.project_folder}: run {holder.execution_name} works on it since "
                f"{holder.taken_at:%Y-%m-%d %H:%M} UTC; let it end (coursewright watch {holder.execution_name}) "
                "or stop it, then run again"
            )
        lease = LeaseRecord(execution_name=self.execution_name, execution_arn=execution_arn, taken_at=datetime.now(UTC))
        try:
            self.store.write_model(key, lease, replacing=stored, metadata=provenance(self.execution_name, Usage()))
        except ArtefactConflict:
            # Another attempt of the first state may have taken the lease for the same execution.
            holder = self.store.read_model(key, LeaseRecord)
            if holder is None or holder.execution_name != self.execution_name or not self._belongs_to_a_run:
                raise

    def held_by(self, is_running: Callable[[str], bool]) -> LeaseRecord | None:
        """Return the lease of another running execution, by ``is_running``; None when there is none now."""
        holder = self.store.read_model(self.keys.lease(), LeaseRecord)
        if holder is None or not holder.execution_arn or holder.execution_name == self.execution_name:
            return None
        return holder if is_running(holder.execution_arn) else None

    def require(self) -> None:
        """Raise ``ArtefactConflict`` when another execution has the lease."""
        if not self._belongs_to_a_run:
            return
        stored = self.store.find(self.keys.lease())
        if stored is not None and not self.has_made(stored):
            raise ArtefactConflict(
                f"project {self.keys.project_folder}: another run has taken it over, "
                f"so run {self.execution_name} makes nothing more of it"
            )
