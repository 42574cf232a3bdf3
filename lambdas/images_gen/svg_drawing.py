"""An SVG as every reader can show it: of a fixed size, labels as text in any script; and as a PNG, by resvg."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from html import unescape
from xml.etree import ElementTree

import resvg_py

from course_kit.fonts import font_files
from images_gen.diagram_source import undisguised
from images_gen.diagram_theme import FONT_FAMILIES, INK

_SVG = "http://www.w3.org/2000/svg"
_FOREIGN = f"{{{_SVG}}}foreignObject"
# Raise when something here changes what comes out of the same source.
DRAWING_VERSION = 6
_LINE_HEIGHT = 1.25
_FONT_SIZE = 15
_FONT_SIZE_SAID = re.compile(r"(?:^|font-size:\s*)(\d+(?:\.\d+)?)(?:px)?(?=;|$)")
# `#diagram .commit-label{font-size:13px;…}`: sizes that a style sheet gives to a class.
_SIZE_OF_CLASS = re.compile(r"#[\w-]+\s+\.([\w-]+)\s*\{[^{}]*?font-size:\s*(\d+(?:\.\d+)?)px")
# mermaidx measures text by DejaVu Sans, in which wide characters are missing and count 0.6 of their width. A second
# character that is missing as well, put behind each while the drawing is laid out, makes it 1.2: room enough. It is a
# letter, since names of nodes and classes may have wide characters, and one that no text has (the last of a block of
# rare characters).
_WIDENER = "\u4db5"

_TEXT = f"{{{_SVG}}}text"
_TSPAN = f"{{{_SVG}}}tspan"
_RIGHT_TO_LEFT = ("R", "AL")

ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")


def widen(source: str) -> str:
    """Return a diagram's source with room for wide characters (Chinese, Japanese, Korean); `finished` takes it out."""
    return "".join(
        character + _WIDENER if unicodedata.east_asian_width(character) in ("W", "F") else character
        for character in source
    )


def finished(svg: str) -> str:
    """Return mermaid's SVG with a size of its own and its HTML labels as text.

    As it comes, it is as wide as its place, which in an image without a place is anything.
    """
    plain = undisguised(svg.replace(_WIDENER, ""))
    root = ElementTree.fromstring(plain)  # noqa: S314 - mermaid's own output, no entities in it
    for parent in list(root.iter()):
        for position, child in enumerate(list(parent)):
            if child.tag == _FOREIGN:
                parent.remove(child)
                parent.insert(position, _as_text(child))
    for element in root.iter():
        if element.tag in (_TSPAN, _TEXT):
            # mermaid leaves `#quot;` as the entity that a browser would read.
            element.text = unescape(element.text) if element.text else element.text
        if "messageText" in element.get("class", ""):
            # Words of a message to oneself stand on the life line: a rim of the page's colour keeps them apart.
            element.set("style", f"{element.get('style', '')};paint-order:stroke;stroke:#ffffff;stroke-width:5px")
    for line in root.iter(_TSPAN):
        if "x" in line.attrib and any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in "".join(line.itertext())):
            _join(line)
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    root.attrib |= {
        "width": f"{width:.0f}",
        "height": f"{height:.0f}",
        "viewBox": f"{left:g} {top:g} {width:g} {height:g}",
    }
    style = re.sub(r"max-width:[^;]*;?\s*", "", root.attrib.pop("style", ""))
    if style.strip():
        root.attrib["style"] = style
    return ElementTree.tostring(root, encoding="unicode")


def _join(line: ElementTree.Element) -> None:
    """Make one run of a line's words, since a run a word is ordered and shifted wrongly from right to left."""
    text = "".join(line.itertext())
    line[:] = []
    line.text = text
    y, dy = line.get("y", ""), line.attrib.pop("dy", "")
    if y.endswith("em") and dy.endswith("em"):
        line.set("y", f"{float(y[:-2]) + float(dy[:-2]):g}em")
    elif dy:
        line.set("dy", dy)


def _as_text(foreign: ElementTree.Element) -> ElementTree.Element:
    """Return an HTML label's words as centred lines of text, as many as its height has room for."""
    words = " ".join("".join(foreign.itertext()).split()).split(" ")
    width, height = float(foreign.get("width", "0")), float(foreign.get("height", "0"))
    count = max(1, min(len(words), round(height / (_FONT_SIZE * _LINE_HEIGHT * 1.3))))
    lines = _in_lines(words, count)
    text = ElementTree.Element(
        f"{{{_SVG}}}text",
        {"text-anchor": "middle", "fill": INK, "font-size": f"{_FONT_SIZE}px", "style": f"fill:{INK}"},
    )
    first = height / 2 - (len(lines) - 1) * _FONT_SIZE * _LINE_HEIGHT / 2 + _FONT_SIZE * 0.35
    for number, line in enumerate(lines):
        y = first + number * _FONT_SIZE * _LINE_HEIGHT
        span = ElementTree.SubElement(text, f"{{{_SVG}}}tspan", {"x": f"{width / 2:.1f}", "y": f"{y:.1f}"})
        span.text = line
    return text


def _in_lines(words: list[str], count: int) -> list[str]:
    limit = sum(map(len, words)) / count
    lines = [""]
    for word in words:
        if lines[-1] and len(lines) < count and len(lines[-1]) + len(word) / 2 > limit:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def smallest_letters(svg: str) -> float:
    """Return the size of a drawing's smallest letters in its own pixels: what they, their parents or a style say."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - `finished` wrote it
    styles = " ".join(style.text or "" for style in root.iter(f"{{{_SVG}}}style"))
    of_class = {name: float(size) for name, size in _SIZE_OF_CLASS.findall(styles)}
    return min(_letter_sizes(root, of_class, _FONT_SIZE), default=_FONT_SIZE)


def _letter_sizes(element: ElementTree.Element, of_class: dict[str, float], inherited: float) -> Iterator[float]:
    size = inherited
    for name in element.get("class", "").split():
        size = of_class.get(name, size)
    said = _FONT_SIZE_SAID.search(f"{element.get('font-size', '')};{element.get('style', '')}")
    size = float(said[1]) if said else size
    if element.tag in (_TEXT, _TSPAN) and (element.text or "").strip():
        yield size
    for child in element:
        yield from _letter_sizes(child, of_class, size)


def as_png(svg: str, scale: float) -> bytes:
    """Return an SVG as PNG on white, in the fonts that travel with the functions."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=scale,
            background="white",
            skip_system_fonts=True,
            font_files=_fonts(),
            font_family=FONT_FAMILIES[0],
            sans_serif_family=FONT_FAMILIES[0],
        )
    )


@cache
def _fonts() -> list[str]:
    return [str(path) for path in font_files()]
