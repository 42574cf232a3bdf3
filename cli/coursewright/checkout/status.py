"""`coursewright status`: what is different here and in the bucket, and what the book would make of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from course_kit.data_models import ClosedModel
from coursewright.checkout.file_faults import FileFault, file_faults
from coursewright.checkout.folder import CheckoutFolder
from coursewright.checkout.local_changes import LocalChanges
from coursewright.checkout.state import Checkout
from coursewright.checkout.upstream import Upstream
from coursewright.deployment import Deployment, Target
from coursewright.failures import FORESEEN, failure_of


class StatusReport(ClosedModel):
    """The state of a checkout. Paths are those of files in its folder."""

    project: str
    folder: str
    changed: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    other: tuple[str, ...]
    """Files that are no part of the course."""
    changed_in_bucket: tuple[str, ...] = ()
    gone_in_bucket: tuple[str, ...] = ()
    new_in_bucket: tuple[str, ...] = ()
    both: tuple[str, ...] = ()
    """Files that are different here and in the bucket, each in its own way."""
    faults: tuple[FileFault, ...] = ()
    was_asked: bool = True
    """Whether the bucket was asked."""
    why_not: str = ""
    """Why it could not be asked; empty when it could, or was not to be."""

    @property
    def breaks_the_book(self) -> bool:
        """Whether a fault leaves nothing that a book could show."""
        return any(fault.is_blocking for fault in self.faults)


@dataclass(frozen=True)
class Where:
    """Where the bucket of a checkout is: as checked out, unless an option says otherwise."""

    target: Target | None = None
    stage: str | None = None

    def deployment(self, state: Checkout) -> Deployment:
        """Return the deployment; raises as `Deployment.find`."""
        return Deployment.find(self.target or state.target, self.stage or state.stage)


def status_of(root: Path, find: Callable[[Checkout], Deployment] | None) -> StatusReport:
    """Return the state of a checkout; the local part does not need the bucket.

    Parameters
    ----------
    find
        Finds the deployment of the checkout; None asks no bucket.

    Raises
    ------
    BadInput
        The folder is no checkout.
    """
    folder = CheckoutFolder(root)
    state = Checkout.read(folder)
    changes = LocalChanges.of(folder, state)
    report = StatusReport(
        project=state.project,
        folder=str(root),
        changed=changes.changed,
        added=changes.added,
        removed=changes.removed,
        other=changes.other,
        faults=tuple(file_faults(folder, state, changes)),
        was_asked=find is not None,
    )
    if find is None:
        return report
    try:
        upstream = Upstream.of(find(state).store, state)
    except FORESEEN as error:
        return report.model_copy(update={"was_asked": False, "why_not": str(failure_of(error)).split("\n")[0]})
    here = {*changes.changed, *changes.removed}
    return report.model_copy(
        update={
            "changed_in_bucket": tuple(path for path in upstream.changed if path not in here),
            "gone_in_bucket": tuple(path for path in upstream.gone if path not in here),
            "new_in_bucket": upstream.new,
            "both": tuple(path for path in (*upstream.changed, *upstream.gone) if path in here),
        }
    )
