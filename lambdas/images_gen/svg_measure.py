"""Sizes of a drawing's letters and positions of its texts, with its style sheet and all transforms applied."""

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

import novasvg  # type: ignore[import-untyped]

from images_gen.label_text import widened

_SVG = "{http://www.w3.org/2000/svg}"
ElementTree.register_namespace("", _SVG.strip("{}"))
_TEXT, _TSPAN = f"{_SVG}text", f"{_SVG}tspan"
# A ruler of one size: novasvg's height of a line is the typeface's ascent and descent.
_RULER = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><text font-size="10px" y="50">x</text></svg>'


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the drawing."""

    left: float
    top: float
    right: float
    bottom: float

    def around(self, other: "Box") -> "Box":
        """Return the smallest rectangle that contains both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


def smallest_letters(svg: str) -> float | None:
    """Return the size of the smallest letters in pixels of the drawing; None without letters."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - `svg_drawing.finished` wrote it
    for parent in list(root.iter()):
        for position, child in reversed(list(enumerate(parent))):
            if child.tag == _TEXT:
                parent.remove(child)
                for run in _runs(child):
                    parent.insert(position, run)
    unit = _heights(_RULER)[0] / 10
    return min((height / unit for height in _heights(_written(root)) if height), default=None)


def _runs(text: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """Yield a text once for each of its runs of letters, with the run replaced by one letter."""
    count = sum(bool((run.text or "").strip()) for run in text.iter())
    for number in range(count):
        one = copy.deepcopy(text)
        filled = [run for run in one.iter() if (run.text or "").strip()]
        for position, run in enumerate(filled):
            run.text = "x" if position == number else None
        yield one


def _heights(svg: str) -> list[float]:
    document = novasvg.Document.load_from_data(svg)
    heights = []
    for text in document.query_selector_all("text"):
        matrix = text.get_global_matrix()
        scale = math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c))
        heights.append(text.get_bounding_box().h * scale)
    return heights


def box_of_texts(root: ElementTree.Element) -> Box | None:
    """Return the rectangle around all texts of a drawing, with room for wide characters; None without texts."""
    wide = copy.deepcopy(root)
    for run in wide.iter():
        if run.tag in (_TEXT, _TSPAN):
            run.text = widened(run.text) if run.text else run.text
    # novasvg's global coordinates start at the origin of the view.
    left, top, *_ = map(float, root.attrib["viewBox"].split())
    around: Box | None = None
    # A named variable: the elements are freed with the document.
    document = novasvg.Document.load_from_data(_written(wide))
    for text in document.query_selector_all("text"):
        found = text.get_global_bounding_box()
        if found.w and found.h:
            box = Box(left + found.x, top + found.y, left + found.x + found.w, top + found.y + found.h)
            around = around.around(box) if around else box
    return around


def _written(root: ElementTree.Element) -> str:
    return ElementTree.tostring(root, encoding="unicode")
