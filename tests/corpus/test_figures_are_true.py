"""Real diagrams of every kind, in six languages, are drawn as they are meant, in letters that print."""

import re
from functools import cache
from html import unescape
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from course_kit.printed_size import LEAST_LETTER_POINTS, MAX_FIGURE_HEIGHT_CM, printed_points, printed_width_cm
from images_gen.diagram_renderer import DiagramInvalid, RenderedImage, render_diagram
from images_gen.svg_drawing import smallest_letters

_HERE = Path(__file__).parent
_SOURCES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((_HERE / "figures").glob("*.mmd"))}
# Kinds that no theme reaches: the planner is told to choose another.
_REFUSED_KINDS = {
    name for name in _SOURCES if name.startswith(("en-c4", "en-gantt", "en-journey", "en-sankey", "en-treemap"))
}
_DRAWN = sorted(_SOURCES.keys() - _REFUSED_KINDS)
_SCALE = 2.0


class DiagramCase(BaseModel):
    """One near miss: ``text``, or a column of so many boxes; what it shows and hides, or the fault that it has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = ""
    wide: int = 0
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    fault: str = ""
    why: str

    @property
    def source(self) -> str:
        boxes = "\n".join(f'  n{n}["Step number {n}"] --> n{n + 1}["Step number {n + 1}"]' for n in range(self.wide))
        return self.text or f"flowchart LR\n{boxes}"


_CASES = TypeAdapter(dict[str, list[DiagramCase]]).validate_python(
    yaml.safe_load((_HERE / "checks" / "diagram_sources.yaml").read_text(encoding="utf-8"))
)


@cache
def _drawing(source: str) -> RenderedImage:
    return render_diagram(source)


def _words(image: RenderedImage) -> str:
    texts = re.findall(r"<text\b.*?</text>", image.svg or "", re.DOTALL)
    return " ".join(" ".join(unescape(re.sub(r"<[^>]+>", "", text)).split()) for text in texts)


@pytest.mark.parametrize("name", _DRAWN)
def test_a_real_diagram_is_drawn_in_letters_that_print(name: str) -> None:
    image = _drawing(_SOURCES[name])
    assert image.svg is not None
    width, height = image.width / _SCALE, image.height / _SCALE
    assert printed_points(smallest_letters(image.svg), width, height) >= LEAST_LETTER_POINTS
    assert printed_width_cm(width, height) * height / width <= MAX_FIGURE_HEIGHT_CM + 0.01
    assert "NaN" not in image.svg
    # Whatever went past the parser in disguise is itself again.
    assert not re.search("[\ue000-\uf8ff\u4db5]", image.svg)


@pytest.mark.parametrize("name", [name for name in _DRAWN if not name.endswith(("styled", "weak", "colours"))])
def test_a_real_diagram_shows_the_words_of_its_labels(name: str) -> None:
    drawn = re.sub(r"\s", "", _words(_drawing(_SOURCES[name])))
    for label in re.findall(r'"([^"\n`]*)"', _SOURCES[name]):
        for word in re.findall(r"[^\W_]{2,}", unescape(re.sub(r"<[^>]*>|[#&]\w+;", " ", label))):
            assert word in drawn


@pytest.mark.parametrize("name", sorted(_REFUSED_KINDS))
def test_a_kind_that_no_theme_reaches_is_refused_by_name(name: str) -> None:
    with pytest.raises(DiagramInvalid, match="brings colours and sizes of its own"):
        _drawing(_SOURCES[name])


@pytest.mark.parametrize("case", _CASES["good"], ids=lambda case: case.why)
def test_a_good_source_shows_what_it_means(case: DiagramCase) -> None:
    drawn = re.sub(r"\s", "", _words(_drawing(case.source)))
    for shown in case.shows:
        assert re.sub(r"\s", "", shown) in drawn
    for hidden in case.hides:
        assert re.sub(r"\s", "", hidden) not in drawn


@pytest.mark.parametrize("case", _CASES["bad"], ids=lambda case: case.why)
def test_a_bad_source_is_refused_in_words(case: DiagramCase) -> None:
    with pytest.raises(DiagramInvalid, match=re.escape(case.fault)):
        _drawing(case.source)
