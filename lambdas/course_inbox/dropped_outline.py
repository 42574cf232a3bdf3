"""From a file under ``inbox/`` to an execution, once for each version of the file."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from course_inbox.answers import Answers, DropResult, DropStatus
from course_inbox.dropped_file import DroppedFile
from course_kit.data_models import OpenModel
from course_kit.errors import OutlineInvalid, RequestInvalid
from course_kit.outline import MAX_OUTLINE_BYTES, Outline, read_outline
from course_kit.outline.labs import labs_of_module
from course_kit.records.project_lease import ProjectLease
from course_kit.run.events import ContentType
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class DropDetail(OpenModel):
    """The part of the event that says which object."""

    object: DroppedFile


class DropEvent(OpenModel):
    """EventBridge's ``Object Created`` of S3 (Amazon S3 user guide, "EventBridge event message structure")."""

    detail: DropDetail

    @property
    def dropped(self) -> DroppedFile:
        """Which version of which object."""
        return self.detail.object


@dataclass(frozen=True)
class Inbox:
    """Takes outlines and starts runs; ``is_running`` tells of an execution, by its ARN, whether it goes on."""

    store: ArtefactStore
    step_functions: "SFNClient"
    state_machine_arn: str
    is_running: Callable[[str], bool]

    def take(self, dropped: DroppedFile) -> DropResult:
        """Start a run for an outline, or write beside it why none is started.

        Raises
        ------
        RequestInvalid
            The version is gone.
        botocore.exceptions.ClientError
            Step Functions did not start the run; Lambda tries an event twice more.
        """
        answers = Answers(self.store)
        if dropped.needs_no_answer:
            return DropResult(status=DropStatus.IGNORED)
        if dropped.faults_of_name:
            # Nothing but its name is known of it: what is no outline is not read, and must not be.
            answers.write(dropped, *dropped.faults_of_name)
            return DropResult(status=DropStatus.REFUSED)
        try:
            source = self._read(dropped)
            outline = read_outline(source)
        except OutlineInvalid as error:
            answers.write_if_newest(dropped, str(error))
            return DropResult(status=DropStatus.REFUSED)
        except ClientError as error:
            answers.write(dropped, _not_given_out(error))
            return DropResult(status=DropStatus.REFUSED)
        # A version that was copied has been started, or is about to be: its run answers for itself.
        if self.store.find(dropped.outline_key) is None:
            if busy := self._busy(dropped):
                answers.write_if_newest(dropped, busy)
                return DropResult(status=DropStatus.BUSY)
            # Before the run is started, which may be refused, and answered, at once.
            answers.remove_if_newest(dropped)
            self._copy(dropped, source)
        try:
            status = self._start(dropped, outline)
        except ClientError as error:
            answers.write_if_newest(dropped, _not_started(dropped, error))
            raise
        return DropResult(status=status, execution_name=dropped.execution_name)

    def _read(self, dropped: DroppedFile) -> bytes:
        if dropped.size > MAX_OUTLINE_BYTES:
            # Known before it is read: a video under this name would not fit into the function's memory.
            raise OutlineInvalid(f"outline: found {dropped.size:,} bytes, expected at most {MAX_OUTLINE_BYTES:,}")
        source = self.store.read(dropped.key, dropped.version)
        if source is None:
            raise RequestInvalid(f"{dropped.key}: found no version {dropped.version}, expected the outline dropped")
        return source

    def _busy(self, dropped: DroppedFile) -> str:
        """Return which other run works on the project, and what to do; empty when there is none."""
        project = dropped.project_folder
        lease = ProjectLease(self.store, ProjectKeys(project), dropped.execution_name)
        holder = lease.held_by(self.is_running)
        if holder is None:
            return ""
        return (
            f"project {project}: run {holder.execution_name} works on it since {holder.taken_at:%Y-%m-%d %H:%M} UTC, "
            "so no run was started and nothing was paid for this file; let that run end "
            f"(coursewright watch {holder.execution_name}) or stop it, then put this file here again"
        )

    def _copy(self, dropped: DroppedFile, source: bytes) -> None:
        self.store.write(
            dropped.outline_key,
            source,
            content_type="application/yaml",
            replacing=None,
            metadata=dropped.as_metadata(),
        )

    def _start(self, dropped: DroppedFile, outline: Outline) -> DropStatus:
        has_labs = any(labs_of_module(module) for module in outline.modules)
        request = {
            "outline_s3_key": dropped.outline_key,
            "project_folder": dropped.project_folder,
            "content_type": ContentType.BOTH if has_labs else ContentType.THEORY,
        }
        try:
            self.step_functions.start_execution(
                stateMachineArn=self.state_machine_arn, name=dropped.execution_name, input=json.dumps(request)
            )
        except self.step_functions.exceptions.ExecutionAlreadyExists:
            return DropStatus.KNOWN
        return DropStatus.STARTED


def _not_started(dropped: DroppedFile, error: ClientError) -> str:
    return (
        f"run {dropped.execution_name} could not be started ({error.response['Error']['Code']}), and is tried twice "
        "more; if there is no such run in ten minutes, put this file here again"
    )


def _not_given_out(error: ClientError) -> str:
    code = error.response["Error"]["Code"]
    return (
        f"outline: S3 does not give it out ({code}), expected a file that the deployment may read: "
        "put it here without a key or a storage class of its own"
    )
