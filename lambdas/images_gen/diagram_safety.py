"""Checks that keep links, code, outside pictures and oversized drawings out of a book's diagrams."""

import re
from xml.etree import ElementTree

MAX_SOURCE_CHARACTERS = 8000
# A figure is printed on half a page, where a larger drawing is unreadable. Its PNG, at twice the size, would also take
# more memory than the function has.
MAX_PIXELS_A_SIDE = 4000
# Kinds of diagram whose colours, letters or positions no theme can change.
_NOT_IN_OUR_LOOK = ("gantt", "journey", "sankey", "treemap", "C4", "zenuml")
_ACTIVE_ELEMENTS = {"a", "script", "iframe", "image", "object", "embed", "img", "video", "audio", "form", "input"}
_EXTERNAL_STYLE = re.compile(r"@import|url\(\s*['\"]?(?!#|['\"]?#)", re.IGNORECASE)


def source_fault(source: str) -> str | None:
    """Return why a source must not go to the parser, or None."""
    kind = source.split(None, 1)[0] if source.strip() else ""
    if kind.startswith(_NOT_IN_OUR_LOOK):
        return (
            f"`{kind}` brings colours and sizes of its own, which a printed page does not take: use `timeline`, "
            "`flowchart` or, for numbers, `xychart-beta`"
        )
    if len(source) > MAX_SOURCE_CHARACTERS:
        return f"the source has {len(source):,} characters, expected at most {MAX_SOURCE_CHARACTERS:,}: use fewer nodes"
    return None


def svg_fault(svg: str) -> str | None:
    """Return why a rendered diagram does not fit a book, with what to change; None when it fits."""
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314 - our own renderer wrote it, and expat refuses entity bombs
    except ElementTree.ParseError as error:
        return f"the rendered diagram is no well-formed SVG ({error})"
    for element in root.iter():
        name = element.tag.rpartition("}")[2].lower()
        if name in _ACTIVE_ELEMENTS:
            return f"the diagram holds `<{name}>`: use no links, pictures, HTML or scripts"
        if name == "style" and _EXTERNAL_STYLE.search(element.text or ""):
            return "the diagram's styling loads something from elsewhere: use no styling"
        for attribute, value in element.attrib.items():
            attribute_name = attribute.rpartition("}")[2].lower()
            is_foreign = attribute_name in ("href", "src") and not value.startswith("#")
            if is_foreign or attribute_name.startswith("on") or _EXTERNAL_STYLE.search(value):
                return f'the diagram holds `{attribute_name}="{value[:60]}"`: use no links, styling or scripts'
    _, _, width, height = (float(number) for number in root.attrib["viewBox"].split())
    if max(width, height) > MAX_PIXELS_A_SIDE:
        return (
            f"the diagram is {width:.0f} by {height:.0f} pixels, expected at most {MAX_PIXELS_A_SIDE} a side: "
            "use fewer nodes and shorter labels"
        )
    return None
