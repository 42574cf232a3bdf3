"""`coursewright open`: which of the downloaded web books it shows."""

import os
import webbrowser
from pathlib import Path

import pytest

from course_kit.store.artefact_store import ArtefactStore
from coursewright.book.opening import show
from coursewright.errors import BadInput
from tests.support.downloads import Downloads


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    urls: list[str] = []

    def shown(url: str) -> bool:
        urls.append(url)
        return True

    monkeypatch.setattr(webbrowser, "open", shown)
    return urls


@pytest.fixture
def downloads(store: ArtefactStore, tmp_path: Path) -> Downloads:
    return Downloads(store, tmp_path)


def site(downloads: Downloads, stem: str, *, is_lab_guide: bool = False) -> Path:
    """Download a book of that name; return the first page of its web book."""
    book = downloads.put_book(stem, stem, {"index.html": stem})
    return downloads.download(book, is_lab_guide=is_lab_guide).formats["site"].resolve()


def test_the_downloaded_web_book_opens_in_the_browser(downloads: Downloads, opened: list[str]) -> None:
    page = site(downloads, "T")
    assert show(downloads.root, "networks", is_lab_guide=False) == page
    assert opened == [page.as_uri()]
    assert page == (downloads.book / "site" / "index.html").resolve()


def test_a_lab_guide_has_a_folder_of_its_own_and_is_shown_where_it_is_alone(
    downloads: Downloads, opened: list[str]
) -> None:
    guide = site(downloads, "T_labs", is_lab_guide=True)
    assert show(downloads.root, "networks", is_lab_guide=False) == guide
    # When: there is a course book as well.
    course = site(downloads, "T")
    assert show(downloads.root, "networks", is_lab_guide=False) == course
    assert show(downloads.root, "networks", is_lab_guide=True) == guide


def test_a_course_whose_title_ends_like_a_lab_guide_is_none(downloads: Downloads, opened: list[str]) -> None:
    assert site(downloads, "Python_labs").parent.name == "site"
    with pytest.raises(BadInput):
        show(downloads.root, "networks", is_lab_guide=True)


def test_the_whole_book_is_shown_before_one_of_some_modules(downloads: Downloads, opened: list[str]) -> None:
    # Given: books of some modules, the newer one first by name.
    older, newer = site(downloads, "T_modules-3"), site(downloads, "T_modules-1-2")
    guide = site(downloads, "T_modules-9_labs", is_lab_guide=True)
    os.utime(older, (1, 1))
    # When / Then
    assert show(downloads.root, "networks", is_lab_guide=False) == newer
    assert show(downloads.root, "networks", is_lab_guide=True) == guide
    # And: the whole book comes first, although the parts are newer.
    whole = site(downloads, "T")
    os.utime(whole, (0, 0))
    assert show(downloads.root, "networks", is_lab_guide=False) == whole


def test_an_unknown_project_is_refused_naming_those_that_there_are(downloads: Downloads, opened: list[str]) -> None:
    site(downloads, "T")
    with pytest.raises(BadInput, match=r"'other'.*expected networks"):
        show(downloads.root, "other", is_lab_guide=False)
    assert opened == []
