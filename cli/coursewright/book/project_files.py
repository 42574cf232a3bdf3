"""The files of a project's folder: renewed all together, and never over what a person changed."""

import fcntl
import hashlib
import itertools
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from coursewright.book.out_folder import OutFolder
from coursewright.book.out_record import RECORD_NAME, OutRecord, WrittenFile, hash_of

_STAGE_NAME = ".coursewright.partial"


@dataclass(frozen=True)
class Renewal:
    """What became of files that a person changed."""

    set_aside: tuple[Path, ...] = ()
    """Their new names, such as ``Book (yours).docx``: a new file has their place."""
    kept: tuple[Path, ...] = ()
    """Those that stay where they are, as there is nothing new of them."""

    def __add__(self, other: "Renewal") -> "Renewal":
        return Renewal(self.set_aside + other.set_aside, self.kept + other.kept)


@dataclass(frozen=True)
class _Offer:
    """A file of a book, and what is to be done with it."""

    path: Path
    written: WrittenFile
    staged: Path | None = None
    """Its new content; None for a file that stays."""
    replaces_changes: bool = False
    is_kept: bool = False


@dataclass
class ProjectFiles:
    """One project's folder, locked. Files are staged first; `renew` then gives them their names.

    A file that differs from its download is a person's. It stays when there is nothing new of it. Else it is set aside.
    A file without a record is a person's too, unless its content is equal.
    """

    out: OutFolder
    project: str
    record: OutRecord
    stage: Path
    _offers: dict[str, _Offer] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def opened(cls, out: OutFolder, project: str) -> Iterator["ProjectFiles"]:
        """Lock a project's folder for one renewal; what an interrupted one has left is removed."""
        folder = out.place(project)
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            stage = folder / _STAGE_NAME
            _remove(stage)
            stage.mkdir()
            try:
                yield cls(out, project, OutRecord.read(folder), stage)
            finally:
                _remove(stage)

    def place(self, names: Sequence[str]) -> Path:
        """Return the path of a file; raises as `OutFolder.place`."""
        return self.out.place(self.project, *names)

    def stays(self, names: Sequence[str], sha256: str) -> bool:
        """Whether the file on disk stays, as its new content has this hash: it is equal, or nothing is new of it."""
        name, path = "/".join(names), self.place(names)
        known, found = self.record.files.get(name), hash_of(path)
        if found is None or sha256 not in (found, known.sha256 if known else found):
            return False
        written = WrittenFile(sha256=sha256, books=known.books if known else ())
        self._offers[name] = _Offer(path, written, is_kept=found != sha256)
        return True

    def put(self, names: Sequence[str], body: bytes) -> None:
        """Stage a file, unless the one on disk stays. Safe in threads, for different files."""
        sha256 = hashlib.sha256(body).hexdigest()
        if self.stays(names, sha256):
            return
        name, path = "/".join(names), self.place(names)
        known, found = self.record.files.get(name), hash_of(path)
        staged = self.stage / secrets.token_hex(8)
        with staged.open("xb") as file:
            file.write(body)
        is_ours = found is None or (known is not None and found == known.sha256)
        written = WrittenFile(sha256=sha256, books=known.books if known else ())
        self._offers[name] = _Offer(path, written, staged, replaces_changes=not is_ours)

    def content(self, names: Sequence[str]) -> bytes:
        """Return the content of a file of the renewal, staged or on disk."""
        offer = self._offers["/".join(names)]
        return (offer.staged or offer.path).read_bytes()

    def is_changed(self, names: Sequence[str]) -> bool:
        """Whether a person changed this file of the renewal, and there is nothing new of it."""
        return self._offers["/".join(names)].is_kept

    def leave(self, folder: Sequence[str]) -> None:
        """Leave all downloaded files of a folder as they are."""
        for name, known in self.record.files.items():
            if name.startswith("/".join((*folder, ""))) and (found := hash_of(path := self.place(name.split("/")))):
                self._offers[name] = _Offer(path, known, is_kept=found != known.sha256)

    def renew(self, book: str) -> Renewal:
        """Give the staged files their names, and remove those that this book no longer has.

        Parameters
        ----------
        book
            The name of the book in the record. Files of other books stay.
        """
        aside: list[Path] = []
        before = self.record.model_copy(deep=True)
        try:
            for name, offer in sorted(self._offers.items()):
                if offer.staged is not None:
                    if offer.replaces_changes:
                        aside.append(set_aside(offer.path))
                    offer.path.parent.mkdir(parents=True, exist_ok=True)
                    offer.staged.replace(offer.path)
                books = tuple(sorted({*offer.written.books, book}))
                self.record.files[name] = offer.written.model_copy(update={"books": books})
            aside += self._remove_superseded(book)
        finally:
            if self.record != before:
                self._save_record()
        return Renewal(tuple(aside), tuple(offer.path for _, offer in sorted(self._offers.items()) if offer.is_kept))

    def _remove_superseded(self, book: str) -> Iterator[Path]:
        """Remove what this book had and no longer has; yield what a person changed, under its new name."""
        superseded: Mapping[str, WrittenFile] = {
            name: written
            for name, written in self.record.files.items()
            if book in written.books and name not in self._offers
        }
        for name, written in superseded.items():
            others = tuple(other for other in written.books if other != book)
            if others:
                self.record.files[name] = written.model_copy(update={"books": others})
                continue
            path = self.place(name.split("/"))
            found = hash_of(path)
            if found == written.sha256:
                path.unlink()
                self._remove_empty(path.parent)
            elif found is not None:
                yield set_aside(path)
            del self.record.files[name]

    def _remove_empty(self, folder: Path) -> None:
        top = self.out.place(self.project)
        with suppress(OSError):
            while folder != top:
                folder.rmdir()
                folder = folder.parent

    def _save_record(self) -> None:
        staged = self.stage / secrets.token_hex(8)
        staged.write_text(self.record.model_dump_json(indent=1), encoding="utf-8")
        staged.replace(self.out.place(self.project) / RECORD_NAME)


def set_aside(path: Path) -> Path:
    """Rename a person's file, over nothing that exists, and return its new path."""
    marks = itertools.chain(["yours"], (f"yours {number}" for number in itertools.count(2)))
    names = (path.with_name(f"{path.stem} ({mark}){path.suffix}") for mark in marks)
    return path.rename(next(name for name in names if not os.path.lexists(name)))


def _remove(stage: Path) -> None:
    """Remove a folder with its files; of a link only the link."""
    if stage.is_symlink():
        stage.unlink()
    shutil.rmtree(stage, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Wait until no other command renews this folder. A file system without locks does without."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)
