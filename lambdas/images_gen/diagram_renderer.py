"""Mermaid source to SVG and PNG, by the real mermaid.js in a process beside this one; no browser, no network."""

from dataclasses import dataclass
from html import escape
from textwrap import wrap

import mermaidx

from course_kit.artefact_store import fingerprint_of
from images_gen.diagram_engine import DrawingOrder
from images_gen.diagram_process import TIME_LIMIT_SECONDS, DiagramProcess
from images_gen.diagram_safety import cleaned_source, source_fault
from images_gen.diagram_theme import BORDER, CONFIG, FONT_FAMILIES, HTML_LABEL_CONFIG, HTML_LABEL_KINDS, INK
from images_gen.svg_drawing import DRAWING_VERSION, as_png

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
    """Render Mermaid source; raises `DiagramInvalid`, at the latest after ``time_limit`` seconds.

    Directives, front matter and interaction are dropped: how diagrams look is the book's choice.
    """
    cleaned = cleaned_source(source)
    fault = source_fault(cleaned)
    if fault:
        raise DiagramInvalid(fault)
    config = HTML_LABEL_CONFIG if cleaned.startswith(HTML_LABEL_KINDS) else CONFIG
    drawing, png = _DIAGRAMS.draw(
        DrawingOrder(source=cleaned, config=config, scale=_SCALE), time_limit or TIME_LIMIT_SECONDS
    )
    if drawing.refusal:
        raise DiagramInvalid(drawing.refusal)
    return _image(png, drawing.svg)


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
