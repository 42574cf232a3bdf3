"""The import of a project from its archive, where no such project is."""

import shlex
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from course_kit.data_models import ClosedModel
from course_kit.store.artefact_keys import ProjectKeys
from coursewright.course_store import CourseStore, ObjectContent
from coursewright.deployment import Deployment
from coursewright.errors import BadInput, CommandFailed, Interrupted
from coursewright.failures import FORESEEN, failure_of
from coursewright.house.archive_model import ArchivedObject
from coursewright.house.archive_reading import Archive
from coursewright.house.moved_keys import Move
from coursewright.run.request import checked_project

_WRITERS = 8
_AT_ONCE = 32
"""Objects in memory at once."""


class ImportReport(ClosedModel):
    """A project that was imported."""

    project: str
    archive: str
    archived_project: str
    objects: int
    written: int
    """Fewer than ``objects`` when an earlier, interrupted import had written some."""
    bytes: int


@dataclass(frozen=True)
class _Source:
    """The objects of an archive as the new project has them."""

    archive: Archive
    move: Move

    def content(self, described: ArchivedObject) -> ObjectContent:
        return self.move.content(described.path, self.archive.content(described))

    def key(self, described: ArchivedObject) -> str:
        return self.move.new.within(described.path)


def import_project(find: Callable[[], Deployment], path: Path, project: str | None) -> ImportReport:
    """Write an archive's objects into the bucket, with the metadata that they had.

    An import that was interrupted is completed by another one of the same archive.

    Parameters
    ----------
    find
        Finds the deployment, once the archive is known to be good.
    project
        The name of the new project; None is the archive's own.

    Raises
    ------
    BadInput
        The archive is not whole, or the project exists. Nothing was written.
    CommandFailed
        The bucket failed on the way; the line says how to go on.
    """
    with Archive.open(path) as archive:
        archived = archive.contents.project
        name = checked_project(project or archived, "--project" if project else "FILE: its project")
        source = _checked(archive, ProjectKeys(archived), ProjectKeys(name))
        deployment = find()
        missing = _missing(deployment.store, source, name)
        _write(deployment, source, missing, path)
    objects = archive.contents.objects
    return ImportReport(
        project=name,
        archive=str(path),
        archived_project=archived,
        objects=len(objects),
        written=len(missing),
        bytes=sum(described.size for described in objects),
    )


def _checked(archive: Archive, old: ProjectKeys, new: ProjectKeys) -> _Source:
    """Read every body once, before anything is written: a broken one refuses the whole archive."""
    move = Move(old, new, {})
    fingerprints: dict[str, str] = {}
    for described in archive.contents.objects:
        content = archive.content(described)
        move.content(described.path, content)
        fingerprints |= move.book_change(described.path, content)
    return _Source(archive, Move(old, new, fingerprints))


def _missing(store: CourseStore, source: _Source, name: str) -> list[ArchivedObject]:
    """Return what is still to be written, the outline last; raises `BadInput` when the project is another's.

    A project that has some objects of the archive, each exactly as the import writes it, and no others, is a half
    import. Any other project exists.
    """
    by_key = {source.key(described): described for described in source.archive.contents.objects}
    there = {listed.key for listed in store.listed(source.move.new.everything())}
    if there and not (there < by_key.keys() and _are_same(store, source, {key: by_key[key] for key in there})):
        raise BadInput(
            f"--project: found {name!r}, which exists; expected a new name, so that nothing is overwritten: "
            f"choose one with --project, or delete that project first (coursewright delete {name})"
        )
    outline = source.move.new.outline()
    return [by_key[key] for key in sorted(by_key, key=lambda key: (key == outline, key)) if key not in there]


def _are_same(store: CourseStore, source: _Source, there: dict[str, ArchivedObject]) -> bool:
    with ThreadPoolExecutor(_WRITERS) as readers:
        return all(readers.map(lambda key: store.content(key) == source.content(there[key]), there))


def _write(deployment: Deployment, source: _Source, missing: Sequence[ArchivedObject], path: Path) -> None:
    store, written = deployment.store, 0
    again = "give the same command again to complete it"
    delete = shlex.join(["coursewright", "delete", source.move.new.project_folder, *deployment.options])
    try:
        with ThreadPoolExecutor(_WRITERS) as writers:
            for start in range(0, len(missing), _AT_ONCE):
                batch = missing[start : start + _AT_ONCE]
                list(writers.map(lambda one: store.write_new(source.key(one), source.content(one)), batch))
                written += len(batch)
    except KeyboardInterrupt:
        raise Interrupted(f"{path}: {written} of {len(missing)} objects are written; {again}, or `{delete}`") from None
    except FORESEEN as error:
        raise CommandFailed(
            f"{path}: at least {written} of {len(missing)} objects are written; {again}, or `{delete}`: "
            f"{failure_of(error)}"
        ) from None


def told(report: ImportReport) -> str:
    """Return the line that tells of an import."""
    renamed = "" if report.archived_project == report.project else f", exported as {report.archived_project}"
    earlier = report.objects - report.written
    before = f" ({earlier} of them by an earlier import)" if earlier else ""
    return f"project {report.project}{renamed}: {report.objects} objects{before} from {report.archive}"
