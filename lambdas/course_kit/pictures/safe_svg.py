"""An author's SVG, written anew without all that could run, load or grow in a reader's program."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from course_kit.pictures.picture_files import check_bytes, raster_of
from course_kit.pictures.picture_refused import PictureRefused

MAX_SVG_SIDE = 20_000
"""The longest side of a drawing, in pixels of CSS."""
_MAX_ELEMENTS = 200_000
_SVG, _XLINK, _XML = (
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/1999/xlink",
    "http://www.w3.org/XML/1998/namespace",
)
_ROOT = f"{{{_SVG}}}svg"
_USE = f"{{{_SVG}}}use"
# What runs, loads, or shows another document; animations can set any attribute.
_HOSTILE = frozenset(
    ("script", "foreignobject", "iframe", "object", "embed", "audio", "video", "canvas", "handler", "listener")
) | frozenset(("animate", "animatecolor", "animatemotion", "animatetransform", "set", "discard"))
_EXTERNAL_STYLE = re.compile(r"@import|@namespace|url\((?!\s*['\"]?\s*#)|expression\s*\(|\\[0-9a-f]", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_DECLARED_ENCODING = re.compile(rb"\A\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_RASTER = re.compile(r"data:image/(?:png|jpe?g|gif);base64,(?P<data>[A-Za-z0-9+/=\s]+)")
_LENGTH = re.compile(r"\s*(?P<number>\d*\.?\d+(?:e[+-]?\d+)?)\s*(?P<unit>px|pt|pc|mm|cm|in|q)?\s*", re.IGNORECASE)
_PIXELS = {"px": 1, "pt": 96 / 72, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96, "q": 96 / 101.6}
_SIZE_OF_VIEW = 4
_SHOWN_CHARACTERS = 60

ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace("xlink", _XLINK)


@dataclass(frozen=True)
class SafeSvg:
    """A drawing of SVG's own elements only; its size is in pixels of CSS."""

    text: str
    width: float
    height: float


def is_svg(body: bytes) -> bool:
    """Whether a file looks like SVG."""
    return b"<svg" in body[:100_000] or b"<\x00s\x00v\x00g" in body[:100_000]


def safe_svg(body: bytes) -> SafeSvg:
    """Return a drawing written anew: no comments, no document type, no elements or attributes of editors.

    Raises
    ------
    PictureRefused
        It has scripts, HTML, animations, links, parts from elsewhere, or entities. Also when it is no well-formed SVG,
        has no size, or is too large.
    """
    check_bytes(body)
    text = _decoded(body)
    if _ENTITY.search(text):
        raise PictureRefused("found `<!ENTITY`, expected a drawing without entities: export it as plain SVG")
    try:
        # Expat loads nothing from elsewhere, and entities have been refused.
        root = ElementTree.fromstring(_DECLARATION.sub("", text))  # noqa: S314
    except (ElementTree.ParseError, ValueError) as error:
        raise PictureRefused(f"the file is no well-formed SVG ({error}): export it again") from None
    if root.tag != _ROOT:
        raise PictureRefused(f"found `<{_name(root.tag)}>`, expected `<svg xmlns={_SVG!r}>`: export it as SVG")
    _check_elements(root)
    _leave_out_foreign(root)
    _check_what_loads(root)
    if _grown(root) > _MAX_ELEMENTS:
        raise PictureRefused(f"the drawing grows to more than {_MAX_ELEMENTS:,} elements: simplify it")
    width, height = _size(root)
    if max(width, height) > MAX_SVG_SIDE:
        raise PictureRefused(
            f"the drawing is {width:.0f} by {height:.0f} pixels, expected at most {MAX_SVG_SIDE:,} a side: "
            "make it smaller"
        )
    root.attrib.setdefault("viewBox", f"0 0 {width:g} {height:g}")
    root.attrib |= {"width": f"{width:g}", "height": f"{height:g}"}
    return SafeSvg(ElementTree.tostring(root, encoding="unicode"), width, height)


def _decoded(body: bytes) -> str:
    declared = _DECLARED_ENCODING.match(body)
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        encoding = declared[1].decode("ascii") if declared else "utf-8-sig"
    try:
        return body.decode(encoding).lstrip("\ufeff")
    except (UnicodeDecodeError, LookupError):
        raise PictureRefused(f"the file cannot be read as {encoding}: export it again, in UTF-8") from None


def _check_elements(root: ElementTree.Element) -> None:
    for element in root.iter():
        name = _name(element.tag)
        if name.lower() in _HOSTILE:
            raise PictureRefused(
                f"found `<{name}>`, expected a drawing of shapes and text: {_ADVICE.get(name, _EXPORT)}"
            )


def _check_what_loads(root: ElementTree.Element) -> None:
    for element in root.iter():
        if _name(element.tag) == "style" and _EXTERNAL_STYLE.search("".join(element.itertext())):
            raise PictureRefused("its `<style>` loads something from elsewhere: leave that out")
        for attribute, value in element.attrib.items():
            _check_attribute(_name(attribute), value)


_EXPORT = "export it as plain SVG"
_ADVICE = {"foreignObject": "export it with its text as SVG text, or save it as PNG", "script": "leave the script out"}


def _check_attribute(name: str, value: str) -> None:
    shown = f'{name}="{" ".join(value.split())[:_SHOWN_CHARACTERS]}"'
    if name.lower().startswith("on"):
        raise PictureRefused(f"found `{shown}`, which runs code: leave it out")
    if name.lower() in ("href", "src") and not value.strip().startswith("#"):
        raster = _RASTER.fullmatch(value.strip())
        if raster is None:
            raise PictureRefused(f"found `{shown}`, which loads something from elsewhere: leave it out, or embed it")
        _check_raster(raster["data"])
    elif _EXTERNAL_STYLE.search(value):
        raise PictureRefused(f"found `{shown}`, which loads something from elsewhere: leave it out")


def _check_raster(data: str) -> None:
    try:
        raster_of(base64.b64decode("".join(data.split()), validate=True))
    except (binascii.Error, PictureRefused) as error:
        raise PictureRefused(f"a picture within the drawing is refused: {error}") from None


def _leave_out_foreign(root: ElementTree.Element) -> None:
    """Remove what editors note for themselves, and what holds no drawing."""
    for parent in root.iter():
        for child in list(parent):
            if not child.tag.startswith(f"{{{_SVG}}}") or _name(child.tag) == "metadata":
                _remove(parent, child)
        for attribute in list(parent.attrib):
            if attribute.startswith("{") and not attribute.startswith((f"{{{_XLINK}}}", f"{{{_XML}}}")):
                del parent.attrib[attribute]


def _remove(parent: ElementTree.Element, child: ElementTree.Element) -> None:
    """Remove an element, but not the text behind it."""
    place = list(parent).index(child)
    if child.tail and place:
        parent[place - 1].tail = (parent[place - 1].tail or "") + child.tail
    elif child.tail:
        parent.text = (parent.text or "") + child.tail
    parent.remove(child)


def _grown(root: ElementTree.Element) -> int:
    """Return the number of elements after each ``use`` has become a copy of what it names."""
    named = {element.get("id", ""): element for element in root.iter() if element.get("id")}
    known: dict[ElementTree.Element, int] = {}
    # A stack of our own: a drawing may be nested deeper than Python's calls.
    waiting: list[tuple[ElementTree.Element, bool]] = [(root, False)]
    begun: set[ElementTree.Element] = set()
    while waiting:
        element, is_left = waiting.pop()
        parts = list(_parts(element, named))
        if is_left:
            known[element] = 1 + sum(known.get(part, 1) for part in parts)
        elif element not in begun:
            begun.add(element)
            waiting.append((element, True))
            waiting += [(part, False) for part in parts]
    return known[root]


def _parts(element: ElementTree.Element, named: dict[str, ElementTree.Element]) -> Iterator[ElementTree.Element]:
    yield from element
    if element.tag == _USE:
        target = named.get((element.get("href") or element.get(f"{{{_XLINK}}}href") or "").strip().removeprefix("#"))
        if target is not None:
            yield target


def _size(root: ElementTree.Element) -> tuple[float, float]:
    """Return width and height from the attributes, or else from the view."""
    view = root.get("viewBox", "").replace(",", " ").split()
    try:
        seen = [float(number) for number in view] if len(view) == _SIZE_OF_VIEW else [0.0, 0.0, 0.0, 0.0]
    except ValueError:
        seen = [0.0, 0.0, 0.0, 0.0]
    width, height = _pixels(root.get("width", "")), _pixels(root.get("height", ""))
    if width and not height and seen[2] > 0:
        height = width * seen[3] / seen[2]
    elif height and not width and seen[3] > 0:
        width = height * seen[2] / seen[3]
    width, height = width or seen[2], height or seen[3]
    if not (width > 0 and height > 0):
        raise PictureRefused("the drawing has no size: give it a `viewBox`, or a width and a height")
    return width, height


def _pixels(length: str) -> float:
    found = _LENGTH.fullmatch(length)
    return float(found["number"]) * _PIXELS[(found["unit"] or "px").lower()] if found else 0.0


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]
