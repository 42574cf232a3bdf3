"""Files of an author's own pictures: their kind and size from their bytes, and the reason when one is refused."""

import hashlib
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from course_kit.pictures.picture_refused import PictureRefused

MAX_PICTURE_BYTES = 5_000_000
MAX_PICTURE_PIXELS = 40_000_000
_MEGA = 1_000_000
_JPEG, _GIF, _PNG = b"\xff\xd8\xff", b"GIF8", b"\x89PNG\r\n\x1a\n"
_OTHER_KINDS = (
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "WebP"),
    (re.compile(rb".{4}ftyp(?:hei|mif|msf|avif)", re.DOTALL), "HEIF or AVIF"),
    (re.compile(rb"II\*\x00|MM\x00\*"), "TIFF"),
    (re.compile(rb"BM.{4}\x00\x00\x00\x00", re.DOTALL), "BMP"),
    (re.compile(rb"%PDF"), "PDF"),
    (re.compile(rb"%!PS"), "PostScript"),
)
# Numbers for each pixel, by the colour type of PNG.
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Markers of JPEG without a length, and frames with the size (ITU-T T.81, table B.1).
_ALONE, _FRAMES = frozenset({0x01, *range(0xD0, 0xDA)}), frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_APP1, _SCAN, _END = 0xE1, 0xDA, 0xD9
_ORIENTATION, _FIRST_TURNED = 0x0112, 5


@dataclass(frozen=True)
class Raster:
    """The kind and the size in pixels of a picture without vectors."""

    kind: Literal["png", "jpg", "gif"]
    width: int
    height: int


def raster_of(body: bytes) -> Raster:
    """Return a picture's kind and size.

    Raises
    ------
    PictureRefused
        It is another kind of file, has more than `MAX_PICTURE_BYTES` or `MAX_PICTURE_PIXELS`, or is broken.
    """
    check_bytes(body)
    reading = next((reading for start, reading in _READINGS if body.startswith(start)), None)
    if reading is None:
        other = next((name for form, name in _OTHER_KINDS if form.match(body)), "")
        found = f"a {other} file" if other else "no picture"
        raise PictureRefused(f"found {found}, expected PNG, JPEG, GIF or SVG: save it as PNG")
    try:
        raster = reading(body)
    except (IndexError, zlib.error):
        raise PictureRefused("the file is damaged or cut off: save it again") from None
    if not (raster.width and raster.height):
        raise PictureRefused("the picture has no size: save it again")
    if raster.width * raster.height > MAX_PICTURE_PIXELS:
        raise PictureRefused(
            f"the picture has {raster.width:,} by {raster.height:,} pixels, expected at most "
            f"{MAX_PICTURE_PIXELS // _MEGA} million in all: make it smaller"
        )
    return raster


def check_bytes(body: bytes) -> None:
    """Refuse a file that is empty or too large; raises `PictureRefused`."""
    if not body:
        raise PictureRefused("the file is empty: save it again")
    if len(body) > MAX_PICTURE_BYTES:
        raise PictureRefused(
            f"the file has {len(body) / _MEGA:.1f} MB, expected at most {MAX_PICTURE_BYTES // _MEGA}: make it smaller"
        )


def hash_of(body: bytes) -> str:
    """Return the hash of a file's content."""
    return hashlib.sha256(body).hexdigest()


def _png(body: bytes) -> Raster:
    """Read a PNG's header, and see that its pixels are all there (PNG specification, 5 and 11)."""
    width, height = int.from_bytes(body[16:20], "big"), int.from_bytes(body[20:24], "big")
    depth, colour, is_interlaced = body[24], body[25], bool(body[28])
    rows = 1 + (width * depth * _CHANNELS.get(colour, 1) + 7) // 8
    expected = height if is_interlaced else height * rows
    inflated, count, first = zlib.decompressobj(), 0, b""
    for name, data in _chunks(body):
        first = first or name
        # No more at once than is looked at, whatever a few bytes grow to.
        while name == b"IDAT" and data and count < expected and width * height <= MAX_PICTURE_PIXELS:
            count += len(inflated.decompress(data, _MEGA))
            data = inflated.unconsumed_tail  # noqa: PLW2901 - what is left of the chunk
    if first != b"IHDR" or (count < expected and width * height <= MAX_PICTURE_PIXELS):
        raise IndexError
    return Raster("png", width, height)


def _chunks(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    position, name = len(_PNG), b""
    while name != b"IEND":
        length, name = int.from_bytes(body[position : position + 4], "big"), body[position + 4 : position + 8]
        data = body[position + 8 : position + 8 + length]
        checksum = body[position + 8 + length : position + 12 + length]
        if int.from_bytes(checksum, "big") != zlib.crc32(name + data) or len(checksum) < 4:  # noqa: PLR2004
            raise IndexError
        yield name, data
        position += 12 + length


def _jpeg(body: bytes) -> Raster:
    """Read the size of a JPEG's frame, turned where the camera says so."""
    position, is_turned = 2, False
    size: tuple[int, int] | None = None
    while True:
        if body[position] != 0xFF:  # noqa: PLR2004 - every segment starts with it
            raise IndexError
        marker = body[position + 1]
        position += 1 if marker == 0xFF else 2  # noqa: PLR2004 - a fill byte
        if marker in _ALONE or marker == 0xFF:  # noqa: PLR2004
            continue
        if marker == _SCAN:
            break
        length = int.from_bytes(body[position : position + 2], "big")
        data = body[position + 2 : position + length]
        if marker in _FRAMES:
            size = int.from_bytes(data[3:5], "big"), int.from_bytes(data[1:3], "big")
        elif marker == _APP1:
            is_turned = is_turned or _is_turned(data)
        position += length
    # Some cameras write data of their own behind the end.
    if size is None or bytes((0xFF, _END)) not in body[position:]:
        raise IndexError
    return Raster("jpg", size[1], size[0]) if is_turned else Raster("jpg", *size)


def _is_turned(exif: bytes) -> bool:
    """Whether Exif says that the picture is shown with its sides exchanged (Exif 2.3, 4.6.4)."""
    if not exif.startswith(b"Exif\x00\x00"):
        return False
    tiff = exif[6:]
    is_little = tiff.startswith(b"II")

    def number(start: int, length: int) -> int:
        return int.from_bytes(tiff[start : start + length], "little" if is_little else "big")

    start = number(4, 4)
    for entry in range(start + 2, start + 2 + 12 * number(start, 2), 12):
        if number(entry, 2) == _ORIENTATION:
            return number(entry + 8, 2) >= _FIRST_TURNED
    return False


def _gif(body: bytes) -> Raster:
    if not body.rstrip(b"\x00").endswith(b";"):
        raise IndexError
    return Raster("gif", int.from_bytes(body[6:8], "little"), int.from_bytes(body[8:10], "little"))


_READINGS: tuple[tuple[bytes, Callable[[bytes], Raster]], ...] = ((_PNG, _png), (_JPEG, _jpeg), (_GIF, _gif))
