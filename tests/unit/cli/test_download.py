"""A book that cannot be brought home is told in one line that says where it is, and leaves nothing half-written."""

import errno
import json
import secrets
from pathlib import Path

import pytest

from course_kit.store.artefact_store import ArtefactStore
from coursewright.book import download
from coursewright.errors import CommandFailed
from tests.support.buckets import BUCKET
from tests.support.downloads import AGAIN, Downloads

KEY = "networks/book/網.md"


@pytest.fixture
def downloads(store: ArtefactStore, tmp_path: Path) -> Downloads:
    return Downloads(store, tmp_path / "out")


def test_a_book_whose_title_is_in_any_script_comes_home_under_it(downloads: Downloads) -> None:
    downloads.put("book/網.md", "# 網\n")
    paths = downloads.download({"md": KEY}).formats
    assert paths == {"md": downloads.book / "網.md"}
    assert paths["md"].read_text(encoding="utf-8") == "# 網\n"


def test_own_pictures_come_home_next_to_the_book_that_shows_them(downloads: Downloads) -> None:
    # Given: a book whose data name two pictures, and one that it cannot show.
    pictures = {"plug.png": {"kind": "png"}, "Señal 1.svg": {"kind": "svg"}, "bad.svg": {"kind": "", "fault": "x"}}
    book = {"md": downloads.put("book/N.md", "![](../figures/plug.png)")}
    book["json"] = downloads.put("book/N_data.json", json.dumps({"title": "N", "pictures": pictures}))
    for file in pictures:
        downloads.put(f"figures/{file}", f"picture {file}")
    # When
    downloads.download(book)
    # Then
    found = {name: text for name, text in downloads.files().items() if name.startswith("figures/")}
    assert found == {"figures/plug.png": "picture plug.png", "figures/Señal 1.svg": "picture Señal 1.svg"}
    # And: one that the next book no longer has goes.
    del pictures["plug.png"]
    book["json"] = downloads.put("book/N_data.json", json.dumps({"title": "N", "pictures": pictures}))
    downloads.download(book)
    assert "figures/plug.png" not in downloads.files()


def test_a_name_that_the_machines_locale_has_no_letter_for_is_refused_with_the_fix(
    downloads: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: a machine whose file names are Latin-1.
    monkeypatch.setattr(download, "_fetch", lambda *_: KEY.encode("latin-1"))
    # When / Then
    with pytest.raises(CommandFailed, match=r"locale \(latin-1\) cannot write U\+7DB2 .*LC_ALL=") as e:
        downloads.download({"md": KEY})
    assert f"the book is in bucket {BUCKET}; `{AGAIN}` downloads it" in str(e.value)


def test_a_disk_that_has_filled_up_leaves_the_earlier_book_whole_and_says_how_to_get_the_new_one(
    downloads: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: an earlier book on disk, and room for half of the new one.
    downloads.download(downloads.put_book("N", "earlier", {"index.html": "earlier", "a.html": "a"}))
    before = downloads.files()
    book = downloads.put_book("N", "new", {"index.html": "new", "a.html": "b"})
    staged = iter(range(100))

    def full(_: int) -> str:
        if next(staged) >= 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return f"staged-{next(staged)}"

    # When
    with (
        monkeypatch.context() as patched,
        pytest.raises(CommandFailed, match="No space left on device") as failed,
    ):
        patched.setattr(secrets, "token_hex", full)
        downloads.download(book)
    # Then
    (line,) = failed.value.lines
    assert f"the book is in bucket {BUCKET}; `{AGAIN}` downloads it" in line
    assert downloads.files() == before
    # And: with room again, it comes home.
    assert downloads.download(book).renewal.set_aside == ()
    assert downloads.files()["book/N.docx"] == "docx: new"
    assert downloads.files()["book/site/index.html"] == "new"


def test_a_file_of_the_book_that_is_gone_leaves_the_earlier_book_whole(downloads: Downloads) -> None:
    # Given: a later run has given the book another title.
    downloads.download(downloads.put_book("N", "earlier"))
    before = downloads.files()
    book = downloads.put_book("N", "new")
    downloads.store.delete(book["md"])
    # When / Then
    with pytest.raises(CommandFailed, match=r"N_complete\.md: found nothing in bucket .* another title"):
        downloads.download(book)
    assert downloads.files() == before


def test_what_an_interrupted_download_has_left_is_removed(downloads: Downloads) -> None:
    # Given: a command that was killed.
    (downloads.folder / ".coursewright.partial").mkdir(parents=True)
    (downloads.folder / ".coursewright.partial" / "0123").write_bytes(b"half")
    # When
    downloads.download(downloads.put_book("N", "new"))
    # Then
    assert sorted(path.name for path in downloads.folder.iterdir()) == [".coursewright.json", "book"]
