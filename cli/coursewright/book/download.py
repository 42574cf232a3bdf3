"""Download of a finished book, with complete files or none."""

import zipfile
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field

from course_kit.data_models import OpenModel
from course_kit.pictures.picture_names import FIGURES_FOLDER, own_picture_of
from course_kit.store.artefact_keys import ProjectKeys, part_of_book
from coursewright.book.out_folder import OutFolder
from coursewright.book.project_files import ProjectFiles, Renewal
from coursewright.book.web_book import files_of, site_name
from coursewright.deployment import Deployment
from coursewright.errors import CommandFailed

_TRANSFERS = 8
_FIRST_PAGE = "index.html"


@dataclass(frozen=True)
class Downloaded:
    """A book on this machine."""

    formats: dict[str, Path] = field(default_factory=dict)
    """Path of each format; for the web book, its first page, unpacked next to its archive."""
    renewal: Renewal = field(default_factory=Renewal)


@dataclass(frozen=True)
class BookInBucket:
    """A book to download."""

    formats: dict[str, str]
    """The key of each format."""
    images: Collection[str] = ()
    """The keys of its images."""
    is_lab_guide: bool = False

    @property
    def name(self) -> str:
        """The name of the book in the record of its folder, such as ``lab_guide modules-2``."""
        part = part_of_book(next(iter(self.formats.values())))
        return f"{'lab_guide' if self.is_lab_guide else 'book'}{f' modules-{part}' if part else ''}"


def download_book(
    deployment: Deployment, keys: ProjectKeys, book: BookInBucket, out: OutFolder, again: str
) -> Downloaded:
    """Download a book and its images; a book without formats is none.

    Parameters
    ----------
    out
        The folder for ``<project>/book/``; images and own pictures go next to the book, so that
        the Markdown's relative links work.
    again
        The command that downloads it, for messages.

    Raises
    ------
    CommandFailed
        A file is missing in the bucket, or cannot be written here under its name.
    """
    if not book.formats:
        return Downloaded()
    project = keys.project_folder
    with told_in_one_line(out.place(project), f"the book is in bucket {deployment.bucket}; `{again}` downloads it"):
        wanted = [*((key, "book") for key in book.formats.values()), *((key, "images") for key in book.images)]
        # All names are checked before the first file is written.
        paths = {key: out.place(project, kind, _name(key)) for key, kind in wanted}
        with ProjectFiles.opened(out, project) as files:
            with ThreadPoolExecutor(_TRANSFERS) as transfers:
                list(transfers.map(lambda item: _fetch(deployment, files, *item), wanted))
                own = [(keys.own_picture(file), FIGURES_FOLDER) for file in _own_pictures(files, book)]
                list(transfers.map(lambda item: _fetch(deployment, files, *item), own))
            formats = {name: paths[key] for name, key in book.formats.items()}
            if "site" in formats:
                formats["site"] = _unpack(files, book, formats["site"])
            return Downloaded(formats, files.renew(book.name))


def write_page(out: OutFolder, project: str, name: str, page: str) -> tuple[Path, Renewal]:
    """Write a page of our own into a project's folder, as `download_book` does; raises ``OSError``, too."""
    with ProjectFiles.opened(out, project) as files:
        files.put([name], page.encode())
        return files.place([name]), files.renew(name)


@contextmanager
def told_in_one_line(folder: Path, where_it_is: str) -> Iterator[None]:
    """Turn what this machine cannot write into one line that says where the book is."""
    try:
        yield
    except UnicodeEncodeError as error:
        letter = ord(str(error.object)[error.start])
        raise CommandFailed(
            f"{folder}: this machine's locale ({error.encoding}) cannot write U+{letter:04X} in a file's name, "
            f"expected UTF-8; set LC_ALL=C.UTF-8 and run again; {where_it_is}"
        ) from None
    except OSError as error:
        raise CommandFailed(f"{error.filename or folder}: {error.strerror}; {where_it_is}") from None


def _fetch(deployment: Deployment, files: ProjectFiles, key: str, kind: str) -> None:
    """Stage one object, unless its file on disk stays, which its hash tells without a download."""
    names = [kind, _name(key)]
    found = deployment.store.find(key)
    if found is not None and files.stays(names, found.sha256):
        return
    body = deployment.store.read(key) if found else None
    if body is None:
        raise CommandFailed(
            f"{key}: found nothing in bucket {deployment.bucket}, expected a file of the book; "
            "a later run may have given it another title: watch that run, or run again"
        )
    files.put(names, body)


def _own_pictures(files: ProjectFiles, book: BookInBucket) -> Iterator[str]:
    """Yield the files of the author's own pictures in a book, which its data names."""
    if "json" not in book.formats:
        return
    names = ["book", _name(book.formats["json"])]
    if files.is_changed(names):
        # The data on disk are a person's; of ours there is nothing new.
        files.leave([FIGURES_FOLDER])
        return
    data = _Pictures.model_validate_json(files.content(names))
    yield from (file for file, seen in data.pictures.items() if seen.kind and own_picture_of(file) == file)


class _Picture(OpenModel):
    kind: str = ""
    """Empty for a picture that cannot be shown."""


class _Pictures(OpenModel):
    """What a download needs of a book's data."""

    pictures: dict[str, _Picture] = Field(default_factory=dict)


def _unpack(files: ProjectFiles, book: BookInBucket, archive: Path) -> Path:
    """Stage the files of a web book next to its archive; return its first page."""
    folder = ["book", site_name(book.formats["site"], is_lab_guide=book.is_lab_guide)]
    if files.is_changed(["book", archive.name]):
        # The archive on disk is a person's; of ours there is nothing new.
        files.leave(folder)
        return files.place([*folder, _FIRST_PAGE])
    try:
        for names, body in files_of(files.content(["book", archive.name])):
            files.put([*folder, *names], body)
    except zipfile.BadZipFile as error:
        raise CommandFailed(f"{archive}: {error}, expected a web book; nothing was written") from None
    return files.place([*folder, _FIRST_PAGE])


def _name(key: str) -> str:
    return key.rpartition("/")[2]
