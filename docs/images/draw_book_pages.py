"""Draws docs/images/book-pages.png: pages of the demo's PDF, and its web book in light, in dark and on a phone.

Run it after ``make demo`` from the project's folder: ``make pictures``. Needs Chromium and poppler's pdftoppm.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

Scheme = Literal["dark", "light"]
PICTURE = Path(__file__).with_name("book-pages.png")
PDF_PAGES = (1, 2, 4, 5)
# Name, page, width and height of the window, and colour scheme.
SCREENS: tuple[tuple[str, str, int, int, Scheme], ...] = (
    ("light", "section-1-2.html", 1180, 760, "light"),
    ("dark", "section-1-3.html", 1180, 760, "dark"),
    ("phone", "section-2-1.html", 360, 760, "light"),
)
FLAGS = ["--no-sandbox", "--disable-background-networking", "--no-first-run"]
SHEET = """<style>
body { margin: 0; padding: 28px; width: 1500px; background: #e6eaf0; }
div { display: flex; gap: 22px; margin-bottom: 22px; align-items: stretch; }
img { flex: 1 1 0; min-width: 0; background: #fff; object-fit: cover; object-position: top; }
img { box-shadow: 0 3px 14px #0003; border-radius: 4px; }
img.phone { flex: 0 0 190px; }
</style>"""


def main(book: Path) -> None:
    """Draw the pages of a downloaded book; the argument is the folder with its PDF and ``site/``."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    pdf = next(book.glob("*.pdf"))
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(scratch)
        for number in PDF_PAGES:
            target = folder / f"page-{number}"
            subprocess.run(
                ["pdftoppm", "-png", "-singlefile", "-r", "90", "-f", str(number), "-l", str(number), pdf, target],
                check=True,
            )
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for name, page, width, height, scheme in SCREENS:
            _shoot(browser, (book / "site" / page).as_uri(), folder / f"{name}.png", (width, height), scheme=scheme)
        pages = "".join(f'<img src="page-{number}.png">' for number in PDF_PAGES)
        screens = "".join(f'<img class="{name}" src="{name}.png">' for name, *_ in SCREENS)
        (folder / "sheet.html").write_text(f"{SHEET}<div>{pages}</div><div>{screens}</div>", encoding="utf-8")
        _shoot(browser, (folder / "sheet.html").as_uri(), PICTURE, (1556, 900), whole=True)
        browser.close()


def _shoot(
    browser: Browser,
    url: str,
    target: Path,
    size: tuple[int, int],
    *,
    scheme: Scheme = "light",
    whole: bool = False,
) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    page = context.new_page()
    page.goto(url)
    page.screenshot(path=target, full_page=whole)
    context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
