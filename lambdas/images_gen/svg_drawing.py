"""An SVG that every reader can show: a fixed size and labels as text in any script; and its PNG, by resvg."""

import re
from xml.etree import ElementTree

from course_kit.pictures.svg_png import svg_as_png
from images_gen.diagram_theme import BORDER, FONT_FAMILIES, INK, STYLE_SHEET
from images_gen.label_text import undisguised
from images_gen.svg_places import place_texts

_SVG = "http://www.w3.org/2000/svg"
_FOREIGN = f"{{{_SVG}}}foreignObject"
# Raise this number when a change here changes the drawing of the same source.
DRAWING_VERSION = 7
_LINE_HEIGHT = 1.25
_FONT_SIZE = 15
# Symbols of the architecture diagram, which has no colours from the theme.
_OWN_BLUE = "#087ebf"

ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")


def finished(svg: str) -> str:
    """Return mermaid's SVG with a fixed size and with its HTML labels as text.

    Before, its width is relative to its container, which an image file does not have.
    """
    plain = undisguised(svg).replace(_OWN_BLUE, BORDER)
    root = ElementTree.fromstring(plain)  # noqa: S314 - mermaid's own output, no entities in it
    for parent in list(root.iter()):
        for position, child in enumerate(list(parent)):
            if child.tag == _FOREIGN:
                parent.remove(child)
                parent.insert(position, _as_text(child))
    sheet = ElementTree.SubElement(root, f"{{{_SVG}}}style")
    sheet.text = STYLE_SHEET.replace("#drawing", f"#{root.get('id')}")
    place_texts(root)
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


def _as_text(foreign: ElementTree.Element) -> ElementTree.Element:
    """Return the words of an HTML label as centred lines of text that fit its height."""
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


def as_png(svg: str, scale: float) -> bytes:
    """Return an SVG as PNG on white, with the functions' own fonts."""
    return svg_as_png(svg, scale, FONT_FAMILIES[0])
