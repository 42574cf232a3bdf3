"""The record of what was downloaded into a project's folder: it tells our files from those that a person changed."""

import hashlib
from pathlib import Path

from pydantic import Field, ValidationError

from course_kit.data_models import OpenModel

RECORD_NAME = ".coursewright.json"
_BLOCK = 1 << 20


class WrittenFile(OpenModel):
    """One file as it was downloaded."""

    sha256: str
    books: tuple[str, ...] = ()
    """The books that have this file: two books share images."""


class OutRecord(OpenModel):
    """The downloaded files of a project, by their paths below its folder."""

    files: dict[str, WrittenFile] = Field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "OutRecord":
        """Return the record of a project's folder; without a readable one, no file counts as downloaded."""
        try:
            return cls.model_validate_json((folder / RECORD_NAME).read_bytes())
        except (OSError, ValidationError):
            return cls()

    def bytes_on_disk(self, folder: Path) -> int:
        """Return the size of the recorded files."""
        return sum(path.stat().st_size for name in self.files if (path := folder / name).is_file())


def hash_of(path: Path) -> str | None:
    """Return the SHA-256 of a file; None when there is none."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except FileNotFoundError:
        return None
    return digest.hexdigest()
