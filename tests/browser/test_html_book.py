"""The HTML book in a real browser: it asks nobody for anything, and is read on a desk, on a phone, and in the dark."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from book_builder import handler as book_builder_handler
from course_kit.store.artefact_store import ArtefactStore
from images_gen.diagram_renderer import render_framed_text
from tests.support.book_project import EVENT, LESSON, OUTLINE, save_module
from tests.support.buckets import BUCKET
from tests.support.chromium import NEEDS_CHROMIUM, NewPage
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall

build_book: StepCall = book_builder_handler.lambda_handler

pytestmark = NEEDS_CHROMIUM


@pytest.fixture
def page(
    new_page: NewPage,
    store: ArtefactStore,
    lambda_context: FakeLambdaContext,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Page:
    """The book of the unit tests, opened from disk in a browser that may not reach anything else."""
    monkeypatch.setenv("COURSE_BUCKET", BUCKET)
    store.write("p/outline.yaml", OUTLINE.replace("number: null, ", ""), content_type="y", replacing=None)
    store.write(
        "p/images/01-01-0001.png", render_framed_text("dos nodos").png, content_type="image/png", replacing=None
    )
    save_module(store, 1, [LESSON, "# R\n\nRadio.\n"])
    save_module(store, 2, ["# D\n\nNombres.\n"])
    path = tmp_path / "book.html"
    path.write_bytes(store.read(build_book(EVENT, lambda_context)["book"]["html"]) or b"")
    page = new_page()
    page.goto(path.as_uri())
    return page


def test_the_page_asks_nobody_for_anything(page: Page) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.reload()
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []


def test_the_contents_lead_to_every_section(page: Page) -> None:
    links = page.locator("nav#contents a")
    assert links.count() == 7
    for position in range(links.count()):
        target = links.nth(position).get_attribute("href") or ""
        assert page.locator(f"[id='{target.removeprefix('#')}']").count() == 1, target


def test_figures_are_shown_with_their_alternative_text(page: Page) -> None:
    figure = page.locator("figure img").first
    assert figure.get_attribute("alt") == "Un nodo y otro"
    assert figure.evaluate("image => image.complete && image.naturalWidth > 0")


@pytest.mark.parametrize("width", [1300, 800, 390])
def test_nothing_is_wider_than_the_screen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_turns_dark_where_the_reader_wants_it(page: Page) -> None:
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme="dark")
    assert light == "rgb(255, 255, 255)"
    page.wait_for_function(f"getComputedStyle(document.body).backgroundColor !== '{light}'")
    # And: back by the reader's own choice.
    page.click("[data-switch-theme]")
    page.wait_for_function(f"getComputedStyle(document.body).backgroundColor === '{light}'")
