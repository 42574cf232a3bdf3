"""Real diagrams of every kind, in six languages, are drawn as they are meant, in letters that print."""

import re
from collections import Counter
from functools import cache
from html import unescape
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from PIL import Image
from pydantic import TypeAdapter

from course_kit.printed_size import LEAST_LETTER_POINTS, MAX_FIGURE_HEIGHT_CM, printed_points, printed_width_cm
from images_gen.diagram_renderer import DiagramInvalid, RenderedImage, render_diagram
from images_gen.diagram_theme import CONFIG, STYLE_SHEET
from images_gen.svg_measure import Box, box_of_texts, smallest_letters

_HERE = Path(__file__).parent
_SOURCES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((_HERE / "figures").glob("*.mmd"))}
# Kinds that no theme reaches: the planner is told to choose another.
_REFUSED_KINDS = {
    name for name in _SOURCES if name.startswith(("en-c4", "en-gantt", "en-journey", "en-sankey", "en-treemap"))
}
_DRAWN = sorted(_SOURCES.keys() - _REFUSED_KINDS)
_SCALE = 2.0
_LABELS = TypeAdapter(dict[str, tuple[str, ...]]).validate_python(
    yaml.safe_load((_HERE / "figures" / "labels.yaml").read_text(encoding="utf-8"))
)
_THEME = {
    (int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16))
    for color in re.findall(r"#[0-9a-f]{6}\b", f"{CONFIG}{STYLE_SHEET}")
}
# Of 255: a difference that nobody sees between two areas.
_LEAST_SEEN = 18
# All on one worker, so that each figure is drawn once.
pytestmark = pytest.mark.xdist_group("figures")


@cache
def _drawing(source: str) -> RenderedImage:
    return render_diagram(source)


def _words(image: RenderedImage) -> str:
    texts = re.findall(r"<text\b.*?</text>", image.svg or "", re.DOTALL)
    return " ".join(" ".join(unescape(re.sub(r"<[^>]+>", "", text)).split()) for text in texts)


def _distance_from_theme(color: tuple[int, int, int]) -> float:
    """Return how far a colour is from those of the theme and their mixtures with white."""
    return min(_distance(color, own) for own in _THEME)


def _distance(color: tuple[int, int, int], own: tuple[int, int, int]) -> float:
    toward = [channel - 255 for channel in own]
    length = sum(part * part for part in toward)
    share = sum((seen - 255) * part for seen, part in zip(color, toward, strict=True)) / length if length else 0.0
    share = min(max(share, 0.0), 1.0)
    return max(abs(seen - 255 - share * part) for seen, part in zip(color, toward, strict=True))


@pytest.mark.parametrize("name", _DRAWN)
def test_a_real_diagram_is_drawn_in_letters_that_print(name: str) -> None:
    image = _drawing(_SOURCES[name])
    assert image.svg is not None
    width, height = image.width / _SCALE, image.height / _SCALE
    assert printed_points(smallest_letters(image.svg) or 0.0, width, height) >= LEAST_LETTER_POINTS
    assert printed_width_cm(width, height) * height / width <= MAX_FIGURE_HEIGHT_CM + 0.01
    assert "NaN" not in image.svg
    # Whatever went past the parser in disguise is itself again.
    assert not re.search("[\ue000-\uf8ff\u4db5]", image.svg)


@pytest.mark.parametrize("name", _DRAWN)
def test_a_real_diagram_shows_the_words_of_its_labels(name: str) -> None:
    drawn = re.sub(r"\s", "", _words(_drawing(_SOURCES[name])))
    assert [label for label in _LABELS[name] if re.sub(r"\s", "", label) not in drawn] == []


@pytest.mark.parametrize("name", _DRAWN)
def test_a_real_diagram_has_no_words_outside_of_it(name: str) -> None:
    root = ElementTree.fromstring(_drawing(_SOURCES[name]).svg or "")  # noqa: S314 - our own renderer wrote it
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    view, texts = Box(left, top, left + width, top + height), box_of_texts(root)
    assert texts is not None
    assert view.around(texts) == view


@pytest.mark.parametrize("name", _DRAWN)
def test_a_real_diagram_has_the_books_colours_and_no_others(name: str) -> None:
    picture = Image.open(BytesIO(_drawing(_SOURCES[name]).png)).convert("RGB")
    channels = picture.tobytes()
    counted = Counter(zip(channels[::3], channels[1::3], channels[2::3], strict=True))
    # Less is the rim of letters and lines, where two colours meet.
    shown = [color for color, count in counted.items() if count > 0.003 * picture.width * picture.height]
    assert [color for color in shown if _distance_from_theme(color) > _LEAST_SEEN] == []


@pytest.mark.parametrize("name", sorted(_REFUSED_KINDS))
def test_a_kind_that_no_theme_reaches_is_refused_by_name(name: str) -> None:
    with pytest.raises(DiagramInvalid, match="brings colours and sizes of its own"):
        _drawing(_SOURCES[name])
