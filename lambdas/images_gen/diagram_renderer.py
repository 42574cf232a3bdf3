"""Mermaid source to SVG and PNG, by mermaid.js in a separate process, without a browser or a network."""

from dataclasses import dataclass
from html import escape
from textwrap import wrap

import mermaidx

from course_kit.printed_size import LEAST_LETTER_POINTS, printed_points
from course_kit.store.artefact import fingerprint_of
from images_gen.diagram_engine import DrawingOrder
from images_gen.diagram_process import TIME_LIMIT_SECONDS, DiagramProcess
from images_gen.diagram_safety import source_fault
from images_gen.diagram_source import cleaned_source, turned_source
from images_gen.diagram_theme import (
    BORDER,
    CLOSE_CONFIG,
    CONFIG,
    FONT_FAMILIES,
    HTML_LABEL_CONFIG,
    HTML_LABEL_KINDS,
    INK,
    STYLE_SHEET,
)
from images_gen.source_form import plain_source
from images_gen.svg_drawing import DRAWING_VERSION, as_png

# Twice the size on screen, which is about 200 dots an inch on a printed page.
_SCALE = 2.0
# Points in print below which another layout is tried; below LEAST_LETTER_POINTS the diagram is refused.
_SMALL_LETTER_POINTS = 7.0
_DIAGRAMS = DiagramProcess()

RENDERER_VERSION = fingerprint_of(
    *(mermaidx.__version__, CONFIG, HTML_LABEL_CONFIG, CLOSE_CONFIG, STYLE_SHEET, _SCALE, DRAWING_VERSION)
)


class DiagramInvalid(Exception):
    """The source cannot be drawn, or does not fit a book. The message is mermaid.js's own, or says what to change."""


@dataclass(frozen=True)
class RenderedImage:
    """A picture as SVG and PNG; sizes in pixels of the PNG."""

    png: bytes
    svg: str | None
    width: int
    height: int


def render_diagram(source: str, time_limit: float | None = None) -> RenderedImage:
    """Render Mermaid source; raises `DiagramInvalid`, also after ``time_limit`` seconds of processor time.

    A diagram with small letters in print is turned and drawn more tightly, when that makes the letters larger. If they
    stay too small, the diagram is refused. Directives, front matter and interaction are removed: the book sets the
    style of diagrams.
    """
    fault = source_fault(plain_source(source))
    if fault:
        raise DiagramInvalid(fault)
    best = _drawn(cleaned_source(source), time_limit)
    turned = turned_source(best.source)
    if turned is not None and best.points < _SMALL_LETTER_POINTS:
        best = _better(best, turned, time_limit, is_close=False)
    if best.points < _SMALL_LETTER_POINTS and not best.source.startswith(HTML_LABEL_KINDS):
        best = _better(best, best.source, time_limit, is_close=True)
    if best.points < LEAST_LETTER_POINTS:
        raise DiagramInvalid(
            f"its letters would be printed at {best.points:.1f} points, expected at least {LEAST_LETTER_POINTS}: "
            "use fewer nodes, shorter labels or another direction"
        )
    return best.image


@dataclass(frozen=True)
class _Attempt:
    """A layout, and the size of its smallest letters in print."""

    source: str
    image: RenderedImage
    points: float


def _better(best: _Attempt, source: str, time_limit: float | None, *, is_close: bool) -> _Attempt:
    """Return the layout with the larger letters in print."""
    try:
        other = _drawn(source, time_limit, is_close=is_close)
    except DiagramInvalid:
        return best
    return max(best, other, key=lambda attempt: attempt.points)


def _drawn(source: str, time_limit: float | None, *, is_close: bool = False) -> _Attempt:
    config = HTML_LABEL_CONFIG if source.startswith(HTML_LABEL_KINDS) else CONFIG
    order = DrawingOrder(source=source, config={**config, **CLOSE_CONFIG} if is_close else config, scale=_SCALE)
    drawing, png = _DIAGRAMS.draw(order, time_limit or TIME_LIMIT_SECONDS)
    if drawing.refusal:
        raise DiagramInvalid(drawing.refusal)
    image = _image(png, drawing.svg)
    return _Attempt(source, image, printed_points(drawing.letters, image.width / _SCALE, image.height / _SCALE))


def render_framed_text(text: str) -> RenderedImage:
    """Render a text in a frame, which replaces a diagram that could not be drawn."""
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
