"""Archives of projects, as `coursewright export` writes them."""

import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from coursewright.course_store import ObjectContent
from coursewright.house.archive_model import LIST_NAME, ArchiveList, described


def archive_of(path: Path, project: str, bodies: Mapping[str, bytes]) -> Path:
    """Write an archive of a project with these bodies by their paths, and return its path."""
    objects = tuple(described(name, ObjectContent(body, "text/plain", {})) for name, body in bodies.items())
    contents = ArchiveList(
        project=project, exported_at=datetime(2026, 1, 1, tzinfo=UTC), exported_by="0", objects=objects
    )
    with zipfile.ZipFile(path, "w") as archive:
        for line in objects:
            archive.writestr(line.entry, bodies[line.path])
        archive.writestr(LIST_NAME, contents.model_dump_json())
    return path
