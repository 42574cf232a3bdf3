"""The trial of ``--out`` before anything is spent: a book that was paid for must find its place."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from coursewright.book.out_folder import OutFolder
from coursewright.book.out_record import OutRecord
from coursewright.errors import BadInput, CommandFailed

ROOM_FOR_A_NEW_BOOK = 200_000_000
"""A course of 200 lessons takes about 100 MB in all formats."""
_LEAST_ROOM = 50_000_000
# Enough that a full disk has no place for it.
_PROBE = b"\0" * 65_536
_FIX = "free it, or name another folder with --out"


def try_out(out: Path, project: str | None = None) -> None:
    """Check that a book can be written; nothing of the trial stays.

    Parameters
    ----------
    project
        The project; None when it is not known yet.

    Raises
    ------
    BadInput
        The folder cannot be made or written, or has no room.
    """
    place = out
    try:
        folders = [out]
        if project is not None:
            folder = OutFolder(out)
            place = folder.place(project)
            folders += [place, folder.place(project, "book"), folder.place(project, "images")]
        for place in (out, *(folder for folder in folders[1:] if folder.exists())):
            with _made(place):
                _write_probe(place)
                _require_room(place, out if project is None else out / project)
    except NotADirectoryError as error:
        raise BadInput(f"--out: found a file at {error.filename or place}, expected a folder; {_FIX}") from None
    except OSError as error:
        raise BadInput(
            f"--out: found that {error.filename or place} cannot be written ({error.strerror}), "
            f"expected a folder for the book; {_FIX}"
        ) from None
    except BadInput:
        raise
    except CommandFailed as error:
        raise BadInput(f"--out: {error}") from None


def _write_probe(folder: Path) -> None:
    probe = folder / f".coursewright-{secrets.token_hex(8)}"
    try:
        with probe.open("xb") as file:
            file.write(_PROBE)
            file.flush()
            os.fsync(file.fileno())
    finally:
        with suppress(OSError):
            probe.unlink()


def _require_room(folder: Path, project: Path) -> None:
    """Raise `BadInput` if the disk has no room for a new book beside the one that it replaces."""
    last = OutRecord.read(project).bytes_on_disk(project)
    needed = max(2 * last, _LEAST_ROOM) if last else ROOM_FOR_A_NEW_BOOK
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BadInput(
            f"--out: found {free / 1e6:,.0f} MB free at {folder}, expected {needed / 1e6:,.0f} MB for the book; {_FIX}"
        )


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """Make a folder with its parents, and take away again those that were not there."""
    made: list[Path] = []
    try:
        missing = [place for place in (folder, *folder.parents) if not place.exists()]
        for place in reversed(missing):
            place.mkdir()
            made.append(place)
        if not folder.is_dir():
            raise NotADirectoryError(None, "Not a directory", str(folder))
        yield
    finally:
        for place in reversed(made):
            with suppress(OSError):
                place.rmdir()
