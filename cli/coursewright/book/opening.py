"""Search for a downloaded book on disk, and its display."""

import webbrowser
from pathlib import Path

from coursewright.book.web_book import web_pages
from coursewright.errors import BadInput


def show(out: Path, project: str, *, is_lab_guide: bool) -> Path:
    """Open a book's web pages in the browser, if the machine has one; the whole book before one of some modules.

    Parameters
    ----------
    out
        The folder of downloaded books.
    is_lab_guide
        Whether to open the lab guide, which is also the only book of a project with labs only.

    Returns
    -------
    Path
        The page, absolute.

    Raises
    ------
    BadInput
        Nothing was downloaded for this project; the message names the projects with downloads.
    """
    kinds = (True,) if is_lab_guide else (False, True)
    found = [page for labs in kinds for page in web_pages(out / project, is_lab_guide=labs)]
    if not found:
        known = sorted({page.relative_to(out).parts[0] for page in out.glob("*/book/site*/index.html")})
        raise BadInput(
            f"project: found no downloaded book of {project!r} in {out}, "
            f"expected {', '.join(known) if known else 'one that `coursewright generate` made'}"
        )
    page = found[0].resolve()
    webbrowser.open(page.as_uri())
    return page
