"""Corrections of texts that Mermaid places badly: next to lines, in one run, within the drawing."""

import re
import unicodedata
from xml.etree import ElementTree

from images_gen.svg_measure import Box, box_of_texts

_SVG = "{http://www.w3.org/2000/svg}"
_TEXT, _TSPAN, _PATH = f"{_SVG}text", f"{_SVG}tspan", f"{_SVG}path"
_RIGHT_TO_LEFT = ("R", "AL")
_FONT_SIZE = re.compile(r"font-size:\s*(?P<pixels>\d+(?:\.\d+)?)px")
_USUAL_FONT_SIZE = 15.0
# To the right of the life line and of its activation bar.
_BESIDE_LIFE_LINE = 8
_MARGIN, _LEAST_MARGIN = 6.0, 3.0
# Mermaid's name for a commit without one, `3-1a2b3c4`, which is random in each drawing.
_MADE_UP_NAME = re.compile(r"\d+-[0-9a-f]{7}")


def place_texts(root: ElementTree.Element) -> None:
    """Correct the positions of a drawing's texts, and widen its view to show all of them."""
    for parent in root.iter():
        _set_beside_life_line(list(parent))
        for child in list(parent):
            if "commit-label" in child.get("class", "") and _MADE_UP_NAME.fullmatch("".join(child.itertext()).strip()):
                parent.remove(child)
    for text in root.iter(_TEXT):
        if is_right_to_left("".join(text.itertext())):
            _set_in_one_piece(text)
    _hold_all(root)


def is_right_to_left(text: str) -> bool:
    """Whether a text has letters of a right-to-left script."""
    return any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text)


def _set_beside_life_line(children: list[ElementTree.Element]) -> None:
    """Put the words of a message to oneself next to the life line, which would run through them."""
    words: list[ElementTree.Element] = []
    for child in children:
        if child.tag == _TEXT and "messageText" in child.get("class", ""):
            words.append(child)
            continue
        source, target = child.get("data-from"), child.get("data-to")
        start = re.match(r"M\s*(?P<x>-?[\d.]+)", child.get("d", "")) if child.tag == _PATH else None
        if source and source == target and start:
            for text in words:
                text.set("x", f"{float(start['x']) + _BESIDE_LIFE_LINE:g}")
                text.set("text-anchor", "start")
                text.set("style", f"{text.get('style', '')};text-anchor:start")
                for line in text.iter(_TSPAN):
                    line.set("x", text.get("x", ""))
        words = []


def _set_in_one_piece(text: ElementTree.Element) -> None:
    """Make one run of each line's words, because separate runs are misplaced in right-to-left text."""
    for line in text.iter(_TSPAN):
        if "x" in line.attrib:
            letters = "".join(line.itertext())
            line[:] = []
            line.text = letters
            _without_shift(line)
    if not len(text):
        _without_shift(text)


def _without_shift(run: ElementTree.Element) -> None:
    """Add a run's shift to its position: in right-to-left text, a shift moves only the first letter."""
    y, dy = run.get("y", ""), run.attrib.pop("dy", "")
    if y.endswith("em") and dy.endswith("em"):
        run.set("y", f"{float(y[:-2]) + float(dy[:-2]):g}em")
    elif y and dy.endswith("em"):
        size = _FONT_SIZE.search(run.get("style", ""))
        pixels = float(size["pixels"]) if size else _USUAL_FONT_SIZE
        run.set("y", f"{float(y.removesuffix('px')) + float(dy[:-2]) * pixels:g}")
    elif dy:
        run.set("dy", dy)


def _hold_all(root: ElementTree.Element) -> None:
    found = box_of_texts(root)
    if found is None:
        return
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    view = Box(left, top, left + width, top + height)
    # The same margin as around the rest of the drawing.
    around = Box(found.left - _MARGIN, found.top - _MARGIN, found.right + _MARGIN, found.bottom + _MARGIN)
    if view.around(found) != view or view.right - found.right < _LEAST_MARGIN:
        held = view.around(around)
        root.set("viewBox", f"{held.left:g} {held.top:g} {held.right - held.left:g} {held.bottom - held.top:g}")
