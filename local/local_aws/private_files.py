"""A private folder and files: no other user of this machine can read or write them."""

import os
import secrets
import stat
from pathlib import Path

from local_aws.errors import LocalAwsError

_FOLDER_MODE = 0o700
_FILE_MODE = 0o600
_OTHERS = 0o077
_FIX = "remove it, or set COURSEWRIGHT_STATE_DIR to a folder of your own"


def check_own_folder(folder: Path) -> bool:
    """Return whether the folder exists, after a check that it belongs to this user.

    Raises
    ------
    LocalAwsError
        When the path is a symbolic link, is no folder, or belongs to another user, who could read or change its files.
    """
    try:
        found = folder.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except PermissionError:
        raise _refused(folder, "it is in a folder that another user keeps closed") from None
    _check(folder, found)
    return True


def make_private_folder(folder: Path) -> None:
    """Make a folder with mode 700, or set the mode of a folder that an earlier version left open.

    Raises
    ------
    LocalAwsError
        As `check_own_folder`, and when the file system stores no permissions.
    """
    if not check_own_folder(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Another user may create the folder first, so the opened folder is checked again.
        folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except (NotADirectoryError, PermissionError) as error:
        raise _refused(folder, str(error.strerror)) from None
    try:
        _check(folder, os.fstat(opened))
        if os.fstat(opened).st_mode & _OTHERS:
            os.fchmod(opened, _FOLDER_MODE)
        if (mode := stat.S_IMODE(os.fstat(opened).st_mode)) & _OTHERS:
            raise _refused(folder, f"its file system keeps it open to other users (mode {mode:04o})")
    finally:
        os.close(opened)


def write_private(path: Path, content: bytes) -> None:
    """Write a file with mode 600 atomically: no reader sees a part of the content, or another mode."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    opened = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
    try:
        with os.fdopen(opened, "wb") as file:
            file.write(content)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _check(folder: Path, found: os.stat_result) -> None:
    if stat.S_ISLNK(found.st_mode):
        raise _refused(folder, "it is a symbolic link, which could lead anywhere")
    if not stat.S_ISDIR(found.st_mode):
        raise _refused(folder, "it is a file")
    if found.st_uid != os.geteuid():
        raise _refused(folder, f"it belongs to another user (number {found.st_uid})")


def _refused(folder: Path, found: str) -> LocalAwsError:
    return LocalAwsError(f"COURSEWRIGHT_STATE_DIR: {folder}: {found}; expected a folder of your own; {_FIX}")
