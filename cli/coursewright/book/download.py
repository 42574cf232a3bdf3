"""Download of a finished book, with complete files or none."""

import shutil
import zipfile
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from course_kit.store.artefact_keys import ProjectKeys, visual_of
from coursewright.book.out_folder import OutFolder
from coursewright.deployment import Deployment
from coursewright.errors import CommandFailed

_TRANSFERS = 8
_LAB_SITE_ENDING = "_labs_site.zip"


def download_book(
    deployment: Deployment, keys: ProjectKeys, book: dict[str, str], out: OutFolder, *, images: Collection[str] | None
) -> dict[str, Path]:
    """Download a book and its images.

    Parameters
    ----------
    book
        Key of each format.
    images
        Keys of all images of the book; images of an earlier download are removed. None for a book without images, which
        leaves the images of the project's other book.
    out
        The folder for ``<project>/book/``; images go next to the book, so that the Markdown's relative links work.

    Returns
    -------
    dict
        Path of each format; for the web book, its first page, unpacked next to its zip.

    Raises
    ------
    CommandFailed
        A file is missing in the bucket, or cannot be written here under its name.
    """
    project = keys.project_folder
    folder = out.place(project)
    wanted = [*((key, "book") for key in book.values()), *((key, "images") for key in images or ())]
    try:
        for key, kind in wanted:
            # All names are checked before the first file is written.
            out.place(project, kind, _name(key))
        with ThreadPoolExecutor(_TRANSFERS) as transfers:
            paths = dict(
                zip(wanted, transfers.map(lambda item: _download(deployment, out, project, *item), wanted), strict=True)
            )
        formats = {name: paths[key, "book"] for name, key in book.items()}
        if "site" in formats:
            formats["site"] = _unpacked(out, formats["site"])
        if images is not None:
            _remove_superseded(out.place(project, "images"), {paths[key, "images"] for key in images})
    except UnicodeEncodeError as error:
        letter = ord(str(error.object)[error.start])
        raise CommandFailed(
            f"{folder}: this machine's locale ({error.encoding}) cannot write U+{letter:04X} in a file's name, "
            f"expected UTF-8; set LC_ALL=C.UTF-8 and run again; the book is in bucket {deployment.bucket}"
        ) from None
    except OSError as error:
        raise CommandFailed(
            f"{error.filename or folder}: {error.strerror}; the book is in bucket {deployment.bucket}"
        ) from None
    return formats


def _remove_superseded(folder: Path, current: Collection[Path]) -> None:
    if folder.is_dir():
        for path in folder.iterdir():
            # Only files with names of our images: the folder belongs to the user.
            visual = visual_of(path.name)
            is_ours = visual is not None and path.name in (f"{visual}.png", f"{visual}.svg")
            if is_ours and path not in current:
                path.unlink()


def site_folder(project: Path, *, is_lab_guide: bool) -> Path:
    """Return the folder of a downloaded project's web book, or of its lab guide."""
    return project / "book" / ("site_labs" if is_lab_guide else "site")


def _unpacked(out: OutFolder, archive: Path) -> Path:
    """Unpack a web book next to its zip, complete or not at all; it replaces an earlier one. Returns its first page."""
    folder = site_folder(archive.parents[1], is_lab_guide=archive.name.endswith(_LAB_SITE_ENDING))
    places = folder.relative_to(out.root).parts
    folder, fresh = out.place(*places), out.place(*places[:-1], f"{places[-1]}.partial")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        with zipfile.ZipFile(archive) as site:
            # It keeps all names below the folder, and makes no links.
            site.extractall(fresh)
    except zipfile.BadZipFile as error:
        raise CommandFailed(f"{archive}: {error}, expected a web book; it was downloaded, but not unpacked") from None
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    return folder / "index.html"


def _name(key: str) -> str:
    return key.rpartition("/")[2]


def _download(deployment: Deployment, out: OutFolder, project: str, key: str, kind: str) -> Path:
    body = deployment.store.read(key)
    if body is None:
        raise CommandFailed(f"{key}: found nothing in bucket {deployment.bucket}, expected a file of the book")
    return out.write(body, project, kind, _name(key))
