"""The archive of a project: a ZIP file with every current object, and a list of them with all that S3 keeps of each.

The list is the file ``coursewright.json``. The bodies lie under ``objects/``, each under its path within the project.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from course_kit.data_models import ClosedModel
from course_kit.store.artefact_keys import ProjectFolder
from course_kit.text.characters import unseen_characters
from coursewright.course_store import ObjectContent

LIST_NAME = "coursewright.json"
MAX_LIST_BYTES = 64 * 1024 * 1024
MAX_OBJECT_BYTES = 256 * 1024 * 1024
MAX_ARCHIVE_BYTES = 20 * 1024 * 1024 * 1024
MAX_OBJECTS = 100_000
_OBJECTS = "objects/"
# S3's limits (Amazon S3 user guide, "Working with object metadata", "Naming Amazon S3 objects").
_MAX_KEY_BYTES = 1024
_MAX_METADATA_BYTES = 2048
_MAX_PROJECT_NAME = 80


def safe_path(path: str) -> str:
    """Return a path that stays within its project, or raise ``ValueError`` with what is expected."""
    parts = path.split("/")
    is_within = all(part not in ("", ".", "..") for part in parts) and "\\" not in path and not unseen_characters(path)
    if not is_within or len(path.encode(errors="replace")) > _MAX_KEY_BYTES - _MAX_PROJECT_NAME - 1:
        raise ValueError("a path within the project: no `..`, no empty part, no backslash, nothing invisible")
    return path


def _plain_metadata(metadata: Mapping[str, str]) -> Mapping[str, str]:
    size = sum(len(name) + len(value) for name, value in metadata.items())
    is_plain = all(text.isascii() and text.isprintable() for pair in metadata.items() for text in pair)
    if size > _MAX_METADATA_BYTES or not is_plain or "" in metadata:
        raise ValueError("at most 2 KB of metadata in ASCII")
    return metadata


class ArchivedObject(ClosedModel):
    """One object of the project, without its body."""

    path: Annotated[str, AfterValidator(safe_path)]
    size: int = Field(ge=0)
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    content_type: Annotated[str, StringConstraints(min_length=1, max_length=256, pattern=r"^[ -~]+$")]
    metadata: Annotated[dict[str, str], AfterValidator(_plain_metadata)]

    @property
    def entry(self) -> str:
        """The name of its body in the archive."""
        return f"{_OBJECTS}{self.path}"


class ArchiveList(ClosedModel):
    """``coursewright.json``."""

    format: Literal[1] = 1
    project: ProjectFolder
    exported_at: datetime
    exported_by: str
    """The version of Coursewright that wrote it."""
    objects: tuple[ArchivedObject, ...]


def described(path: str, content: ObjectContent) -> ArchivedObject:
    """Return an object's line in the list; raises ``ValidationError`` for what no archive may hold."""
    return ArchivedObject(
        path=path,
        size=len(content.body),
        sha256=content.sha256,
        content_type=content.content_type,
        metadata=dict(content.metadata),
    )
