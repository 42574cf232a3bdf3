"""A project's archive as somebody gives it: checked as a whole, before anything of it is written."""

import hashlib
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from course_kit.faults import faults_in_words
from course_kit.store.artefact_keys import ProjectKeys
from coursewright.course_store import ObjectContent
from coursewright.errors import BadInput
from coursewright.house.archive_model import (
    LIST_NAME,
    MAX_ARCHIVE_BYTES,
    MAX_LIST_BYTES,
    MAX_OBJECT_BYTES,
    MAX_OBJECTS,
    ArchivedObject,
    ArchiveList,
)

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeError, ValueError)
_KNOWN_PACKING = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_UNIX_MODE = 16


@dataclass(frozen=True)
class Archive:
    """An open archive whose list and entries fit each other."""

    path: Path
    contents: ArchiveList
    _file: zipfile.ZipFile

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator["Archive"]:
        """Open an archive and check all but the bodies; raises `BadInput`."""
        try:
            file = zipfile.ZipFile(path)
        except zipfile.BadZipFile as error:
            raise BadInput(
                f"{path}: found no whole ZIP file ({error}), expected one of `coursewright export`"
            ) from None
        except OSError as error:
            raise BadInput(f"{path}: {(error.strerror or 'cannot be read').lower()}, expected an archive") from None
        with file:
            yield cls(path, _checked_list(path, file), file)

    def content(self, described: ArchivedObject) -> ObjectContent:
        """Return one object with its body; raises `BadInput` when the body is not the one that the list describes."""
        try:
            with self._file.open(described.entry) as entry:
                body = entry.read(described.size + 1)
        except _BROKEN as error:
            raise BadInput(f"{self.path}: {described.entry}: cannot be unpacked ({error}); export it again") from None
        if len(body) != described.size or hashlib.sha256(body).hexdigest() != described.sha256:
            raise BadInput(
                f"{self.path}: {described.entry}: found another content than {LIST_NAME} describes; export it again"
            )
        return ObjectContent(body, described.content_type, described.metadata)


def _checked_list(path: Path, file: zipfile.ZipFile) -> ArchiveList:
    entries = file.infolist()
    if len(entries) > MAX_OBJECTS + 1 or sum(entry.file_size for entry in entries) > MAX_ARCHIVE_BYTES:
        raise BadInput(f"{path}: found more than {MAX_OBJECTS:,} objects or {MAX_ARCHIVE_BYTES:,} bytes, expected less")
    for entry in entries:
        _require_plain(path, entry)
    contents = _read_list(path, file)
    lease = ProjectKeys(contents.project).path_of(ProjectKeys(contents.project).lease())
    if any(described.path == lease for described in contents.objects):
        raise BadInput(f"{path}: found {lease!r}, which no archive has; export the project again")
    _require_same(path, entries, contents)
    return contents


def _require_plain(path: Path, entry: zipfile.ZipInfo) -> None:
    mode = entry.external_attr >> _UNIX_MODE
    is_file = not entry.is_dir() and stat.S_IFMT(mode) in (0, stat.S_IFREG)
    if not is_file or entry.flag_bits & _ENCRYPTED or entry.compress_type not in _KNOWN_PACKING:
        raise BadInput(f"{path}: {entry.filename!r}: found a link, a folder or a locked file, expected plain files")
    limit = MAX_LIST_BYTES if entry.filename == LIST_NAME else MAX_OBJECT_BYTES
    if entry.file_size > limit:
        raise BadInput(f"{path}: {entry.filename!r}: found {entry.file_size:,} bytes, expected at most {limit:,}")


def _read_list(path: Path, file: zipfile.ZipFile) -> ArchiveList:
    if LIST_NAME not in file.namelist():
        raise BadInput(f"{path}: found no {LIST_NAME}, expected an archive of `coursewright export`")
    try:
        return ArchiveList.model_validate_json(file.read(LIST_NAME))
    except ValidationError as error:
        first = next(iter(faults_in_words(error, whole="all of it")))
        raise BadInput(f"{path}: {LIST_NAME}: {first}; another version wrote it, or somebody else") from None
    except _BROKEN as error:
        raise BadInput(f"{path}: {LIST_NAME}: cannot be unpacked ({error}); export it again") from None


def _require_same(path: Path, entries: list[zipfile.ZipInfo], contents: ArchiveList) -> None:
    """Raise `BadInput` unless the archive has each object of the list once, in its size, and nothing else."""
    expected = Counter([LIST_NAME, *(described.entry for described in contents.objects)])
    found = Counter(entry.filename for entry in entries)
    for name in sorted((found - expected) | (expected - found)):
        raise BadInput(
            f"{path}: {name!r}: found it {found[name]} times, and {expected[name]} times in {LIST_NAME}; "
            "export it again"
        )
    sizes = {entry.filename: entry.file_size for entry in entries}
    for described in contents.objects:
        if sizes[described.entry] != described.size:
            raise BadInput(
                f"{path}: {described.entry}: found {sizes[described.entry]:,} bytes, expected {described.size:,}"
            )
        if expected[described.entry] > 1:
            raise BadInput(f"{path}: {LIST_NAME}: found {described.path!r} twice, expected it once")
