"""What a run tells of its editing: the findings, and its entry among the manifests."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

from pydantic import ValidationError

from course_editor.edit_groups import EditGroup
from course_editor.passages import PlacedFinding
from course_editor.stored_edits import StoredEdits
from course_kit.errors import ArtefactConflict
from course_kit.records.editing import Finding, Findings, FindingState
from course_kit.records.editing_manifest import EditingManifest
from course_kit.records.journal import write_together
from course_kit.records.project_lease import ProjectLease
from course_kit.records.run_summary import StepTimes, record_step
from course_kit.store.artefact import Artefact

_ATTEMPTS = 10


@dataclass
class EditingRecords:
    """The records of one execution's editing."""

    lease: ProjectLease
    entry: EditingManifest
    _stored: Artefact | None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def open(cls, lease: ProjectLease, *, model_id: str, prompt_version: str) -> Self:
        """Begin an entry, or go on with that of an earlier attempt of this very execution.

        What was refused is remembered as long as model and prompt are the same.
        """
        key, now = lease.keys.editing_manifest(), datetime.now(UTC)
        stored = lease.store.find(key)
        before = lease.store.read_model(key, EditingManifest) if stored else None
        is_own = before is not None and before.execution_name == lease.execution_name
        is_same = before is not None and (before.model_id, before.prompt_version) == (model_id, prompt_version)
        entry = EditingManifest(
            execution_name=lease.execution_name,
            started_at=before.started_at if before and is_own else now,
            ended_at=now,
            model_id=model_id,
            prompt_version=prompt_version,
            asked=before.asked if before and is_own else (),
            refused=before.refused if before and is_same else {},
            written=before.written if before else {},
        )
        return cls(lease, entry, stored)

    def refused(self, fingerprint: str) -> str:
        """Return why an answer about a finding was refused; empty when none was."""
        return self.entry.refused.get(fingerprint, "")

    def refuse(self, group: EditGroup, why: str, edits: StoredEdits) -> None:
        """Enter that no answer about a group may be taken."""
        self.enter(group, group.findings, why, edits)

    def enter(self, group: EditGroup, left: Sequence[PlacedFinding], why: str, edits: StoredEdits) -> None:
        """Enter that a group was asked about, and what of it is left open."""
        with self._lock:
            refused = {one.finding.fingerprint: why for one in left}
            self._save(
                self.entry.model_copy(
                    update={
                        "asked": tuple(dict.fromkeys([*self.entry.asked, group.name])),
                        "refused": {**self.entry.refused, **refused},
                    }
                ),
                edits,
            )

    def save(self, findings: Sequence[Finding], edits: StoredEdits) -> EditingManifest:
        """Store the findings and the entry, and return the entry."""
        with self._lock:
            self._store_findings(Findings(execution_name=self.lease.execution_name, findings=tuple(findings)))
            present = {finding.fingerprint for finding in findings}
            mended = sum(finding.state is FindingState.MENDED for finding in findings)
            refused = {name: why for name, why in self.entry.refused.items() if name in present}
            changes = {"found": len(findings), "mended": mended, "refused": refused}
            self._save(self.entry.model_copy(update=changes), edits)
            times = StepTimes(started_at=self.entry.started_at, ended_at=self.entry.ended_at)
        record_step(self.lease.store, self.lease.keys.run(self.lease.execution_name), "editing", times)
        return self.entry

    def _save(self, entry: EditingManifest, edits: StoredEdits) -> None:
        entry = entry.model_copy(update={"ended_at": datetime.now(UTC), "usage": edits.used, "written": edits.written})
        self.entry, self._stored = write_together(
            self.lease.store,
            self.lease.keys.editing_manifest(),
            entry,
            replacing=self._stored,
            together_with=entry.together_with,
        )

    def _store_findings(self, findings: Findings) -> None:
        key, store = self.lease.keys.findings(), self.lease.store
        for attempt in range(_ATTEMPTS):
            stored = store.find(key)
            # What cannot be read is written anew: findings are nobody's text.
            with suppress(ValidationError):
                if stored and store.read_model(key, Findings) == findings:
                    return
            try:
                store.write_model(key, findings, replacing=stored)
            except ArtefactConflict:
                # Another attempt of the same step, or a run that has taken the project over.
                self.lease.require()
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                return
