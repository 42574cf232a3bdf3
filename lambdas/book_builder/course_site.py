"""The web book: one page a section, with contents, search and assets that need no server."""

import json
import re
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from pydantic import JsonValue

from book_builder.document_sections import DocumentSection, sections_of
from book_builder.pandoc_program import run_pandoc

_WEB = Path(__file__).parent / "templates" / "web"
_ASSETS = (
    *("theme.css", "site.css", "theme.js", "reading.js", "site.js"),
    *("vendor/minisearch.js", "vendor/minisearch.LICENSE.txt"),
)
_PAGE_LEVEL = 2
# Above this number of sections, a page lists only the sections of its own chapter. The whole list on every page of a
# course with 2,000 lessons would be 400 MB.
_MOST_SECTIONS_LISTED = 150
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_HEADING_TAG = re.compile(r"(</?h)([2-6])(?=[\s>])")


@dataclass(frozen=True)
class _Page:
    """A page of the site: a chapter's opening, or a section."""

    section: DocumentSection
    chapter: str
    """The identifier of the page's chapter; a chapter's opening has its own."""

    @property
    def name(self) -> str:
        return f"{self.section.identifier}.html"


def write_site(document: dict[str, JsonValue], arguments: Sequence[str], folder: Path) -> Path:
    """Write the site and return its zip file, which has ``index.html`` at its top level.

    Parameters
    ----------
    document
        pandoc's document, with the metadata of ``templates/web/site.html``.
    arguments
        Further arguments for pandoc, such as filters.
    folder
        A scratch folder; its ``images/`` holds the book's figures.
    """
    site = folder / "site"
    options = ["--from=json", "--to=chunkedhtml", f"--output={site}", f"--template={_WEB / 'site.html'}"]
    options += [f"--split-level={_PAGE_LEVEL}", "--chunk-template=%i.html", *arguments]
    run_pandoc(options, folder, json.dumps(document).encode())
    (site / "sitemap.json").unlink()
    sections = sections_of(document)
    _complete_pages(site, list(_pages(sections)))
    assets = site / "assets"
    assets.mkdir()
    for name in _ASSETS:
        shutil.copy(_WEB / name, assets)
    (assets / "search-index.js").write_text(_search_index(sections), encoding="utf-8")
    return _zipped(site, folder / "book.site.zip")


def _pages(sections: Sequence[DocumentSection]) -> Iterator[_Page]:
    chapter = ""
    for section in sections:
        if section.level == 1:
            chapter = section.identifier
        if section.level <= _PAGE_LEVEL:
            yield _Page(section, chapter)


def _complete_pages(site: Path, pages: Sequence[_Page]) -> None:
    """Add the contents to every page, a list of sections to chapters, and a level 1 title to sections."""
    index = site / "index.html"
    chapters = [page for page in pages if page.section.level == 1]
    whole = _contents(pages) if len(pages) <= _MOST_SECTIONS_LISTED else None
    _complete(index, whole or _contents(chapters), _list(chapters))
    for page in pages:
        own = [other for other in pages if other.chapter == page.chapter]
        contents = whole or _contents([p for p in pages if p.section.level == 1 or p.chapter == page.chapter])
        is_opening = page.section.level == 1
        _complete(
            site / page.name,
            contents.replace(f'<a href="{page.name}">', f'<a href="{page.name}" aria-current="page">'),
            _list(own[1:]) if is_opening else "",
            levels_up=page.section.level - 1,
        )


def _complete(path: Path, contents: str, listed: str, *, levels_up: int = 0) -> None:
    page = path.read_text(encoding="utf-8")
    if levels_up:
        page = _HEADING_TAG.sub(lambda tag: f"{tag[1]}{int(tag[2]) - levels_up}", page)
    path.write_text(page.replace("<!--sidebar-->", contents).replace("<!--lessons-->", listed), encoding="utf-8")


def _contents(pages: Sequence[_Page]) -> str:
    lines = ["<ul>"]
    is_inside = False
    for page in pages:
        is_chapter = page.section.level == 1
        if is_chapter and is_inside:
            lines.append("</ul></li>")
        lines.append(f"<li>{_link(page)}" + ("<ul>" if is_chapter else "</li>"))
        is_inside = True
    lines.append("</ul></li></ul>" if is_inside else "</ul>")
    return "\n".join(lines).replace("<ul>\n</ul>", "")


def _list(pages: Sequence[_Page]) -> str:
    if not pages:
        return ""
    return '<ul class="lessons">\n' + "\n".join(f"<li>{_link(page)}</li>" for page in pages) + "\n</ul>"


def _link(page: _Page) -> str:
    number = f'<span class="number">{escape(page.section.number)}</span> ' if page.section.number else ""
    return f'<a href="{page.name}">{number}<span>{escape(page.section.title)}</span></a>'


def _search_index(sections: Sequence[DocumentSection]) -> str:
    """Return a script that sets ``SEARCH_INDEX``, one entry a heading: pages on disk cannot fetch data."""
    entries = []
    page = place = ""
    for number, section in enumerate(sections):
        if section.level <= _PAGE_LEVEL:
            page = f"{section.identifier}.html"
            place = " ".join(filter(None, (section.number, section.title)))
        url = page if section.level <= _PAGE_LEVEL else f"{page}#{section.identifier}"
        entries.append({"id": number, "url": url, "title": section.title, "place": place, "text": section.text})
    return f"window.SEARCH_INDEX = {json.dumps(entries, ensure_ascii=False)};\n"


def _zipped(site: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(site.rglob("*")):
            if path.is_file():
                # A fixed time, so that equal books have equal bytes.
                entry = zipfile.ZipInfo(str(path.relative_to(site)), _ZIP_TIME)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
    return target
