"""`coursewright open`, and the web book that a download unpacks."""

import webbrowser
import zipfile
from pathlib import Path

import pytest

from coursewright.book.download import _unpacked
from coursewright.book.opening import show
from coursewright.book.out_folder import OutFolder
from coursewright.errors import BadInput


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    urls: list[str] = []

    def shown(url: str) -> bool:
        urls.append(url)
        return True

    monkeypatch.setattr(webbrowser, "open", shown)
    return urls


def site_in(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / text, "w") as archive:
        archive.writestr("index.html", text)
    return _unpacked(OutFolder(folder.parents[1]), folder / text)


def test_the_downloaded_web_book_opens_in_the_browser(tmp_path: Path, opened: list[str]) -> None:
    page = site_in(tmp_path / "p" / "book", "T_site.zip")
    assert show(tmp_path, "p", is_lab_guide=False) == page.resolve()
    assert opened == [page.resolve().as_uri()]
    assert page == tmp_path / "p" / "book" / "site" / "index.html"


def test_a_lab_guide_has_a_folder_of_its_own_and_is_shown_where_it_is_alone(tmp_path: Path, opened: list[str]) -> None:
    guide = site_in(tmp_path / "p" / "book", "T_labs_site.zip").resolve()
    assert show(tmp_path, "p", is_lab_guide=False) == guide
    # When: there is a course book as well.
    course = site_in(tmp_path / "p" / "book", "T_site.zip").resolve()
    assert show(tmp_path, "p", is_lab_guide=False) == course
    assert show(tmp_path, "p", is_lab_guide=True) == guide


def test_a_second_download_leaves_nothing_of_the_first(tmp_path: Path) -> None:
    site = site_in(tmp_path / "p" / "book", "T_site.zip").parent
    (site / "section-9-9.html").write_text("gone from the outline", encoding="utf-8")
    site_in(tmp_path / "p" / "book", "T_site.zip")
    assert [path.name for path in site.iterdir()] == ["index.html"]


def test_an_unknown_project_is_refused_naming_those_that_there_are(tmp_path: Path, opened: list[str]) -> None:
    site_in(tmp_path / "known" / "book", "T_site.zip")
    with pytest.raises(BadInput, match=r"'other'.*expected known"):
        show(tmp_path, "other", is_lab_guide=False)
    assert opened == []
