"""The timeline in a real browser: read with the mouse, the keyboard, on a phone, and in the dark."""

import io
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FloatRect, Page

from coursewright.timeline import timeline_of, write_timeline
from coursewright.timeline.layout import LEFT, TITLE_WIDTH, TITLE_X, TOP, WIDTH
from tests.support.chromium import NEEDS_CHROMIUM, NewPage
from tests.support.timeline_runs import large_run

pytestmark = NEEDS_CHROMIUM
WINDOW = {"width": 1300, "height": 900}


@pytest.fixture(params=[4, 40])
def page(request: pytest.FixtureRequest, new_page: NewPage, tmp_path: Path) -> Page:
    write_timeline(timeline_of(large_run(request.param)), tmp_path / "timeline.html")
    page = new_page(viewport=WINDOW)
    page.goto((tmp_path / "timeline.html").as_uri())
    return page


def test_the_page_asks_nobody_for_anything_and_says_nothing_to_the_console(page: Page) -> None:
    requests, messages = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    page.reload()
    assert [url for url in requests if not url.startswith("file:")] == []
    assert messages == []


def test_a_bar_tells_what_it_is_to_the_mouse_and_to_the_keyboard(page: Page) -> None:
    bars = page.locator(".timeline .bar")
    bars.nth(1).hover()
    assert page.locator("#detail").inner_text() == bars.nth(1).get_attribute("aria-label")
    bars.nth(1).focus()
    page.keyboard.press("Tab")
    assert page.locator("#detail").inner_text() == bars.nth(2).get_attribute("aria-label")


def test_every_bar_is_seen_and_no_label_leaves_its_bar(page: Page) -> None:
    boxes = page.evaluate(
        """Array.from(document.querySelectorAll('.timeline .bar')).map(bar => {
             const rect = bar.querySelector('rect').getBBox(), text = bar.querySelector('text');
             return {width: rect.width, over: text ? text.getBBox().width - rect.width : 0}; })"""
    )
    assert len(boxes) in (47, 443)
    assert min(box["width"] for box in boxes) >= 3
    assert max(box["over"] for box in boxes) <= 0


@pytest.mark.parametrize("font", ["12px sans-serif", "12px monospace", "italic bold 20px serif"])
@pytest.mark.parametrize("suffix", [".html", ".svg"])
@pytest.mark.parametrize("modules", [4, 40])
def test_no_title_of_a_module_runs_into_the_chart_whatever_the_font(
    new_page: NewPage, tmp_path: Path, modules: int, suffix: str, font: str
) -> None:
    # Given: long titles, in a font of which the layout knows nothing.
    path = tmp_path / f"timeline{suffix}"
    write_timeline(timeline_of(large_run(modules)), path)
    drawn, count = re.subn(r"font-size: 12px; font-family: [^;]+;", f"font: {font};", path.read_text(encoding="utf-8"))
    assert count == 1
    path.write_text(drawn, encoding="utf-8")
    page = new_page(viewport=WINDOW)
    # When
    page.goto(path.as_uri())
    chart = page.evaluate(
        "(({x, y, width}) => [x, y, width])(document.querySelector('.timeline').getBoundingClientRect())"
    )
    assert page.locator("svg.title").count() == modules + 3
    column = ink_between(page, chart, TITLE_X, TITLE_X + TITLE_WIDTH)
    gap = ink_between(page, chart, TITLE_X + TITLE_WIDTH + 1, LEFT - 2)
    # Then: titles are there, and nothing of them is between their column and the chart.
    assert (column > 1000, gap) == (True, 0)


def ink_between(page: Page, chart: Sequence[float], left: float, right: float) -> int:
    """Count the pixels of a picture's columns, from its first lane down, that are not paper."""
    x, y, width = chart
    scale = width / WIDTH
    clip: FloatRect = {
        "x": x + left * scale,
        "y": y + (TOP - 8) * scale,
        "width": (right - left) * scale,
        "height": 400,
    }
    shot = Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("L")
    return sum(count for lightness, count in enumerate(shot.histogram()) if lightness < 250)


@pytest.mark.parametrize("width", [1300, 800, 360])
def test_only_the_chart_and_the_tables_scroll_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_turns_dark_where_the_reader_wants_it(page: Page) -> None:
    light = page.evaluate("getComputedStyle(document.querySelector('.timeline')).backgroundColor")
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate("getComputedStyle(document.querySelector('.timeline')).backgroundColor")
    assert (light, dark) == ("rgb(255, 255, 255)", "rgb(13, 17, 23)")
