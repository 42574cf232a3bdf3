"""The folder of a web book, and the files in its archive."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from course_kit.store.artefact_keys import part_of_book


def site_name(key: str, *, is_lab_guide: bool) -> str:
    """Return the folder of a web book beside its archive: ``site``, ``site_labs`` or ``site_modules-2``."""
    part = part_of_book(key)
    return f"site{f'_modules-{part}' if part else ''}{'_labs' if is_lab_guide else ''}"


def web_pages(project: Path, *, is_lab_guide: bool) -> list[Path]:
    """Return the first pages of the web books of a downloaded project: of the whole course, then the newest parts."""
    folder, ending = project / "book", "_labs" if is_lab_guide else ""
    parts = [page for page in folder.glob("site_modules-*/index.html") if _is_guide(page) == is_lab_guide]
    newest = sorted(parts, key=lambda page: (-page.stat().st_mtime, page))
    return [page for page in (folder / f"site{ending}" / "index.html", *newest) if page.is_file()]


def _is_guide(page: Path) -> bool:
    return page.parent.name.endswith("_labs")


def files_of(archive: bytes) -> Iterator[tuple[list[str], bytes]]:
    """Yield the files of a web book's archive, each with the parts of its path below the book's folder.

    Raises
    ------
    zipfile.BadZipFile
        It is no archive, or damaged.
    """
    with zipfile.ZipFile(io.BytesIO(archive)) as site:
        for entry in site.infolist():
            # As `ZipFile.extract` does: no path leads outside.
            names = [name for name in entry.filename.split("/") if name not in ("", ".", "..")]
            if names and not entry.is_dir():
                yield names, site.read(entry)
