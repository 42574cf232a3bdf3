"""`coursewright checkin`: what a person changed goes into the bucket, where nothing is overwritten unseen."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from course_kit.data_models import ClosedModel
from course_kit.errors import ArtefactConflict
from course_kit.records.course_record import CourseRecord
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_keys import lesson_of
from course_kit.store.provenance import is_marked_as_authors
from coursewright.checkout.contents import content_type_of, file_of, object_of
from coursewright.checkout.file_faults import FileFault, file_faults
from coursewright.checkout.file_numbers import shown_in_file, slots_in_object
from coursewright.checkout.folder import CheckoutFolder
from coursewright.checkout.following_work import FollowingWork, following_work
from coursewright.checkout.kinds import OUTLINE, Kind, kind_of
from coursewright.checkout.local_changes import LocalChanges, new_key
from coursewright.checkout.outline_checkin import require_same_course, store_edited_outline
from coursewright.checkout.removed_pictures import remove_picture
from coursewright.checkout.state import CheckedOut, Checkout
from coursewright.checkout.two_sides import Sides, differences
from coursewright.course_store import CourseStore
from coursewright.deployment import Deployment
from coursewright.errors import BadInput, CommandFailed
from coursewright.person import authors_metadata
from coursewright.run.project_runs import require_free

_ORDER = list(Kind)


class Conflict(ClosedModel):
    """A file that is different here and in the bucket, each in its own way."""

    file: str
    is_gone: bool
    """Whether the bucket no longer has it."""
    differences: tuple[str, ...]
    """Both sides as a unified diff: the bucket's lines with a minus, the folder's with a plus."""


class CheckinReport(ClosedModel):
    """What a checkin did. Paths are those of files in the folder."""

    project: str
    folder: str
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    """Pictures that are removed from the bucket, too."""
    taken: tuple[str, ...] = ()
    """Files that were taken from the bucket."""
    set_aside: tuple[str, ...] = ()
    """The person's own, under their new names."""
    left: tuple[str, ...] = ()
    """Removed files that stay in the bucket."""
    conflicts: tuple[Conflict, ...] = ()
    faults: tuple[FileFault, ...] = ()
    follows: FollowingWork = FollowingWork()


@dataclass(frozen=True)
class CheckinOptions:
    """The user's options of `checkin`."""

    sides: Sides
    note: str
    yes: bool


def check_in(
    root: Path, find: Callable[[Checkout], Deployment], options: CheckinOptions
) -> tuple[CheckinReport, Deployment | None]:
    """Write what a person changed; the deployment is None when nothing was changed.

    Every fault is found before anything is written.

    Raises
    ------
    BadInput
        The folder is no checkout, or a file of it would break the book.
    CommandFailed
        A run works on the project, or AWS refuses.
    """
    folder = CheckoutFolder(root)
    state = Checkout.read(folder)
    metadata = authors_metadata(options.note)
    changes = LocalChanges.of(folder, state)
    report = CheckinReport(project=state.project, folder=str(root))
    if not (changes.edited or changes.removed):
        return report, None
    faults = file_faults(folder, state, changes)
    if blocking := [str(fault) for fault in faults if fault.is_blocking]:
        raise BadInput(*blocking, f"{root}: nothing was written; correct these lines, then check in again")
    deployment = find(state)
    require_free(deployment, state.project)
    work = _Work(folder, state, deployment.store, options, metadata)
    work.carry_out(changes)
    return work.report(report.model_copy(update={"faults": tuple(faults)})), deployment


@dataclass
class _Work:
    """The files of one checkin; the state is saved after each."""

    folder: CheckoutFolder
    state: Checkout
    store: CourseStore
    options: CheckinOptions
    metadata: dict[str, str]
    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    before: dict[str, bytes] = field(default_factory=dict)
    """Lessons as they were, by key."""

    def carry_out(self, changes: LocalChanges) -> None:
        if OUTLINE in changes.changed:
            require_same_course(self.store, self.state, self.folder, is_confirmed=self.options.yes)
        for path in sorted(changes.edited, key=lambda path: (_ORDER.index(kind_of(path)), path)):
            self._write(path)
        # A picture goes last: until now a text may have named it.
        for path in changes.removed:
            self._remove(path)

    def report(self, report: CheckinReport) -> CheckinReport:
        return report.model_copy(
            update={
                "written": tuple(self.written),
                "removed": tuple(self.removed),
                "taken": tuple(self.taken),
                "set_aside": tuple(self.aside),
                "left": tuple(self.left),
                "conflicts": tuple(self.conflicts),
                "follows": following_work(self.store, self.state, self.written, self.before),
            }
        )

    def _write(self, path: str) -> None:
        known, kind = self.state.files.get(path), kind_of(path)
        key = known.key if known else new_key(self.state, path)
        stored = self.store.find(key)
        before = self.store.read(key, stored.version) if stored else None
        file = self.folder.read(path) or b""
        if before is None and kind in (Kind.STUDY, Kind.FIGURE):
            # The object has what the file leaves out, so that nothing can be put back without it.
            self._conflict(path, None, None, file)
            return
        body = slots_in_object(kind, object_of(kind, key, file, before or b""), self.state.numbers_of(path))
        if stored is not None and stored.sha256 == hashlib.sha256(body).hexdigest():
            # An earlier checkin that was stopped has brought it in, or both sides are the same.
            self._enter(path, stored, file)
            return
        is_seen = known.is_as_seen(stored) if known else self._is_new_picture(kind, stored)
        is_mine = self.options.sides is Sides.MINE and not self._is_elsewhere(key, stored)
        if not is_seen and not is_mine:
            self._conflict(path, stored, before, file)
            return
        try:
            saved = self._save(kind, path, key, body, stored)
        except ArtefactConflict:
            self._conflict(path, self.store.find(key), self.store.read(key), file)
            return
        if kind is Kind.LESSON and before is not None:
            self.before[key] = before
        self.written.append(path)
        self._enter(path, saved, file)

    def _save(self, kind: Kind, path: str, key: str, body: bytes, stored: Artefact | None) -> Artefact:
        if kind is Kind.OUTLINE:
            return store_edited_outline(self.store, self.state.keys, body, note=self.options.note, seen=stored)
        return self.store.write(
            key, body, content_type=content_type_of(kind, path), replacing=stored, metadata=self.metadata
        )

    def _is_elsewhere(self, key: str, stored: Artefact | None) -> bool:
        """Whether a lesson is gone from its place because the outline has it, if at all, in another one."""
        lesson = lesson_of(key)
        if stored is not None or lesson is None:
            return False
        return not CourseRecord.read(self.store, self.state.keys).has_lesson(lesson)

    def _is_new_picture(self, kind: Kind, stored: Artefact | None) -> bool:
        """Whether a new file replaces nothing of another person's: a figure's own picture is the pipeline's."""
        return stored is None or (kind is Kind.REPLACED and not is_marked_as_authors(stored))

    def _enter(self, path: str, stored: Artefact, file: bytes) -> None:
        self.state = self.state.with_file(path, CheckedOut.of(stored, hashlib.sha256(file).hexdigest()))
        self.state.save(self.folder)

    def _conflict(self, path: str, stored: Artefact | None, theirs: bytes | None, file: bytes) -> None:
        kind = kind_of(path)
        numbers = self.state.numbers_of(path)
        shown = file_of(kind, path, shown_in_file(kind, theirs, numbers)) if theirs is not None else None
        if self.options.sides is not Sides.THEIRS:
            found = tuple(differences(path, shown, file)) if kind.is_text else ()
            self.conflicts.append(Conflict(file=path, is_gone=stored is None, differences=found))
            return
        self.aside.append(self.folder.set_aside(path))
        self.taken.append(path)
        if stored is None or shown is None:
            self.state = self.state.without_file(path)
            self.state.save(self.folder)
            return
        self.folder.write(path, shown)
        self._enter(path, stored, shown)

    def _remove(self, path: str) -> None:
        known = self.state.files[path]
        stored = self.store.find(known.key)
        if stored is None:
            # It is gone on both sides.
            self.state = self.state.without_file(path)
            self.state.save(self.folder)
        elif not kind_of(path).is_picture or not self.options.yes:
            self.left.append(path)
        elif not known.is_as_seen(stored) and self.options.sides is not Sides.MINE:
            self.conflicts.append(Conflict(file=path, is_gone=False, differences=()))
        else:
            with suppress(ArtefactConflict):
                remove_picture(self.store, kind_of(path), stored)
                self.removed.append(path)
                self.state = self.state.without_file(path)
                self.state.save(self.folder)


def refusals(report: CheckinReport) -> Iterator[str]:
    """Yield one line for what was not written because of the bucket, with the way out."""
    gone = [conflict.file for conflict in report.conflicts if conflict.is_gone]
    if gone:
        yield (
            f"not written, since the bucket no longer has it: {', '.join(gone)}; `coursewright checkout` brings the "
            "course as it is now, for your words; `--mine` puts a lesson back that is still in its place in the outline"
        )
    if other := [conflict.file for conflict in report.conflicts if not conflict.is_gone]:
        names = ", ".join(other)
        yield (
            f"not written, since the bucket has another version: {names}; `--mine` writes yours over it, which stays "
            "in the history, and `--theirs` takes it, and sets yours aside"
        )


def require_written(report: CheckinReport) -> None:
    """Raise `CommandFailed` when something was not written."""
    if lines := list(refusals(report)):
        raise CommandFailed(*lines)
