"""`coursewright checkout`: the files of a project, brought into a folder or up to date in it."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from course_kit.data_models import ClosedModel
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_keys import ProjectKeys
from coursewright.checkout.contents import file_of
from coursewright.checkout.course_files import CourseFile, CourseFiles
from coursewright.checkout.file_numbers import numbers_to_remember, shown_in_file
from coursewright.checkout.folder import CheckoutFolder
from coursewright.checkout.state import CheckedOut, Checkout
from coursewright.course_store import CourseStore
from coursewright.deployment import Deployment
from coursewright.errors import BadInput
from coursewright.house.listing import no_such_project
from coursewright.run.request import checked_project

_READERS = 16


class CheckoutReport(ClosedModel):
    """What a checkout brought, and what it left as it was."""

    project: str
    folder: str
    files: int
    written: tuple[str, ...]
    """New files, and those of which the bucket has other content."""
    moved: tuple[str, ...] = ()
    """Files with a new name, since their place or their title is another one."""
    removed: tuple[str, ...] = ()
    """Files that the project no longer has."""
    kept: tuple[str, ...] = ()
    """Files that stay as the person has changed them."""
    kept_behind: tuple[str, ...] = ()
    """Those of them of which the bucket has other content than was checked out."""
    git: str = ""
    """What became of ``--git``, in words; empty when it was not asked for."""


@dataclass(frozen=True)
class _Found:
    """A file as the bucket has it now."""

    file: CourseFile
    stored: Artefact
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def entry(self) -> CheckedOut:
        return CheckedOut.of(self.stored, self.sha256)


def opened(root: Path, project: str) -> tuple[CheckoutFolder, Checkout | None]:
    """Return a folder, and its state if it is a checkout already.

    Raises
    ------
    BadInput
        The folder is a file, has other files, or is a checkout of another project.
    """
    if root.exists() and not root.is_dir():
        raise BadInput(f"DIR: found a file at {str(root)!r}, expected a folder")
    folder = CheckoutFolder(root)
    state = Checkout.find(folder) if root.exists() else None
    if state is None and not folder.is_empty():
        raise BadInput(f"DIR: found files in {str(root)!r}, expected an empty folder, or an earlier checkout")
    if state is not None and state.project != project:
        raise BadInput(f"DIR: found a checkout of project {state.project} in {str(root)!r}, expected {project}")
    return folder, state


def check_out(deployment: Deployment, project: str, root: Path) -> CheckoutReport:
    """Bring a project's files into a folder; everything is read before anything is written.

    In an earlier checkout, only files that the person has left as they were are renewed.

    Raises
    ------
    BadInput
        There is no such project, or as `opened`.
    CommandFailed, OutlineInvalid, RequestInvalid
        The project has no outline, or something that an edit in the bucket has broken.
    """
    checked_project(project, "PROJECT")
    folder, before = opened(root, project)
    store, keys = deployment.store, ProjectKeys(project)
    listed = frozenset(store.keys(keys.everything()))
    if not listed:
        raise no_such_project(project)
    course = CourseFiles.of(store, keys, listed)
    found = _read(store, course)
    state = Checkout(
        project=project,
        target=deployment.target,
        stage=deployment.stage,
        slots=course.slots,
        files=before.files if before else {},
        numbers=numbers_to_remember(course.numbers),
    )
    # Nothing is made before everything is read.
    root.mkdir(parents=True, exist_ok=True)
    earlier_paths = {file.key: path for path, file in state.files.items()}
    return _Renewal(folder, state, earlier_paths, before).carry_out(found)


def _read(store: CourseStore, course: CourseFiles) -> list[_Found]:
    def read(file: CourseFile) -> _Found | None:
        stored = store.find(file.key)
        body = store.read(file.key, stored.version) if stored else None
        if stored is None or body is None:
            return None
        return _Found(file, stored, file_of(file.kind, file.key, shown_in_file(file.kind, body, course.numbers)))

    with ThreadPoolExecutor(_READERS) as readers:
        return [found for found in readers.map(read, course.files) if found is not None]


@dataclass
class _Renewal:
    """One renewal of a folder."""

    folder: CheckoutFolder
    state: Checkout
    earlier_paths: dict[str, str]
    """The path of each object's file before, by key."""
    before: Checkout | None
    kept: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)

    def carry_out(self, found: Sequence[_Found]) -> CheckoutReport:
        theirs = [file for file in found if not self._is_persons(file)]
        gone = self._gone(found)
        paths = self._paths(theirs)
        moved = {old: new for old, new in self._moves(paths).items() if old != new}
        for path in (*gone, *moved):
            self.folder.remove(path)
            self.state = self.state.without_file(path)
        written = []
        for file in theirs:
            path = paths[file.file.key]
            if not path:
                self.kept.append(file.file.path)
                continue
            if self.folder.hash_of(path) != file.sha256:
                self.folder.write(path, file.content)
                written.append(path)
            self.state = self.state.with_file(path, file.entry)
        self.state = self.state.model_copy(update={"other_numbers": self._other_numbers()})
        self.state.save(self.folder)
        arrived = set(moved.values())
        return CheckoutReport(
            project=self.state.project,
            folder=str(self.folder.root),
            files=len(self.state.files),
            written=tuple(path for path in written if path not in arrived),
            moved=tuple(sorted(arrived)),
            removed=tuple(sorted(gone)),
            kept=tuple(sorted(self.kept)),
            kept_behind=tuple(sorted(self.behind)),
        )

    def _other_numbers(self) -> dict[str, dict[str, str]]:
        """Return the numbers of files that stay as the person has changed them, where they are those of before."""
        if self.before is None:
            return {}
        earlier = {path: self.before.other_numbers.get(path, self.before.numbers) for path in self.kept}
        return {path: numbers for path, numbers in earlier.items() if numbers != self.state.numbers}

    def _is_persons(self, found: _Found) -> bool:
        """Whether the file stays, as the person has changed it."""
        path = self.earlier_paths.get(found.file.key)
        if path is None:
            return False
        known, here = self.state.files[path], self.folder.hash_of(path)
        if here in (None, known.sha256, found.sha256):
            return False
        self.kept.append(path)
        if not known.is_as_seen(found.stored):
            self.behind.append(path)
        return True

    def _gone(self, found: Sequence[_Found]) -> list[str]:
        """Return the files that the project no longer has; one that the person has changed stays."""
        current = {file.file.key for file in found}
        gone = []
        for path, known in self.state.files.items():
            if known.key in current:
                continue
            if self.folder.hash_of(path) in (None, known.sha256):
                gone.append(path)
            else:
                self.kept.append(path)
                self.behind.append(path)
        return gone

    def _paths(self, theirs: Sequence[_Found]) -> dict[str, str]:
        """Return the path of each file by key: its name of now, else its earlier one; empty where a file is in the way.

        What is in the way is a person's file: one that was changed, or one that was never checked out.
        """
        own = {self.earlier_paths[file.file.key] for file in theirs if file.file.key in self.earlier_paths}
        paths = {file.file.key: file.file.path for file in theirs}
        contents = {file.file.key: file.sha256 for file in theirs}
        taken = set(self.kept)
        while True:
            blocked = [
                key
                for key, path in paths.items()
                if path and path != self.earlier_paths.get(key) and self._is_in_the_way(path, own, taken, contents[key])
            ]
            if not blocked:
                return paths
            for key in blocked:
                paths[key] = self.earlier_paths.get(key, "")
                taken.add(paths[key])

    def _is_in_the_way(self, path: str, own: set[str], taken: set[str], sha256: str) -> bool:
        return path in taken or (path not in own and self.folder.hash_of(path) not in (None, sha256))

    def _moves(self, paths: dict[str, str]) -> dict[str, str]:
        return {self.earlier_paths[key]: path for key, path in paths.items() if key in self.earlier_paths and path}
