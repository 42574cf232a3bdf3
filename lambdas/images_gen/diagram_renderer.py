"""Mermaid source to SVG and PNG, by the real mermaid.js in a process beside this one; no browser, no network."""

from dataclasses import dataclass
from html import escape
from textwrap import wrap

import mermaidx

from course_kit.artefact_store import fingerprint_of
from course_kit.printed_size import LEAST_LETTER_POINTS, printed_points
from images_gen.diagram_engine import DrawingOrder
from images_gen.diagram_process import TIME_LIMIT_SECONDS, DiagramProcess
from images_gen.diagram_safety import source_fault
from images_gen.diagram_source import cleaned_source, upright_source
from images_gen.diagram_theme import BORDER, CONFIG, FONT_FAMILIES, HTML_LABEL_CONFIG, HTML_LABEL_KINDS, INK
from images_gen.svg_drawing import DRAWING_VERSION, as_png, smallest_letters

# Twice the size on screen: about 200 dots an inch at the width of a printed page.
_SCALE = 2.0
_DIAGRAMS = DiagramProcess()

RENDERER_VERSION = fingerprint_of(mermaidx.__version__, CONFIG, HTML_LABEL_CONFIG, _SCALE, DRAWING_VERSION)


class DiagramInvalid(Exception):
    """The source cannot be drawn, or not for a book; the message is mermaid.js's own, or says what to change."""


@dataclass(frozen=True)
class RenderedImage:
    """A picture in both forms; sizes in pixels of the PNG."""

    png: bytes
    svg: str | None
    width: int
    height: int


def render_diagram(source: str, time_limit: float | None = None) -> RenderedImage:
    """Render Mermaid source; raises `DiagramInvalid`, at the latest after ``time_limit`` seconds of processor time.

    A flowchart whose letters would be too small in print is turned; what stays too small is refused.

    Directives, front matter and interaction are dropped: how diagrams look is the book's choice.
    """
    cleaned = cleaned_source(source)
    fault = source_fault(cleaned)
    if fault:
        raise DiagramInvalid(fault)
    image = _drawn(cleaned, time_limit)
    upright = upright_source(cleaned)
    if upright is not None and _letters_in_print(image) < LEAST_LETTER_POINTS:
        turned = _drawn(upright, time_limit)
        image = max(image, turned, key=_letters_in_print)
    letters = _letters_in_print(image)
    if letters < LEAST_LETTER_POINTS:
        raise DiagramInvalid(
            f"its letters would be printed at {letters:.1f} points, expected at least {LEAST_LETTER_POINTS}: "
            "use fewer nodes, shorter labels or another direction"
        )
    return image


def _drawn(source: str, time_limit: float | None) -> RenderedImage:
    config = HTML_LABEL_CONFIG if source.startswith(HTML_LABEL_KINDS) else CONFIG
    order = DrawingOrder(source=source, config=config, scale=_SCALE)
    drawing, png = _DIAGRAMS.draw(order, time_limit or TIME_LIMIT_SECONDS)
    if drawing.refusal:
        raise DiagramInvalid(drawing.refusal)
    return _image(png, drawing.svg)


def _letters_in_print(image: RenderedImage) -> float:
    """Return the size of a drawing's smallest letters on paper, in points."""
    return printed_points(smallest_letters(image.svg or ""), image.width / _SCALE, image.height / _SCALE)


def render_framed_text(text: str) -> RenderedImage:
    """Render a text in a frame: what stands where a diagram could not be drawn."""
    lines = wrap(text, 58)[:12] or ["—"]
    families = ", ".join(FONT_FAMILIES)
    height = 48 + 24 * len(lines)
    rows = "".join(
        f'<text x="32" y="{48 + 24 * row}" font-family="{families}" font-size="16" fill="{INK}">{escape(line)}</text>'
        for row, line in enumerate(lines)
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="560" height="{height}" viewBox="0 0 560 {height}">'
        f'<rect x="1" y="1" width="558" height="{height - 2}" rx="8" fill="#f7f9fc" stroke="{BORDER}" '
        f'stroke-width="1.5" stroke-dasharray="6 4"/>{rows}</svg>'
    )
    return _image(as_png(svg, _SCALE), svg)


def _image(png: bytes, svg: str | None) -> RenderedImage:
    width, height = png_size(png)
    return RenderedImage(png=png, svg=svg, width=width, height=height)


def png_size(png: bytes) -> tuple[int, int]:
    """Return width and height from a PNG's header (PNG specification, 11.2.2); raises ``ValueError`` for other data."""
    if not png.startswith(b"\x89PNG\r\n\x1a\n"):
        raise ValueError("not a PNG")
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
