"""What a book says of passages of its lessons that did not go together: how many were found, replaced and left."""

from collections import Counter
from typing import Self

from pydantic import Field, ValidationError

from course_kit.data_models import ClosedModel
from course_kit.outline import Editing
from course_kit.records.editing import Findings, FindingState
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore


class KindShare(ClosedModel):
    """The findings of one kind."""

    found: int = 0
    replaced: int = 0


class EditingShare(ClosedModel):
    """The findings of a course's newest check, in numbers. Without replacements in the book all of them are left."""

    found: int = 0
    replaced: int = 0
    dropped: int = 0
    """Replacements that fit no more: their text, or the passage that they refer to, is gone."""
    kinds: dict[str, KindShare] = Field(default_factory=dict)

    @property
    def left(self) -> int:
        """How many findings are not mended."""
        return self.found - self.replaced

    @classmethod
    def read(cls, store: ArtefactStore, keys: ProjectKeys, editing: Editing | None, dropped: int) -> Self:
        """Return what the newest check found; nothing for a run that does without one."""
        if editing in (None, Editing.OFF):
            return cls()
        try:
            stored = store.read_model(keys.findings(), Findings)
        except ValidationError:
            # The next check writes them anew.
            stored = None
        findings = stored.findings if stored else ()
        found = Counter(finding.kind.value for finding in findings)
        is_applied = editing is Editing.APPLY
        mended = [finding for finding in findings if is_applied and finding.state is FindingState.MENDED]
        replaced = Counter(finding.kind.value for finding in mended)
        return cls(
            found=len(findings),
            replaced=len(mended),
            dropped=dropped,
            kinds={kind: KindShare(found=found[kind], replaced=replaced[kind]) for kind in sorted(found)},
        )
