"""The export of a project into one archive."""

import secrets
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pydantic import ValidationError

from course_kit.data_models import ClosedModel
from course_kit.store.artefact_keys import ProjectKeys
from coursewright.course_store import CourseStore, ListedObject, ObjectContent
from coursewright.deployment import Deployment
from coursewright.errors import BadInput, CommandFailed
from coursewright.house.archive_model import LIST_NAME, MAX_OBJECT_BYTES, ArchivedObject, ArchiveList, described
from coursewright.house.listing import require_project
from coursewright.run.project_runs import require_free
from coursewright.run.request import checked_project

_READERS = 8
_AT_ONCE = 32
"""Objects in memory at once."""
_PACKED_ALREADY = (".png", ".zip", ".epub", ".docx", ".pdf", ".jpg", ".jpeg")


class ExportReport(ClosedModel):
    """An archive that was written."""

    project: str
    archive: str
    objects: int
    bytes: int
    """Of all bodies, unpacked."""


def checked_output(project: str, output: Path | None, *, may_replace: bool) -> Path:
    """Return where a project's archive is to be written; raises `BadInput` for a bad name or place."""
    checked_project(project, "PROJECT")
    place = output or Path(f"{project}.coursewright.zip")
    _require_place(place, may_replace=may_replace)
    return place


def export_project(deployment: Deployment, project: str, output: Path, *, may_replace: bool) -> ExportReport:
    """Write a project's current objects into one archive; it is there as a whole, or not at all.

    Raises
    ------
    BadInput
        There is no such project, or the file exists.
    CommandFailed
        A run works on the project, or it changed meanwhile.
    """
    checked_output(project, output, may_replace=may_replace)
    store, keys = deployment.store, ProjectKeys(project)
    require_project(store, project)
    require_free(deployment, project)
    listed = _archived(store, keys)
    with _new_file(output, may_replace=may_replace) as partial:
        objects = _write(store, keys, listed, partial)
        if _archived(store, keys) != listed:
            raise CommandFailed(f"project {project}: it changed while it was exported; export it again")
    return ExportReport(
        project=project, archive=str(output), objects=len(objects), bytes=sum(each.size for each in objects)
    )


def _archived(store: CourseStore, keys: ProjectKeys) -> list[ListedObject]:
    """Return what an archive has.

    The lease is not in it, which names an execution of this deployment. Neither are the empty objects by which S3's
    console shows folders.
    """
    return [
        listed
        for listed in store.listed(keys.everything())
        if listed.key != keys.lease() and not (listed.size == 0 and listed.key.endswith("/"))
    ]


def _require_place(output: Path, *, may_replace: bool) -> None:
    if output.is_dir() or not output.parent.is_dir():
        raise BadInput(f"--output: found {str(output)!r}, expected a file in a folder that there is")
    if output.exists() and not may_replace:
        raise BadInput(f"--output: {output}: found a file, expected none; name another, or replace it with --yes")


def _write(store: CourseStore, keys: ProjectKeys, listed: list[ListedObject], path: Path) -> list[ArchivedObject]:
    objects: list[ArchivedObject] = []
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive, ThreadPoolExecutor(_READERS) as readers:
        for start in range(0, len(listed), _AT_ONCE):
            batch = listed[start : start + _AT_ONCE]
            for one, content in zip(batch, readers.map(lambda one: store.content(one.key), batch), strict=True):
                line = _line_of(keys, one, content)
                is_packed = line.path.lower().endswith(_PACKED_ALREADY)
                packing = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
                archive.writestr(line.entry, content.body if content else b"", packing)
                objects.append(line)
        contents = ArchiveList(
            project=keys.project_folder,
            exported_at=datetime.now(UTC),
            exported_by=version("coursewright"),
            objects=tuple(objects),
        )
        archive.writestr(LIST_NAME, contents.model_dump_json(indent=1))
    return objects


def _line_of(keys: ProjectKeys, listed: ListedObject, content: ObjectContent | None) -> ArchivedObject:
    if content is None:
        raise CommandFailed(f"{listed.key}: it was removed while it was exported; export the project again")
    if len(content.body) > MAX_OBJECT_BYTES:
        raise CommandFailed(f"{listed.key}: found {listed.size:,} bytes, expected at most {MAX_OBJECT_BYTES:,}")
    try:
        return described(keys.path_of(listed.key) or "", content)
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        raise CommandFailed(f"{listed.key}: no archive can hold it: {found['msg']}; rename or remove it") from None


@contextmanager
def _new_file(output: Path, *, may_replace: bool) -> Iterator[Path]:
    """Give a path for a file that becomes the output when all went well."""
    partial = output.with_name(f".{output.name}.{secrets.token_hex(4)}.partial")
    try:
        yield partial
        _require_place(output, may_replace=may_replace)
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)
