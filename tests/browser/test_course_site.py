"""The web book in a real browser, opened from disk: searched, turned dark, read on a phone and by keyboard."""

import re
import zipfile
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from playwright.sync_api import ConsoleMessage, Page

from book_builder import handler as book_builder_handler
from course_kit.store.artefact_store import ArtefactStore, s3_client
from images_gen.diagram_renderer import render_framed_text
from tests.support.book_project import EVENT, FIGURE, LESSON, OUTLINE, save_module
from tests.support.buckets import BUCKET
from tests.support.chromium import NEEDS_CHROMIUM, NewPage
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall

build_book: StepCall = book_builder_handler.lambda_handler

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
VENDORED = ROOT / "lambdas/book_builder/templates/web/vendor/minisearch.js"
NOTE = "\n> [!WARNING]\n> Cuidado con la corriente.\n"

pytestmark = NEEDS_CHROMIUM


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a small book, unpacked."""
    return unpacked_site(tmp_path_factory.mktemp("site"), OUTLINE)


@pytest.fixture(scope="module")
def arabic_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in a language that runs from right to left."""
    return unpacked_site(tmp_path_factory.mktemp("arabic"), OUTLINE.replace("language: es", "language: ar"))


def unpacked_site(folder: Path, outline: str) -> Path:
    with mock_aws(), pytest.MonkeyPatch.context() as environment:
        environment.setenv("COURSE_BUCKET", BUCKET)
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket=BUCKET)
        s3_client.cache_clear()
        store = ArtefactStore.connect(BUCKET)
        store.write("p/outline.yaml", outline.replace("number: null, ", ""), content_type="y", replacing=None)
        drawing = render_framed_text("dos nodos")
        store.write("p/images/01-01-0001.png", drawing.png, content_type="image/png", replacing=None)
        store.write("p/images/01-01-0001.svg", drawing.svg or "", content_type="image/svg+xml", replacing=None)
        told = ("El primer nodo → el segundo nodo",)
        figure = FIGURE.model_copy(update={"svg_key": "p/images/01-01-0001.svg", "long_description": told})
        save_module(store, 1, [LESSON + NOTE, "# R\n\nRadio.\n"], figures={FIGURE.visual_id: figure})
        save_module(store, 2, ["# D\n\n## Zonas\n\nNombres y resolución inversa.\n"])
        archive = store.read(build_book(EVENT, FakeLambdaContext())["book"]["site"]) or b""
    (folder / "site.zip").write_bytes(archive)
    with zipfile.ZipFile(folder / "site.zip") as unpacked:
        unpacked.extractall(folder)
    return folder


@pytest.fixture
def page(new_page: NewPage, site: Path) -> Page:
    page = new_page()
    page.goto((site / "index.html").as_uri())
    return page


def pages_of(site: Path) -> list[Path]:
    return sorted(site.glob("*.html"))


def test_a_page_a_lesson_and_one_a_chapter(site: Path) -> None:
    assert [path.stem for path in pages_of(site)] == [
        "about",
        "chapter-1",
        "chapter-2",
        "index",
        "provenance",
        "section-1-1",
        "section-1-2",
        "section-2-1",
    ]


def test_every_link_and_image_resolves_and_no_page_complains(page: Page, site: Path) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if _is_bad(message) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    for path in pages_of(site):
        page.goto(path.as_uri())
        links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
        assert links
        for link in links:
            name, _, anchor = link.partition("#")
            target = site / name if name else path
            assert target.is_file(), (path.name, link)
            assert not anchor or re.search(rf'id="{re.escape(anchor)}"', target.read_text(encoding="utf-8")), link
        for image in page.locator("img").all():
            image.scroll_into_view_if_needed()
            page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=image.element_handle())
    assert complaints == []
    # And: it asks nobody on the network for anything.
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []


def _is_bad(message: ConsoleMessage) -> bool:
    return message.type in ("error", "warning")


def test_previous_and_next_lead_through_the_whole_book(page: Page, site: Path) -> None:
    seen = [page.url.rpartition("/")[2]]
    while page.locator(".pager .next").count():
        page.click(".pager .next")
        seen.append(page.url.rpartition("/")[2])
    assert sorted(seen) == [path.name for path in pages_of(site)]
    assert page.locator(".pager .previous").get_attribute("href") == seen[-2]


def test_search_finds_a_word_of_the_third_lesson_whatever_its_accents(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("resolucion")
    page.wait_for_selector(".search-results a")
    assert "2.1 DNS" in page.locator(".search-results").inner_text()
    # When: opened by keyboard alone.
    page.keyboard.press("Enter")
    page.wait_for_url("**/section-2-1.html*")
    assert "resolución inversa" in page.locator("main").inner_text()


def test_search_says_when_there_is_nothing(page: Page) -> None:
    page.fill(".search input", "xyzzy")
    assert page.locator(".search-results").inner_text() == "No se encontró nada"


def test_it_is_dark_where_the_reader_wants_it_and_the_switch_is_remembered(new_page: NewPage, site: Path) -> None:
    page = new_page(color_scheme="dark")
    page.goto((site / "section-1-1.html").as_uri())
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) != "rgb(255, 255, 255)"
    page.click("[data-switch-theme]")
    assert page.evaluate(background) == "rgb(255, 255, 255)"
    page.goto((site / "section-1-2.html").as_uri())
    assert page.evaluate(background) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("width", [1300, 800, 360])
def test_nothing_is_wider_than_the_screen(page: Page, site: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for path in pages_of(site):
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path.name


def test_on_a_phone_the_contents_open_by_a_button(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    assert not page.locator(".sidebar").is_visible()
    page.click("[data-menu]")
    page.click(".sidebar >> text=Radio")
    assert page.locator("main h1").inner_text().endswith("Radio")


def test_on_a_phone_what_is_found_fits_the_screen_and_opens(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.fill(".search input", "inversa")
    page.wait_for_selector(".search-results a")
    box = page.locator(".search-results").bounding_box()
    assert box is not None
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360
    page.locator(".search-results a").first.click()
    page.wait_for_url("**/section-2-1.html*")


@pytest.mark.parametrize("width", [1300, 360])
def test_from_right_to_left_the_contents_stand_on_the_right_code_runs_on_and_nothing_is_wider_than_the_screen(
    new_page: NewPage, arabic_site: Path, width: int
) -> None:
    page = new_page(viewport={"width": width, "height": 800})
    page.goto((arabic_site / "section-1-1.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("getComputedStyle(document.querySelector('pre')).direction") == "ltr"
    if width > 960:
        contents, text = page.locator(".sidebar").bounding_box(), page.locator("main").bounding_box()
        assert contents is not None and text is not None
        assert contents["x"] > text["x"]
    page.fill(".search input", "inversa")
    page.wait_for_selector(".search-results a")
    box = page.locator(".search-results").bounding_box()
    assert box is not None
    assert box["x"] >= 0 and box["x"] + box["width"] <= width


def test_code_is_copied_as_it_stands(new_page: NewPage, site: Path) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto((site / "section-1-1.html").as_uri())
    page.hover(".code-block")
    page.click(".copy")
    page.wait_for_function("document.querySelector('.copy').textContent === 'Copiado'")
    assert page.evaluate("navigator.clipboard.readText()").startswith("# not a heading\nip addr")


def test_a_lessons_admonition_has_its_title_in_the_books_language(page: Page, site: Path) -> None:
    page.goto((site / "section-1-1.html").as_uri())
    assert page.locator(".box.warning .title").inner_text() == "Advertencia"


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_an_accessibility_checker_finds_nothing_serious(new_page: NewPage, site: Path, color_scheme: str) -> None:
    page = new_page(color_scheme=color_scheme)
    for path in pages_of(site):
        page.goto(path.as_uri())
        page.add_script_tag(path=AXE)
        found = page.evaluate("axe.run()")
        serious = [
            (violation["id"], [node["html"] for node in violation["nodes"]])
            for violation in found["violations"]
            if violation["impact"] in ("serious", "critical")
        ]
        assert serious == [], path.name
        assert found["passes"]


def test_what_a_figure_shows_is_told_at_the_picture_and_opens_below_it(page: Page, site: Path) -> None:
    page.goto((site / "section-1-1.html").as_uri())
    described = page.locator("figure img").first.get_attribute("aria-describedby")
    words = page.locator(f"#{described}")
    assert not words.is_visible()
    page.click(".figure-details summary")
    assert words.is_visible()
    assert words.inner_text().strip() == "El primer nodo → el segundo nodo"


def test_the_search_library_is_the_published_one() -> None:
    published = (ROOT / "node_modules/minisearch/dist/umd/index.js").read_text(encoding="utf-8")
    vendored = VENDORED.read_text(encoding="utf-8")
    # But for its last line, which names a map that the site has no use for.
    assert vendored.rstrip() == re.sub(r"//# sourceMappingURL.*", "", published).rstrip()
