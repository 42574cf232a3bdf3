"""What is said beside a dropped file, about the file that lies there now."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel

from course_inbox.dropped_file import DroppedFile
from course_kit.store.artefact_store import ArtefactStore


class DropStatus(StrEnum):
    """What became of a dropped file."""

    STARTED = "started"
    KNOWN = "known"
    """This version has had its run already."""
    REFUSED = "refused"
    BUSY = "busy"
    """Another run works on its project."""
    IGNORED = "ignored"
    """No file that anybody has dropped."""
    ENDED = "ended"
    """Its run has ended."""


class DropResult(BaseModel):
    """What became of a dropped file, and its run's name if there is one."""

    status: DropStatus
    execution_name: str = ""


@dataclass(frozen=True)
class Answers:
    """Writes and removes the files that end in ``.errors.txt``."""

    store: ArtefactStore

    def write(self, dropped: DroppedFile, *lines: str) -> None:
        """Write beside a file what is wrong with it, in place of an earlier answer."""
        key = dropped.errors_key
        self.store.write(
            key,
            "\n".join((f"{dropped.key}:", *lines)) + "\n",
            content_type="text/plain; charset=utf-8",
            replacing=self.store.find(key),
            metadata=dropped.as_metadata(),
        )

    def write_if_newest(self, dropped: DroppedFile, *lines: str) -> None:
        """Write it only if this version still lies there: a newer file gets its own answer."""
        if self._is_newest(dropped):
            self.write(dropped, *lines)

    def remove_if_newest(self, dropped: DroppedFile) -> None:
        """Remove the answer to any earlier file of this name, whatever its ending."""
        if self._is_newest(dropped):
            self.store.delete(dropped.errors_key)

    def take_back_if_newest(self, dropped: DroppedFile) -> None:
        """Remove the answer to this file only: ``x.yml`` keeps its own when ``x.yaml`` has its book."""
        answer = self.store.find(dropped.errors_key)
        answered = answer and DroppedFile.of_metadata(answer)
        if answered and answered.key == dropped.key:
            self.remove_if_newest(dropped)

    def _is_newest(self, dropped: DroppedFile) -> bool:
        return dropped.is_stored_as(self.store.find(dropped.key))
