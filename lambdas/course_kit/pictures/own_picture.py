"""One picture of an author, read and made safe: what every format of the book can show."""

from dataclasses import dataclass
from typing import Literal

from course_kit.pictures.picture_files import raster_of
from course_kit.pictures.picture_refused import PictureRefused
from course_kit.pictures.safe_svg import is_svg, safe_svg

_KIND_OF_ENDING = {"jpeg": "jpg"}


@dataclass(frozen=True)
class OwnPicture:
    """A picture that can be shown; its size is in pixels."""

    kind: Literal["png", "jpg", "gif", "svg"]
    width: float
    height: float
    body: bytes
    """The file as given; of SVG, the drawing written anew."""


def own_picture(file: str, body: bytes) -> OwnPicture:
    """Return a picture from its file name and its bytes; raises `PictureRefused`."""
    ending = file.rpartition(".")[2].lower()
    expected = _KIND_OF_ENDING.get(ending, ending)
    if expected == "svg":
        drawing = safe_svg(body)
        return OwnPicture("svg", drawing.width, drawing.height, drawing.text.encode())
    if is_svg(body):
        raise PictureRefused(f"found SVG, expected what .{ending} says: rename it to .svg")
    raster = raster_of(body)
    if raster.kind != expected:
        raise PictureRefused(f"found a picture of kind {raster.kind}, expected what .{ending} says: rename it")
    return OwnPicture(raster.kind, raster.width, raster.height, body)
