"""An SVG as PNG, by resvg, with the functions' own fonts; nothing is loaded from elsewhere."""

import re
from functools import cache

import resvg_py

from course_kit.fonts import font_files

USUAL_FAMILY = "Source Sans 3"
"""The family of letters whose own family is not among the fonts."""
_OTHER_FACES = re.compile(r"Italic|Code|Serif|Amiri|ExtraLight|Light|Thin|Medium")
_MAX_SIDE = 4000.0


def svg_as_png(svg: str, scale: float, family: str = USUAL_FAMILY) -> bytes:
    """Return an SVG as PNG on white."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=scale,
            background="white",
            skip_system_fonts=True,
            font_files=_fonts(),
            font_family=family,
            sans_serif_family=family,
        )
    )


def scale_for_print(width: float, height: float) -> float:
    """Return the scale of a drawing's PNG: twice its size, within 4,000 pixels a side."""
    return min(2.0, _MAX_SIDE / max(width, height))


@cache
def _fonts() -> list[str]:
    # The first font that has a character draws the whole run: so no font with another slant, width or weight.
    return [str(path) for path in font_files() if not _OTHER_FACES.search(path.name)]
