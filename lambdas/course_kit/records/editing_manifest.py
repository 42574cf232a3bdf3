"""``manifests/editing.json``: what the step that edits the course did in one execution."""

from datetime import datetime

from pydantic import Field

from course_kit.records.journal import ExecutionEntry
from course_kit.records.written import Written
from course_kit.usage import Usage


class EditingManifest(ExecutionEntry):
    """The check of all lessons, and the replacements that were asked for."""

    started_at: datetime
    ended_at: datetime
    model_id: str = ""
    prompt_version: str = ""
    usage: Usage = Usage()
    """Of this execution's calls whose replacements are stored; the others stand in drafts."""
    asked: tuple[str, ...] = ()
    """The groups of findings that this execution has asked the model about, by their first fingerprints."""
    refused: dict[str, str] = Field(default_factory=dict)
    """Why an answer was refused, by fingerprint. The same model is not asked again with the same prompt."""
    found: int = 0
    mended: int = 0
    written: dict[str, Written] = Field(default_factory=dict)
    """The stored replacements, by key."""

    @property
    def calls(self) -> int:
        """The number of groups of findings that this execution has asked the model about."""
        return len(self.asked)

    def together_with(self, other: "EditingManifest") -> "EditingManifest":
        """Return this record with what another attempt of the same execution has entered."""
        return self.model_copy(
            update={
                "started_at": min(self.started_at, other.started_at),
                "ended_at": max(self.ended_at, other.ended_at),
                "asked": tuple(dict.fromkeys([*other.asked, *self.asked])),
                "refused": {**other.refused, **self.refused},
                "written": {**other.written, **self.written},
            }
        )
