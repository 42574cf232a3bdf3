"""All versions of one artefact, and the one that a person means."""

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from course_kit.store.artefact_keys import ProjectKeys
from coursewright.artefact_names import ArtefactName, ArtefactNames
from coursewright.course_store import CourseStore
from coursewright.deployment import Deployment
from coursewright.errors import BadInput
from coursewright.history.changes import Change, changes_of
from coursewright.history.events import StoredEvent, events_under
from coursewright.history.rows import ChangeRow, Rows
from coursewright.house.listing import no_such_project

_NAMED = 12
_SHORTEST_ID = 6


@dataclass(frozen=True)
class ProjectVersions:
    """A project and its artefacts' names, where versions are looked up."""

    deployment: Deployment
    names: ArtefactNames

    @classmethod
    def of(cls, deployment: Deployment, project: str) -> Self:
        """Return a project of the bucket; raises `BadInput` when nothing was ever stored in it."""
        store, keys = deployment.store, ProjectKeys(project)
        found = store.client.list_object_versions(Bucket=store.bucket, Prefix=keys.everything(), MaxKeys=1)
        if not found.get("Versions") and not found.get("DeleteMarkers"):
            raise no_such_project(project)
        return cls(deployment, ArtefactNames.read(store, project))

    @property
    def store(self) -> CourseStore:
        """The bucket."""
        return self.deployment.store

    @property
    def keys(self) -> ProjectKeys:
        """The project's keys."""
        return self.names.keys

    def of_artefact(self, what: str) -> "ArtefactVersions":
        """Return the versions of an artefact as a person names it; raises `BadInput` with what there is."""
        artefact = self.names.named(what)
        versions = self.versions(artefact)
        if not versions.written:
            raise BadInput(
                f"WHAT: found {what!r}, of which nothing was stored yet, expected {artefact.kind}: "
                f"{self._of_kind(artefact)}"
            )
        return versions

    def versions(self, artefact: ArtefactName) -> "ArtefactVersions":
        """Return the versions of an artefact; there may be none."""
        events = events_under(self.store, artefact.listings)
        return ArtefactVersions(self, artefact, events, tuple(changes_of(artefact, events)))

    def _of_kind(self, artefact: ArtefactName) -> str:
        listed = (self.names.of_key(key) for key in events_under(self.store, [self.keys.everything()]))
        found = dict.fromkeys(other.name for other in listed if other and other.kind is artefact.kind)
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        return f"{', '.join(list(found)[:_NAMED])}{more}" if found else "the project has none"


@dataclass(frozen=True)
class ArtefactVersions:
    """One artefact's changes, oldest first."""

    project: ProjectVersions
    artefact: ArtefactName
    events: Mapping[str, Sequence[StoredEvent]]
    changes: tuple[Change, ...]

    @property
    def written(self) -> tuple[Change, ...]:
        """The changes that something is left of: each can be compared and brought back."""
        return tuple(change for change in self.changes if change.number is not None)

    @property
    def is_deleted(self) -> bool:
        """Whether nothing of it is there now."""
        return bool(self.changes) and self.changes[-1].number is None

    def rows(self, changes: Sequence[Change]) -> list[ChangeRow]:
        """Return the rows of some changes."""
        return Rows(self.project.store, self.project.keys, self.events, self.changes).of(changes)

    def chosen(self, version: str) -> Change:
        """Return the version that a person has typed: ``v3``, or the beginning of its id.

        Raises
        ------
        BadInput
            There is no such version, or more than one.
        """
        if match := re.fullmatch(r"[vV](\d{1,9})", version):
            found = [change for change in self.written if change.number == int(match[1])]
        else:
            found = [change for change in self.written if version and _begins(change.ids, version)]
        if len(found) == 1:
            return found[0]
        if found:
            raise BadInput(f"VERSION: found {version!r}, which {len(found)} versions begin with; type more of it")
        last = self.written[-1].name
        known = "v1" if last == "v1" else f"v1 to {last}"
        project, options = self.project.keys.project_folder, self.project.deployment.options
        command = shlex.join(["coursewright", "history", project, self.artefact.name, *options])
        raise BadInput(
            f"VERSION: found {version!r}, expected {known}, or the beginning of a version's id; `{command}` lists them"
        )


def _begins(ids: Iterable[str], version: str) -> bool:
    return any(own.startswith(version) for own in ids)


def short_ids(ids: Sequence[str]) -> dict[str, str]:
    """Return for each id how it begins, as far as that tells it from the others."""
    ordered = sorted(set(ids))
    shortened = {}
    for place, own in enumerate(ordered):
        others = ordered[max(place - 1, 0) : place] + ordered[place + 1 : place + 2]
        length = max([_SHORTEST_ID, *(_common(own, other) + 1 for other in others)])
        shortened[own] = own[:length]
    return shortened


def _common(one: str, other: str) -> int:
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
