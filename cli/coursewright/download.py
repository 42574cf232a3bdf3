"""Bringing a finished book home: complete files or none."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from coursewright.deployment import Deployment, aws_errors
from coursewright.errors import CommandFailed

_TRANSFERS = 8


def download_book(deployment: Deployment, project: str, book: dict[str, str], out: Path) -> dict[str, Path]:
    """Download a book and its images.

    Parameters
    ----------
    book
        Key of each format.
    out
        The book goes to ``out/<project>/book/``, images beside it, so that the Markdown's relative links work.

    Returns
    -------
    dict
        Path of each format.
    """
    folder = out / project
    images = {key: folder / "images" / key.rpartition("/")[2] for key in _image_keys(deployment, project)}
    formats = {name: folder / "book" / key.rpartition("/")[2] for name, key in book.items()}
    wanted = [*((book[name], path) for name, path in formats.items()), *images.items()]
    try:
        with ThreadPoolExecutor(_TRANSFERS) as transfers, aws_errors():
            list(transfers.map(lambda item: _download(deployment, *item), wanted))
    except OSError as error:
        raise CommandFailed(
            f"{error.filename or folder}: {error.strerror}; the book is in bucket {deployment.bucket}"
        ) from None
    return formats


def _image_keys(deployment: Deployment, project: str) -> list[str]:
    with aws_errors():
        pages = deployment.s3.get_paginator("list_objects_v2").paginate(
            Bucket=deployment.bucket, Prefix=f"{project}/images/"
        )
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]


def _download(deployment: Deployment, key: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    try:
        deployment.s3.download_file(deployment.bucket, key, str(partial))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
