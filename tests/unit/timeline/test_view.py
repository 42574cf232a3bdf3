"""The picture: everything in its place, whole XML, nothing from elsewhere."""

import io
import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import pytest
from PIL import Image, ImageFont

from coursewright.errors import BadInput, CommandFailed
from coursewright.timeline import timeline_of, write_timeline
from coursewright.timeline.layout import LEFT, TITLE_WIDTH, TITLE_X, TOP, WIDTH, clock, lay_out
from coursewright.timeline.view import render
from images_gen.svg_drawing import as_png
from tests.support.timeline_runs import labs, large_run, run, theory

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("modules", [1, 4, 40, 200])
def test_no_bar_covers_another_and_none_leaves_the_picture(modules: int) -> None:
    # When
    picture = lay_out(timeline_of(large_run(modules)))
    # Then
    bars = [bar for band in picture.bands for bar in band.bars]
    assert len(bars) == modules * 11 + 3
    assert all(bar.x >= LEFT and bar.x + bar.width <= WIDTH for bar in bars)
    lanes: dict[float, list[tuple[float, float]]] = {}
    for bar in bars:
        lanes.setdefault(bar.y, []).append((bar.work.started, bar.work.ended))
    for spans in lanes.values():
        assert all(one[1] <= other[0] for one, other in pairwise(sorted(spans)))
    for band, below in pairwise(picture.bands):
        assert band.y + band.height < below.y
    assert max(bar.y + bar.height for bar in bars) < picture.height


def test_forty_modules_take_a_few_screens_and_not_forty() -> None:
    assert lay_out(timeline_of(large_run(40))).height < 4 * 900


def test_every_piece_of_work_says_what_it_is() -> None:
    # Given
    made = theory(1, lessons=[(1, 3), (1, 5)], images=(5, 9), began=0.9, title="A <b> & 'c'", model_calls=2)
    timeline = timeline_of(
        run({1: {"": made, "labs": labs(1, plan=(1, 2), guides=[(2, 4)])}}, steps={"book": (10, 12)}, ended=13)
    )
    # When
    root = ElementTree.fromstring(render(timeline, ".svg"))  # noqa: S314  (our own text)
    # Then
    bars = [group for group in root.iter(f"{SVG}g") if "bar" in (group.get("class") or "").split()]
    titles = [group.findtext(f"{SVG}title") or "" for group in bars]
    assert len(titles) == 6
    assert titles == [group.get("aria-label") for group in bars]
    lesson = next(title for title in titles if title.startswith("1.2"))
    assert lesson.startswith("1.2 Lesson 2 · content · 1.0 s to 5.0 s, took 4.0 s · waited 0.1 s · 2 model calls")
    assert lesson.endswith("on the critical path")
    assert "1  A <b> & 'c'" in [title.text for title in root.iter(f"{SVG}title")]


def darkest(image: Image.Image) -> float:
    darkest_of_all, _ = image.getextrema()
    assert not isinstance(darkest_of_all, tuple), "an image of one channel"
    return darkest_of_all


@pytest.mark.parametrize("size", [9, 12, 30])
def test_no_title_runs_into_the_chart_when_the_picture_becomes_pixels(size: int) -> None:
    # Given: a long title in Latin and one in Japanese, in the fonts of books, and at any size.
    modules = {
        1: {"": theory(1, lessons=[(1, 3)], title="WHAT AN OPERATING SYSTEM DOES WITH MEMORY " * 3)},
        2: {"": theory(2, lessons=[(1, 3)], title="\u30cd\u30c3\u30c8\u30ef\u30fc\u30af\u306e\u57fa\u790e" * 9)},
    }
    timeline = timeline_of(run(modules, steps={}, ended=4))
    drawn = render(timeline, ".svg")
    assert drawn.count("font-size: 12px") == 1
    svg = drawn.replace("font-size: 12px", f"font-size: {size}px")
    # When
    shot = Image.open(io.BytesIO(as_png(svg, 1))).convert("L")
    # Then: there is ink in their column, and none between it and the chart.
    lanes = [int(band.y) for band in lay_out(timeline).bands]
    columns = [shot.crop((TITLE_X, y, TITLE_X + TITLE_WIDTH, y + 16)) for y in lanes]
    gap = shot.crop((TITLE_X + TITLE_WIDTH + 1, TOP - 8, LEFT - 2, shot.height - 24))
    assert [darkest(column) < 128 for column in columns] == [True, True]
    assert gap.getextrema() == (255, 255)


def test_a_title_of_which_a_part_is_left_out_says_so_and_stands_whole_on_every_bar_of_its_module() -> None:
    # Given
    title = "How a LONG TITLE OF A MODULE is shortened in its place"
    timeline = timeline_of(run({1: {"": theory(1, lessons=[(1, 3), (1, 5)], title=title)}}, steps={}, ended=6))
    # When
    root = ElementTree.fromstring(render(timeline, ".svg"))  # noqa: S314  (our own text)
    # Then
    [band] = lay_out(timeline).bands
    assert band.label.endswith("…")
    assert len(band.label) > 20
    told = [group.get("aria-label") or "" for group in root.iter(f"{SVG}g") if group.get("role") == "listitem"]
    assert [f"module 1 {title}" in text for text in told] == [True, True]


DEJAVU = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
TITLES = [
    "Mammals, women and memory management in many, many ways",
    "WWW, MMM and @ % in CAPITALS ONLY, WITHOUT ANY MERCY",
    "iiiiii, llllll, tttttt, ffffff, rrrrrr, jjjjjj and more of the thin ones",
    "Ñandúes, crème brûlée y otras cosas que llevan acentos — 50 % más",
]


@pytest.mark.parametrize("title", TITLES)
def test_a_title_that_is_cut_shows_its_ellipsis_in_the_widest_of_common_fonts(title: str) -> None:
    # When
    [band] = lay_out(timeline_of(run({1: {"": theory(1, lessons=[(1, 3)], title=title)}}, steps={}, ended=4))).bands
    # Then: as wide as Pillow measures it, and not shorter than it has to be.
    width = ImageFont.truetype(str(DEJAVU), 12).getlength(band.label)
    assert band.label.endswith("…")
    assert TITLE_WIDTH * 0.7 < width <= TITLE_WIDTH


@pytest.mark.parametrize("letter", ["कि", "e\u0301", "👩\u200d🔬", "❤\ufe0f"])
def test_a_title_is_never_cut_within_a_letter(letter: str) -> None:
    # Given: titles of such letters alone, so that the cut comes after one of them.
    for before in ("", "x", "xx"):
        modules = {1: {"": theory(1, lessons=[(1, 3)], title=before + letter * 60)}}
        [band] = lay_out(timeline_of(run(modules, steps={}, ended=4))).bands
        # Then
        shown = band.label.removeprefix(f"1  {before}").removesuffix("…")
        assert len(shown) < len(letter) * 60
        assert shown == letter * (len(shown) // len(letter))


def test_neither_file_asks_anybody_for_anything() -> None:
    timeline = timeline_of(large_run(2))
    for suffix in (".svg", ".html"):
        text = render(timeline, suffix).replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|src=|@import|url\(", text), suffix


def test_a_reused_piece_and_a_failed_module_are_marked() -> None:
    # When
    text = render(
        timeline_of(
            run(
                {1: {"": theory(1, lessons=[(1, 1)], reused=True)}},
                steps={"prepare": (0.1, 0.5)},
                ended=2,
                module_numbers=(1, 2),
                failures={2: "TextRejected"},
                failed_attempts={"ModelThrottled": 3},
                status="failed",
                error="ModulesFailed: module 2 failed with TextRejected: <script>",
            )
        ),
        ".html",
    )
    # Then
    assert 'class="bar critical reused"' in text or 'class="bar reused"' in text
    assert "failed: TextRejected" in text
    assert "3 × ModelThrottled" in text
    assert "TextRejected: &lt;script&gt;" in text


def test_a_file_of_another_kind_is_refused_and_one_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    timeline = timeline_of(large_run(1))
    with pytest.raises(BadInput, match=r"found a file name that ends in '\.png', expected \.html or \.svg"):
        write_timeline(timeline, tmp_path / "t.png")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CommandFailed, match="was not written"):
        write_timeline(timeline, tmp_path / "file" / "t.svg")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0.0 s"), (59.94, "59.9 s"), (60, "1:00"), (3725, "1:02:05")])
def test_times_are_shown_as_people_read_them(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown
