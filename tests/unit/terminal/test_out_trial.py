"""The folder of downloads is tried before anything is spent; of the trial nothing stays."""

import errno
import json
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from coursewright.book.out_record import OutRecord
from coursewright.book.out_trial import ROOM_FOR_A_NEW_BOOK, try_out
from coursewright.book.project_files import ProjectFiles
from coursewright.errors import BadInput
from tests.support.command_line import CommandLine, assert_one_line, outline_of
from tests.support.fake_aws import BUCKET, FakeAws, Refusal

needs_proc = pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux has a folder that nobody can write")

NOT_ASKED = Refusal("AccessDenied", "Whoever asks is refused, so that a command that goes on ends.", 403)


class Disk(NamedTuple):
    """A disk as `shutil.disk_usage` tells it."""

    total: int
    used: int
    free: int


def has_room(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(free, 0, free))


def is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)


def a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("out").write_text("mine", encoding="utf-8")


def a_file_in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("out/networks").mkdir(parents=True)
    Path("out/networks/book").write_text("mine", encoding="utf-8")


def a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("out").mkdir()
    Path("out/networks").symlink_to("/")


UNFIT: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], str]] = {
    "a file": (a_file, "expected a folder"),
    "a file in the project's": (a_file_in_the_project, "out/networks/book, expected a folder"),
    "a link in the project's": (a_link, "found a symbolic link"),
    "a full disk": (is_full, "No space left on device"),
    "a disk with little room": (lambda patched: has_room(patched, 12_000_000), "found 12 MB free"),
}


def files_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize("command", ["generate", "resume"])
@pytest.mark.parametrize("unfit", UNFIT)
def test_a_folder_that_cannot_take_the_book_starts_nothing(
    command: str, unfit: str, command_line: CommandLine, aws: FakeAws, tmp_path: Path
) -> None:
    # Given
    outline, (spoil, told) = outline_of(tmp_path, "Networks"), UNFIT[unfit]
    aws.refusals["cloudformation"] = NOT_ASKED
    spoil(command_line.monkeypatch)
    before = files_below(tmp_path)
    # When / Then
    assert_one_line(command_line.run_on_aws(command, outline), 2, "--out: ", told)
    assert (aws.asked, files_below(tmp_path)) == ([], before)


def test_a_run_is_not_followed_into_a_folder_that_cannot_take_its_book(
    command_line: CommandLine, outline: Path, aws: FakeAws, tmp_path: Path
) -> None:
    aws.refusals["cloudformation"] = NOT_ASKED
    a_file(command_line.monkeypatch)
    assert_one_line(command_line.run_on_aws("watch", outline), 2, "--out: ", "expected a folder")
    assert aws.asked == []


@needs_proc
@pytest.mark.parametrize("place", ["/proc", "/proc/self/made/deeper"])
def test_a_folder_that_cannot_be_made_or_written_is_told(place: str) -> None:
    with pytest.raises(BadInput, match=r"^--out: found that /proc.* cannot be written \(.+\), expected a folder"):
        try_out(Path(place), "networks")


@pytest.mark.parametrize("exists", [False, True])
def test_of_the_trial_nothing_stays(exists: bool, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    if exists:
        (out / "networks" / "book").mkdir(parents=True)
    before = files_below(tmp_path)
    try_out(out, "networks")
    assert files_below(tmp_path) == before


@pytest.mark.parametrize(
    ("last", "free", "needed"),
    [(0, ROOM_FOR_A_NEW_BOOK - 1, 200), (0, ROOM_FOR_A_NEW_BOOK, 0), (1000, 49_000_000, 50), (1000, 50_000_000, 0)],
)
def test_a_project_needs_room_for_its_last_book_twice_and_a_new_one_more(
    last: int, free: int, needed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    folder = tmp_path / "networks"
    folder.mkdir()
    if last:
        (folder / "book.pdf").write_bytes(b"x" * last)
        (folder / ".coursewright.json").write_text('{"files": {"book.pdf": {"sha256": "x"}}}', encoding="utf-8")
    has_room(monkeypatch, free)
    # When / Then
    if not needed:
        try_out(tmp_path, "networks")
        return
    with pytest.raises(BadInput, match=f"expected {needed} MB for the book; free it, or name another folder"):
        try_out(tmp_path, "networks")


def test_a_large_book_needs_its_size_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OutRecord, "bytes_on_disk", lambda *_: 300_000_000)
    has_room(monkeypatch, 599_000_000)
    with pytest.raises(BadInput, match=r"found 599 MB free at .*, expected 600 MB"):
        try_out(tmp_path, "networks")


def test_story_k7_no_money_is_spent_on_a_book_that_has_no_place_and_one_that_was_paid_for_is_not_lost(
    command_line: CommandLine, aws: FakeAws, tmp_path: Path
) -> None:
    # Given: a disk that is full. In the old days the run was paid for before anybody noticed.
    outline, patched = outline_of(tmp_path, "Networks"), command_line.monkeypatch
    aws.refusals["cloudformation"] = NOT_ASKED
    with patched.context() as full:
        is_full(full)
        # When / Then: nothing was asked, and nothing stays.
        ended = command_line.run("generate", str(outline), "--target", "aws")
        assert_one_line(ended, 2, "--out: found that out cannot be written (No space left on device)")
        assert (aws.asked, (tmp_path / "out").exists()) == ([], False)
    aws.refusals.clear()
    # Given: a run that has ended, and a disk that fills up while its book is downloaded.
    aws.objects["networks/outline.yaml"] = outline.read_bytes()
    aws.objects["networks/book/Networks.md"] = b"# Networks"
    aws.objects["networks/book/Networks.docx"] = b"Word"
    book = {"md": "networks/book/Networks.md", "docx": "networks/book/Networks.docx"}
    aws.execution = {"status": "SUCCEEDED", "stopDate": 1767225660, "output": json.dumps({"book": book})}
    put = ProjectFiles.put

    def filled(files: ProjectFiles, names: Sequence[str], body: bytes) -> None:
        if names[-1].endswith(".docx"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        put(files, names, body)

    with patched.context() as full:
        full.setattr(ProjectFiles, "put", filled)
        ended = command_line.run("watch", "run-1", "--target", "aws")
    # Then: one line says where the book is and how to get it; nothing is half-written.
    assert ended.exit_code == 1
    (line,) = ended.err.splitlines()
    again = "coursewright watch run-1 --target aws --out elsewhere"
    assert line.endswith(f"No space left on device; the book is in bucket {BUCKET}; `{again}` downloads it")
    assert not list(tmp_path.glob("out/networks/book/*"))
    # And: that command does so.
    assert command_line.run(*again.split()[1:]).exit_code == 0
    assert (tmp_path / "elsewhere" / "networks" / "book" / "Networks.docx").read_bytes() == b"Word"
