"""Bringing a finished book home: complete files or none."""

import re
import shutil
import zipfile
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from coursewright.deployment import Deployment
from coursewright.errors import CommandFailed

_TRANSFERS = 8
_LAB_SITE_ENDING = "_labs_site.zip"
_IMAGE_NAME = re.compile(r"^\d{2,3}-\d{2,3}-\d{4}\.(png|svg)$")


def download_book(
    deployment: Deployment, project: str, book: dict[str, str], out: Path, *, images: Collection[str] | None
) -> dict[str, Path]:
    """Download a book and its images.

    Parameters
    ----------
    book
        Key of each format.
    images
        Keys of the book's images, and of no others; those of an earlier download go. None: a book without any, whose
        project's images are another book's.
    out
        The book goes to ``out/<project>/book/``, images beside it, so that the Markdown's relative links work.

    Returns
    -------
    dict
        Path of each format; of the web book its first page, unpacked beside its zip.
    """
    folder = out / project
    paths = {key: folder / "images" / key.rpartition("/")[2] for key in images or ()}
    formats = {name: folder / "book" / key.rpartition("/")[2] for name, key in book.items()}
    wanted = [*((book[name], path) for name, path in formats.items()), *paths.items()]
    try:
        with ThreadPoolExecutor(_TRANSFERS) as transfers:
            list(transfers.map(lambda item: _download(deployment, *item), wanted))
        if "site" in formats:
            formats["site"] = _unpacked(formats["site"])
        if images is not None:
            _remove_superseded(folder / "images", set(paths.values()))
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
            # Only what is named as our images are: the folder is the user's.
            if _IMAGE_NAME.match(path.name) and path not in current:
                path.unlink()


def site_folder(project: Path, *, is_lab_guide: bool) -> Path:
    """Return where the web book of a downloaded project lies, or that of its lab guide."""
    return project / "book" / ("site_labs" if is_lab_guide else "site")


def _unpacked(archive: Path) -> Path:
    """Unpack a web book beside its zip, complete or not at all, in place of an earlier one; return its first page."""
    folder = site_folder(archive.parents[1], is_lab_guide=archive.name.endswith(_LAB_SITE_ENDING))
    fresh = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(fresh, ignore_errors=True)
    with zipfile.ZipFile(archive) as site:
        site.extractall(fresh)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    return folder / "index.html"


def _download(deployment: Deployment, key: str, path: Path) -> None:
    body = deployment.store.read(key)
    if body is None:
        raise CommandFailed(f"{key}: found nothing in bucket {deployment.bucket}, expected what the run has made")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    try:
        partial.write_bytes(body)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
