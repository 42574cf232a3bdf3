"""The folder of a checkout: nothing outside it is read or written, whatever names the bucket has."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from coursewright.book.out_folder import OutFolder
from coursewright.book.project_files import set_aside
from coursewright.errors import CommandFailed

STATE_FOLDER = ".coursewright"
"""The folder with what a checkout has to remember."""
_FOLDERS = ("lessons", "study", "labs", "figures")
_COURSE_FILES = ("outline.yaml", "brief.yaml")


@dataclass(frozen=True)
class CheckoutFolder:
    """A folder of files. Paths are relative, with slashes, such as ``lessons/1.2-packets.md``."""

    root: Path

    def place(self, path: str) -> Path:
        """Return where a file is; raises ``CommandFailed`` for a name or a link that leads elsewhere."""
        return OutFolder(self.root, named_with="").place(*path.split("/"))

    def state_file(self, name: str) -> Path:
        """Return where something is that the checkout remembers; raises as `place`."""
        folder = self.root / STATE_FOLDER
        if folder.is_symlink():
            raise CommandFailed(f"{folder}: found a symbolic link, expected a real folder; remove the link")
        return OutFolder(folder, named_with="").place(name)

    def is_empty(self) -> bool:
        """Whether there is nothing in the folder, or no folder."""
        return not self.root.exists() or not any(self.root.iterdir())

    def files(self) -> Iterator[str]:
        """Yield the paths of all files that may be parts of the course; hidden files are none."""
        yield from (name for name in _COURSE_FILES if (self.root / name).exists())
        for name in _FOLDERS:
            folder = self.place(name)
            if folder.is_dir():
                yield from (f"{name}/{file.name}" for file in sorted(folder.iterdir()) if not file.name.startswith("."))

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes; None when there is none. Raises as `place`."""
        place = self.place(path)
        return place.read_bytes() if place.is_file() else None

    def hash_of(self, path: str) -> str | None:
        """Return the hash of a file; None when there is none. Raises as `place`."""
        body = self.read(path)
        return None if body is None else hashlib.sha256(body).hexdigest()

    def write(self, path: str, body: bytes) -> None:
        """Write a file, whole or not at all. Raises as `place`."""
        self._replace(self.place(path), body)

    def write_state(self, name: str, body: bytes) -> None:
        """Write something that the checkout has to remember, whole or not at all. Raises as `place`."""
        self._replace(self.state_file(name), body)

    def _replace(self, place: Path, body: bytes) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        self.state_file("x").parent.mkdir(parents=True, exist_ok=True)
        staged = self.state_file(f"{secrets.token_hex(8)}.partial")
        try:
            staged.write_bytes(body)
            staged.replace(place)
        finally:
            with suppress(FileNotFoundError):
                staged.unlink()

    def remove(self, path: str) -> None:
        """Remove a file if it is there. Raises as `place`."""
        with suppress(FileNotFoundError):
            self.place(path).unlink()

    def set_aside(self, path: str) -> str:
        """Rename a file to ``… (yours)``, over nothing that exists; return its new path."""
        renamed = set_aside(self.place(path))
        return f"{path.rpartition('/')[0]}/{renamed.name}".lstrip("/")
