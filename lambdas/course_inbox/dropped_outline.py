"""From an object under ``inbox/`` to an execution, once for each version of the object."""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from course_kit.artefact_keys import slug_of
from course_kit.artefact_store import ArtefactStore
from course_kit.errors import OutlineInvalid, RequestInvalid
from course_kit.events import ContentType
from course_kit.labs import labs_of_module
from course_kit.outline import MAX_OUTLINE_BYTES, Outline, read_outline

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

# An execution's name has at most 80 characters: "inbox-", 57 of the slug, a hyphen, 16 of the hash.
_SLUG_CHARACTERS = 57
_HASH_CHARACTERS = 16


class Dropped(BaseModel):
    """One version of one object."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    key: str = Field(pattern=r"^inbox/[^/]+\.ya?ml$")
    version: str | None = Field(default=None, alias="version-id")
    """None on local AWS, whose events leave it out: then the content's hash stands for it."""
    etag: str
    size: int = Field(ge=0)
    """Bytes."""

    @property
    def project_folder(self) -> str:
        """The file's name as a project folder: a file of the same name goes on with the same project."""
        return slug_of(PurePosixPath(self.key).stem)

    @property
    def execution_name(self) -> str:
        """The same for the same version, so that an event that comes twice starts one run."""
        digest = hashlib.sha256(f"{self.key}\n{self.version or self.etag}".encode()).hexdigest()[:_HASH_CHARACTERS]
        return f"inbox-{self.project_folder[:_SLUG_CHARACTERS]}-{digest}"

    @property
    def outline_key(self) -> str:
        """A copy of its own: a file that is dropped again while the run goes on does not change it."""
        return f"{self.project_folder}/outlines/{self.execution_name}.yaml"

    @property
    def errors_key(self) -> str:
        """Where whoever dropped the file is told what is wrong with it."""
        return f"{self.key.rpartition('.')[0]}.errors.txt"


class DropDetail(BaseModel):
    """The part of the event that says which object."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    object: Dropped


class DropEvent(BaseModel):
    """EventBridge's ``Object Created`` of S3 (Amazon S3 user guide, "EventBridge event message structure")."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    detail: DropDetail

    @property
    def dropped(self) -> Dropped:
        """Which version of which object."""
        return self.detail.object


class DropStatus(StrEnum):
    """What became of a dropped outline."""

    STARTED = "started"
    KNOWN = "known"
    """This version has had its run already."""
    REFUSED = "refused"


class DropResult(BaseModel):
    """What became of a dropped outline, and its run's name if there is one."""

    status: DropStatus
    execution_name: str = ""


@dataclass(frozen=True)
class Inbox:
    """Takes outlines and starts runs."""

    store: ArtefactStore
    step_functions: "SFNClient"
    state_machine_arn: str

    def take(self, dropped: Dropped) -> DropResult:
        """Start a run for an outline, or write beside it what is wrong with it.

        Raises
        ------
        RequestInvalid
            The version is gone.
        """
        try:
            source = self._read(dropped)
            outline = read_outline(source)
        except OutlineInvalid as error:
            self._write(dropped.errors_key, f"{error}\n", "text/plain; charset=utf-8")
            return DropResult(status=DropStatus.REFUSED)
        self._write(dropped.outline_key, source, "application/yaml")
        status = self._start(dropped, outline)
        self.store.client.delete_object(Bucket=self.store.bucket, Key=dropped.errors_key)
        return DropResult(status=status, execution_name=dropped.execution_name)

    def _read(self, dropped: Dropped) -> bytes:
        if dropped.size > MAX_OUTLINE_BYTES:
            # Known before it is read: a video under this name would not fit into the function's memory.
            raise OutlineInvalid(f"outline: found {dropped.size:,} bytes, expected at most {MAX_OUTLINE_BYTES:,}")
        source = self.store.read(dropped.key, dropped.version)
        if source is None:
            raise RequestInvalid(f"{dropped.key}: found no version {dropped.version}, expected the outline dropped")
        return source

    def _start(self, dropped: Dropped, outline: Outline) -> DropStatus:
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

    def _write(self, key: str, body: str | bytes, content_type: str) -> None:
        self.store.write(key, body, content_type=content_type, replacing=self.store.find(key))
