"""`coursewright restore`: an earlier version as the newest one, the person's own from then on."""

import mimetypes
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from course_kit.data_models import ClosedModel
from course_kit.errors import ArtefactConflict
from course_kit.pictures.picture_files import hash_of
from course_kit.records.written import is_authors
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_kinds import ArtefactKind
from course_kit.store.provenance import DRAWN_FROM, is_marked_as_authors
from coursewright.errors import CommandFailed
from coursewright.history.changes import Change
from coursewright.history.rows import RESTORED
from coursewright.history.versions import ArtefactVersions, ProjectVersions
from coursewright.person import authors_metadata
from coursewright.run.project_runs import require_free
from coursewright.terminal import Terminal

_CONTENT_TYPES = {
    ArtefactKind.OUTLINE: "application/yaml",
    ArtefactKind.LESSON: "text/markdown; charset=utf-8",
    ArtefactKind.LAB: "text/markdown; charset=utf-8",
    ArtefactKind.STUDY: "application/json",
    ArtefactKind.VISUAL_PLAN: "application/json",
    ArtefactKind.LAB_PLAN: "application/json",
    ArtefactKind.BRIEF: "application/json",
    ArtefactKind.EDITS: "application/json",
}


class Restored(ClosedModel):
    """What was brought back."""

    project: str
    what: str
    version: str
    id: str
    is_written: bool
    """False when it was there already, as the person's own."""
    files: tuple[str, ...]
    """The keys of it that are there now."""
    target: str
    """What ``--regenerate`` calls it, to have it made by the pipeline again; empty where no run can."""


@dataclass(frozen=True)
class _File:
    """One object to be written in place of what is stored."""

    key: str
    body: bytes
    stored: Artefact | None
    details: Mapping[str, str]
    """Metadata of its own."""

    @property
    def is_there(self) -> bool:
        """Whether it is stored already, and marked as a person's."""
        found = self.stored
        return found is not None and is_marked_as_authors(found) and found.sha256 == hash_of(self.body)


def restore(project: ProjectVersions, what: str, version: str, note: str) -> Restored:
    """Bring a version back.

    All of it is read before anything is written. Each object is written on the condition that it still is what was
    seen.

    Raises
    ------
    BadInput
        There is no such artefact or version, or the note is too long.
    CommandFailed
        A run works on the project, the version is gone, or somebody wrote the artefact meanwhile.
    """
    metadata = authors_metadata(note)
    versions = project.of_artefact(what)
    chosen = versions.chosen(version)
    require_free(project.deployment, project.keys.project_folder)
    files = _files(versions, chosen)
    dropped = _dropped(versions, chosen)
    is_written = bool(dropped) or not all(file.is_there for file in files)
    if is_written:
        _write(project, versions, files, dropped, {**metadata, RESTORED: quote(chosen.main.version)})
    return Restored(
        project=project.keys.project_folder,
        what=versions.artefact.name,
        version=chosen.name,
        id=chosen.main.version,
        is_written=is_written,
        files=tuple(file.key for file in files),
        target=versions.artefact.target,
    )


def _files(versions: ArtefactVersions, chosen: Change) -> list[_File]:
    """Return what is to be written, a figure's SVG before its PNG, which completes it."""
    store, found = versions.project.store, []
    drawing = ""
    for key, version in sorted(chosen.files.items(), reverse=True):
        earlier, body = store.find(key, version), store.read(key, version)
        if earlier is None or body is None:
            raise CommandFailed(f"{key}: version {version} is no longer in the bucket")
        # A PNG that a run drew stays one: when a person changes the SVG, it is drawn anew.
        is_drawn = bool(drawing) and (DRAWN_FROM in earlier.metadata or not is_authors(earlier, None))
        details = {DRAWN_FROM: drawing} if is_drawn else {}
        drawing = hash_of(body)
        own = key if versions.artefact.kind is ArtefactKind.FIGURE else _key_now(versions, key)
        found.append(_File(own, body, store.find(own), details))
    return found


def _key_now(versions: ArtefactVersions, earlier: str) -> str:
    """Return where an artefact is stored now, or would be: a lesson by its record, others where they lie."""
    artefact, newest = versions.artefact, versions.changes[-1].files
    if artefact.keys and (artefact.kind is not ArtefactKind.LAB or not newest):
        return artefact.keys[0]
    return next(iter(newest), earlier)


def _dropped(versions: ArtefactVersions, chosen: Change) -> list[str]:
    """Return the files of a figure that it has now, and that it did not have then."""
    return [key for key in versions.changes[-1].files if key not in chosen.files and key in versions.artefact.keys[:-1]]


def _write(
    project: ProjectVersions,
    versions: ArtefactVersions,
    files: list[_File],
    dropped: list[str],
    metadata: Mapping[str, str],
) -> None:
    store, artefact = project.store, versions.artefact
    try:
        for key in dropped:
            store.delete(key)
        for file in files:
            content_type = _CONTENT_TYPES.get(artefact.kind) or mimetypes.guess_type(file.key)[0]
            store.write(
                file.key,
                file.body,
                content_type=content_type or "application/octet-stream",
                replacing=file.stored,
                metadata={**metadata, **file.details},
            )
    except ArtefactConflict:
        again = shlex.join(
            ["coursewright", "history", project.keys.project_folder, artefact.name, *project.deployment.options]
        )
        raise CommandFailed(
            f"{artefact.name}: somebody wrote it meanwhile, which stays; look at `{again}`, then restore again"
        ) from None


def print_restored(terminal: Terminal, restored: Restored) -> None:
    """Print what was brought back, that it is the person's own now, and how to give it up."""
    if restored.is_written:
        terminal.tell(f"{restored.what} is again as in {restored.version}. It counts as yours now: runs keep it.")
    else:
        terminal.tell(f"{restored.what} is as in {restored.version}, and yours, already; nothing was written.")
    if restored.target:
        project = shlex.join(["--project", restored.project, "--regenerate", restored.target])
        terminal.tell(f"To have it made anew by the pipeline: `coursewright generate OUTLINE {project}`")
    elif restored.what == str(ArtefactKind.OUTLINE):
        terminal.tell("`generate` uploads the outline file that it is given; change that file, too.")
