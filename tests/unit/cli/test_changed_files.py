"""What a person changed in the folder of downloads stays; what has not changed is not written."""

import os
from pathlib import Path

import pytest

from course_kit.store.artefact_store import ArtefactStore
from tests.support.downloads import Downloads, zipped

LONG_AGO = (1_000_000_000, 1_000_000_000)
SITE = {"index.html": "first page", "chapter-1.html": "one", "assets/site.css": "ours"}


@pytest.fixture
def downloads(store: ArtefactStore, tmp_path: Path) -> Downloads:
    return Downloads(store, tmp_path / "out")


def age(folder: Path) -> None:
    for path in folder.rglob("*"):
        os.utime(path, LONG_AGO)


def written_since(folder: Path) -> list[str]:
    paths = (path for path in folder.rglob("*") if path.is_file() and path.stat().st_mtime != LONG_AGO[0])
    return sorted(path.name for path in paths)


def names(paths: tuple[Path, ...]) -> list[str]:
    return [path.name for path in paths]


def test_a_book_that_has_not_changed_is_neither_downloaded_nor_written_again(
    downloads: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    book = downloads.put_book("N", "text", SITE)
    image = downloads.put("images/01-01-0001.png", "png")
    downloads.download(book, image)
    age(downloads.folder)
    # And: S3 tells hashes without a download, which moto does not.
    read: list[str] = []
    known = {key: downloads.store.find(key) for key in (*book.values(), image)}
    monkeypatch.setattr(ArtefactStore, "find", lambda _, key: known[key])
    monkeypatch.setattr(ArtefactStore, "read", lambda _, key: read.append(key))
    # When
    again = downloads.download(book, image)
    # Then
    assert (read, written_since(downloads.folder)) == ([], [])
    assert again.renewal.set_aside == again.renewal.kept == ()


def test_an_object_written_anew_with_the_same_content_leaves_its_file_untouched(downloads: Downloads) -> None:
    # Given: a file that was downloaded without a record, by an earlier version.
    book = downloads.put_book("N", "text", SITE)
    downloads.download(book)
    (downloads.folder / ".coursewright.json").unlink()
    age(downloads.folder)
    # When / Then: equal content is ours, whoever wrote it.
    again = downloads.download(book)
    assert written_since(downloads.folder) == [".coursewright.json"]
    assert again.renewal.set_aside == again.renewal.kept == ()


def test_only_what_is_new_is_written(downloads: Downloads) -> None:
    downloads.download(downloads.put_book("N", "text", SITE))
    age(downloads.folder)
    downloads.put("book/N_site.zip", zipped(SITE | {"chapter-1.html": "one, corrected"}))
    downloads.download({**downloads.put_book("N", "text"), "site": "networks/book/N_site.zip"})
    assert written_since(downloads.folder) == [".coursewright.json", "N_site.zip", "chapter-1.html"]


def test_an_edited_file_stays_untouched_and_is_named_when_there_is_nothing_new_of_it(downloads: Downloads) -> None:
    # Given
    book = downloads.put_book("N", "text", SITE)
    downloads.download(book)
    (downloads.book / "N.docx").write_text("mine", encoding="utf-8")
    (downloads.book / "site" / "assets" / "site.css").write_text("my colours", encoding="utf-8")
    # When: another object with the same content, and then the same object.
    for _ in range(2):
        found = downloads.download(downloads.put_book("N", "text", SITE)).renewal
        # Then
        assert (found.set_aside, names(found.kept)) == ((), ["N.docx", "site.css"])
        assert downloads.files()["book/N.docx"] == "mine"
        assert downloads.files()["book/site/assets/site.css"] == "my colours"
        found = downloads.download(book).renewal
        assert (found.set_aside, names(found.kept)) == ((), ["N.docx", "site.css"])


def test_an_edited_file_is_set_aside_for_a_new_one_and_over_nothing_set_aside_before(downloads: Downloads) -> None:
    for number, name in enumerate(("N (yours).docx", "N (yours 2).docx", "N (yours 3).docx"), start=1):
        # Given
        downloads.download(downloads.put_book("N", f"text {number}"))
        (downloads.book / "N.docx").write_text(f"mine {number}", encoding="utf-8")
        # When
        found = downloads.download(downloads.put_book("N", f"new text {number}")).renewal
        # Then
        assert names(found.set_aside) == [name]
        assert downloads.files()["book/N.docx"] == f"docx: new text {number}"
    assert [downloads.files()[f"book/N (yours{n}).docx"] for n in ("", " 2", " 3")] == ["mine 1", "mine 2", "mine 3"]


def test_a_file_that_we_never_wrote_is_set_aside(downloads: Downloads) -> None:
    # Given: a person's own file under the book's name, and no record.
    downloads.book.mkdir(parents=True)
    (downloads.book / "N.docx").write_text("mine", encoding="utf-8")
    # When
    found = downloads.download(downloads.put_book("N", "text")).renewal
    # Then
    assert names(found.set_aside) == ["N (yours).docx"]
    assert downloads.files() == {
        "book/N (yours).docx": "mine", "book/N.docx": "docx: text", "book/N_complete.md": "md: text",
    }  # fmt: skip


def test_a_record_that_cannot_be_read_makes_every_other_file_a_persons(downloads: Downloads) -> None:
    downloads.download(downloads.put_book("N", "text"))
    (downloads.folder / ".coursewright.json").write_text("{", encoding="utf-8")
    found = downloads.download(downloads.put_book("N", "new")).renewal
    assert names(found.set_aside) == ["N (yours).docx", "N_complete (yours).md"]


def test_a_web_book_loses_what_it_no_longer_has_and_nothing_that_is_a_persons(downloads: Downloads) -> None:
    # Given: a page that the new book has no more, one of those edited, and a stylesheet of the person's own.
    pages = SITE | {"old.html": "old", "old-edited.html": "old", "gone/deep.html": "deep"}
    downloads.download(downloads.put_book("N", "text", pages))
    site = downloads.book / "site"
    (site / "old-edited.html").write_text("mine", encoding="utf-8")
    (site / "assets" / "mine.css").write_text("my own", encoding="utf-8")
    # When
    found = downloads.download(downloads.put_book("N", "text", SITE)).renewal
    # Then
    left = {name.removeprefix("book/site/"): text for name, text in downloads.files().items() if "/site/" in name}
    assert left == SITE | {"old-edited (yours).html": "mine", "assets/mine.css": "my own"}
    assert names(found.set_aside) == ["old-edited (yours).html"]
    assert not (site / "gone").exists()


def test_an_edited_archive_of_the_web_book_leaves_its_pages_as_they_are(downloads: Downloads) -> None:
    book = downloads.put_book("N", "text", SITE)
    downloads.download(book)
    (downloads.book / "N_site.zip").write_bytes(b"mine")
    before = downloads.files()
    found = downloads.download(book)
    assert names(found.renewal.kept) == ["N_site.zip"]
    assert found.formats["site"] == downloads.book / "site" / "index.html"
    assert downloads.files() == before


def test_what_a_person_deleted_comes_again(downloads: Downloads) -> None:
    book = downloads.put_book("N", "text", SITE)
    downloads.download(book)
    before = downloads.files()
    (downloads.book / "N.docx").unlink()
    (downloads.book / "site" / "chapter-1.html").unlink()
    assert downloads.download(book).renewal.set_aside == ()
    assert downloads.files() == before


def test_one_title_has_one_set_of_files(downloads: Downloads) -> None:
    # Given: a book under an earlier title, one file of which was edited, and a lab guide.
    downloads.download(downloads.put_book("Networks", "text", SITE))
    downloads.download(downloads.put_book("Networks_labs", "labs"), is_lab_guide=True)
    (downloads.book / "Networks.docx").write_text("mine", encoding="utf-8")
    # When
    found = downloads.download(downloads.put_book("Names", "text", SITE)).renewal
    # Then: the lab guide is another book.
    assert sorted(path.name for path in downloads.book.iterdir()) == [
        "Names.docx", "Names_complete.md", "Names_site.zip",
        "Networks (yours).docx", "Networks_labs.docx", "Networks_labs_complete.md", "site",
    ]  # fmt: skip
    assert names(found.set_aside) == ["Networks (yours).docx"]
    assert downloads.files()["book/Networks (yours).docx"] == "mine"


def test_a_book_of_some_modules_leaves_the_whole_one_its_files_and_its_images(downloads: Downloads) -> None:
    # Given
    images = [downloads.put(f"images/{number}-01-0001.png", number) for number in ("01", "02")]
    whole = downloads.put_book("N", "whole", SITE)
    downloads.download(whole, *images)
    before = downloads.files()
    # When: a book of the second module, and later one under another title.
    for stem in ("N_modules-2", "Other_modules-2"):
        found = downloads.download(downloads.put_book(stem, "part", {"index.html": "part"}), images[1])
        # Then
        assert found.formats["site"] == downloads.book / "site_modules-2" / "index.html"
        assert before.items() <= downloads.files().items()
        assert found.renewal.set_aside == ()
    assert not (downloads.book / "N_modules-2.docx").exists()
    # And: the whole book under another title leaves the part.
    downloads.download(downloads.put_book("New", "whole", SITE), images[0])
    files = downloads.files()
    assert {"book/New.docx", "book/Other_modules-2.docx", "book/site_modules-2/index.html"} <= files.keys()
    assert "book/N.docx" not in files
    # And: an image that only the part still has stays; without the part, it goes.
    assert "images/02-01-0001.png" in files
    downloads.download(downloads.put_book("Other_modules-2", "part", {"index.html": "part"}))
    assert "images/02-01-0001.png" not in downloads.files()


def test_an_image_that_a_person_drew_over_is_theirs(downloads: Downloads) -> None:
    book, image = downloads.put_book("N", "text"), downloads.put("images/01-01-0001.svg", "ours")
    downloads.download(book, image)
    (downloads.folder / "images" / "01-01-0001.svg").write_text("mine", encoding="utf-8")
    (downloads.folder / "images" / "logo.png").write_text("my logo", encoding="utf-8")
    assert names(downloads.download(book, image).renewal.kept) == ["01-01-0001.svg"]
    assert names(downloads.download(book).renewal.set_aside) == ["01-01-0001 (yours).svg"]
    assert downloads.files()["images/logo.png"] == "my logo"
