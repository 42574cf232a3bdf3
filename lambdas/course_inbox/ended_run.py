"""From the end of a run that the inbox has started to a word beside the file that it was started for.

The first state may refuse a run that the inbox let through. When two files of one project are dropped at once, one
finds the project taken. The person who dropped it does not read the execution's cause.
"""

import json
from dataclasses import dataclass

from pydantic import ValidationError

from course_inbox.answers import Answers, DropResult, DropStatus
from course_inbox.dropped_file import DroppedFile
from course_kit.data_models import OpenModel
from course_kit.store.artefact_keys import ProjectFolder, ProjectKeys
from course_kit.store.artefact_store import ArtefactStore

_SUCCEEDED = "SUCCEEDED"


class _Request(OpenModel):
    project_folder: ProjectFolder


class RunDetail(OpenModel):
    """The part of the event that says which execution, and how it ended; what has no value is null or left out."""

    name: str
    status: str
    input: str | None = None
    error: str | None = None
    cause: str | None = None

    @property
    def said(self) -> str:
        """How it ended, with the message of a function's error instead of its JSON."""
        cause = self.cause or ""
        try:
            detail = json.loads(cause)
        except ValueError:
            detail = None
        if isinstance(detail, dict):
            cause = str(detail.get("errorMessage", cause))
        return ": ".join(part for part in (f"run {self.name} ended as {self.status}", self.error, cause) if part)


class RunEndedEvent(OpenModel):
    """``Step Functions Execution Status Change`` (Step Functions developer guide, "Automating … with EventBridge")."""

    detail: RunDetail


@dataclass(frozen=True)
class EndedRun:
    """A run of the inbox that has ended."""

    store: ArtefactStore
    run: RunDetail

    def tell(self) -> DropResult:
        """Write beside the file why there is no book, or remove what stands there if there is one."""
        dropped = self._dropped()
        if dropped is None:
            # Somebody gave an execution of theirs such a name.
            return DropResult(status=DropStatus.IGNORED, execution_name=self.run.name)
        answers = Answers(self.store)
        if self.run.status == _SUCCEEDED:
            answers.take_back_if_newest(dropped)
        else:
            answers.write_if_newest(
                dropped,
                self.run.said,
                "Put this file here again when that is mended; what was made is kept, and not paid for again.",
            )
        return DropResult(status=DropStatus.ENDED, execution_name=self.run.name)

    def _dropped(self) -> DroppedFile | None:
        try:
            project = _Request.model_validate_json(self.run.input or "").project_folder
        except ValidationError:
            return None
        copy = self.store.find(ProjectKeys(project).outline_of_run(self.run.name))
        return None if copy is None else DroppedFile.of_metadata(copy)
