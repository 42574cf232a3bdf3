"""Pictures of an author: shown when they can be shown in every format, and else refused with what to do."""

import base64
import re
import struct
import zlib

import pytest

from course_kit.pictures.own_picture import own_picture
from course_kit.pictures.picture_files import MAX_PICTURE_BYTES, raster_of
from course_kit.pictures.picture_names import is_elsewhere, own_picture_of
from course_kit.pictures.picture_refused import PictureRefused
from course_kit.pictures.safe_svg import safe_svg
from course_kit.pictures.svg_png import scale_for_print, svg_as_png
from tests.support.own_pictures import SVG, drawing, picture


@pytest.mark.parametrize(
    ("source", "file"),
    [
        ("plug.png", "plug.png"),
        ("./plug.PNG", "plug.PNG"),
        ("figures/plug.jpeg", "plug.jpeg"),
        ("Screenshot%202026-03-04%20at%2010.22.png", "Screenshot 2026-03-04 at 10.22.png"),
        ("U%CC%88bersicht%20(neu).svg", "Übersicht (neu).svg"),
        ("図1.gif", "図1.gif"),
    ],
)
def test_a_plain_name_is_the_name_of_a_picture(source: str, file: str) -> None:
    assert own_picture_of(source) == file


@pytest.mark.parametrize(
    "source",
    [
        *("../plug.png", "figures/../plug.png", "a/b.png", "/etc/plug.png", "figures%2F..%2Fplug.png", "a%2Fb.png"),
        *("https://example.org/plug.png", "//example.org/plug.png", "data:image/png;base64,AAAA", "file:plug.png"),
        *(
            ".plug.png",
            "plug",
            "plug.webp",
            "plug.png.exe",
            "plug.png\x00",
            'a"b.png',
            "a\\b.png",
            "",
            "x" * 99 + ".png",
        ),
    ],
)
def test_every_other_target_is_none(source: str) -> None:
    assert own_picture_of(source) == ""


def test_an_address_is_told_from_a_file() -> None:
    assert [
        is_elsewhere(source) for source in ("https://example.org/a.png", "//x/a.png", "data:image/png", "a.png")
    ] == [
        *(True, True, True),
        False,
    ]


@pytest.mark.parametrize(("file", "kind"), [("a.png", "PNG"), ("a.jpg", "JPEG"), ("a.JPEG", "JPEG"), ("a.gif", "GIF")])
def test_a_pictures_size_is_read_from_its_bytes(file: str, kind: str) -> None:
    body = picture(kind, 60, 30)
    found = own_picture(file, body)
    assert (found.width, found.height, found.body) == (60, 30, body)


def test_a_photo_that_its_camera_turned_has_its_sides_exchanged() -> None:
    assert [
        (found.width, found.height) for found in (raster_of(picture("JPEG", 60, 30, turn)) for turn in (1, 6, 8))
    ] == [
        *((60, 30), (30, 60)),
        (30, 60),
    ]


def bomb() -> bytes:
    """Return a PNG of a few bytes that says that it has 900 million pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("file", "body", "words"),
    [
        ("a.png", b"", "the file is empty"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * MAX_PICTURE_BYTES, r"the file has 5.0 MB, expected at most 5"),
        ("a.png", bomb(), "30,000 by 30,000 pixels, expected at most 40 million"),
        ("a.png", picture("PNG")[:-20], "damaged or cut off"),
        ("a.png", picture("PNG").replace(b"IDAT", b"IDAX"), "damaged or cut off"),
        ("a.jpg", picture("JPEG")[:-9], "damaged or cut off"),
        ("a.jpg", picture("JPEG")[:40], "damaged or cut off"),
        ("a.gif", picture("GIF")[:-1], "damaged or cut off"),
        ("a.png", picture("WEBP"), "found a WebP file, expected PNG, JPEG, GIF or SVG"),
        ("a.png", picture("TIFF"), "found a TIFF file"),
        ("a.png", picture("BMP"), "found a BMP file"),
        ("a.png", b"%PDF-1.7", "found a PDF file"),
        ("a.png", b"hello", "found no picture"),
        ("a.png", picture("JPEG"), "kind jpg, expected what .png says: rename it"),
        ("a.jpg", SVG.encode(), "rename it to .svg"),
        ("a.svg", picture("PNG"), "cannot be read as utf-8"),
        ("a.svg", b"plain text", "no well-formed SVG"),
    ],
)
def test_a_file_that_no_book_can_show_is_refused_with_what_to_do(file: str, body: bytes, words: str) -> None:
    with pytest.raises(PictureRefused, match=words):
        own_picture(file, body)


PNG_IN_SVG = f'<image width="9" height="9" href="data:image/png;base64,{base64.b64encode(picture("PNG")).decode()}"/>'


@pytest.mark.parametrize(
    ("body", "size"),
    [
        (drawing(), (200, 100)),
        (drawing(attributes='width="50mm" height="1in"'), (188.98, 96)),
        (drawing(attributes='width="100%" viewBox="0,0,40,20"'), (40, 20)),
        (drawing(attributes='width="80" viewBox="0 0 40 20"'), (80, 40)),
        (b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?>\n' + drawing(), (200, 100)),
        (
            b'<?xml version="1.0" encoding="ISO-8859-1"?>' + drawing("<text>\xf1</text>").decode().encode("latin-1"),
            (200, 100),
        ),
        (
            b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
            + drawing(),
            (200, 100),
        ),
        (
            drawing('<use href="#a"/><g id="a"/><rect fill="url(#g)" style="fill: url( \'#g\' )"/><style>a{}</style>'),
            (200, 100),
        ),
        (drawing(PNG_IN_SVG), (200, 100)),
    ],
)
def test_a_drawing_of_shapes_and_text_is_shown(body: bytes, size: tuple[float, float]) -> None:
    found = safe_svg(body)
    assert (round(found.width, 2), round(found.height, 2)) == size
    assert safe_svg(found.text.encode()).text == found.text


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        ("<script>alert(1)</script>", "found `<script>`"),
        ("<g><foreignObject><p>x</p></foreignObject></g>", "with its text as SVG text"),
        ('<h:script xmlns:h="http://www.w3.org/1999/xhtml">x</h:script>', "found `<script>`"),
        ('<set attributeName="href" to="javascript:alert(1)"/>', "found `<set>`"),
        ('<rect onload="alert(1)"/>', 'found `onload="alert.*runs code'),
        ('<a href="https://example.org"><rect/></a>', "loads something from elsewhere"),
        ('<image xlink:href="http://example.org/pixel.png"/>', "loads something from elsewhere"),
        ('<image href="data:image/svg+xml;base64,PHN2Zz4="/>', "loads something from elsewhere"),
        (f'<image href="data:image/png;base64,{base64.b64encode(bomb()).decode()}"/>', "within the drawing.*30,000"),
        ('<use href="other.svg#a"/>', "loads something from elsewhere"),
        ("<style>@import 'https://example.org/a.css';</style>", "`<style>` loads something"),
        ('<rect style="fill: url(https://example.org/a)"/>', "loads something from elsewhere"),
        ('<rect fill="url(  &quot;//example.org/a&quot;)"/>', "loads something from elsewhere"),
        (r"<style>rect { fill: \75rl(//example.org) }</style>", "`<style>` loads something"),
    ],
)
def test_a_drawing_that_runs_or_loads_something_is_refused_by_its_name(inner: str, words: str) -> None:
    with pytest.raises(PictureRefused, match=re.compile(words, re.DOTALL)):
        safe_svg(drawing(inner))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'<!DOCTYPE svg [<!ENTITY a "aa">]>' + drawing("<text>&a;</text>"), "<!ENTITY"),
        (
            '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'.encode("utf-16")
            + drawing().decode().encode("utf-16-le"),
            "<!ENTITY",
        ),
        (drawing("<text>&unknown;</text>"), "no well-formed SVG"),
        (drawing("<g>"), "no well-formed SVG"),
        (b"<html><body/></html>", "found `<html>`"),
        (drawing(attributes=""), "no size"),
        (drawing(attributes='viewBox="0 0 wide 3"'), "no size"),
        (drawing(attributes='width="90000" height="3"'), "90000 by 3 pixels"),
        (b'<?xml version="1.0" encoding="no-such"?>' + drawing(), "cannot be read as no-such"),
    ],
)
def test_a_drawing_that_cannot_be_read_safely_is_refused(body: bytes, words: str) -> None:
    with pytest.raises(PictureRefused, match=words):
        safe_svg(body)


def test_copies_of_copies_are_refused_before_they_grow() -> None:
    # Given: eight lines, each ten copies of the one before; and two parts that are copies of each other.
    levels = '<g id="l0"><rect/></g>' + "".join(
        f'<g id="l{n}">{f"""<use href="#l{n - 1}"/>""" * 10}</g>' for n in range(1, 8)
    )
    with pytest.raises(PictureRefused, match="grows to more than 200,000 elements"):
        safe_svg(drawing(levels))
    circle = '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'
    assert safe_svg(drawing(circle)).width == 200


def test_what_an_editor_notes_for_itself_is_left_out_and_text_stays() -> None:
    noted = drawing(
        '<!-- a note --><i:namedview i:zoom="1" i:export-filename="C:\\docs\\a.png"/><metadata>x</metadata>'
        '<text i:label="C:\\docs">one<i:mark/> two</text>',
        'viewBox="0 0 200 100" xmlns:i="http://www.inkscape.org/n"',
    )
    text = safe_svg(b"<?xml-stylesheet href='https://example.org/a.css'?>" + noted).text
    assert "one two</text>" in text
    for noise in ("inkscape", "metadata", "stylesheet", "note"):
        assert noise not in text


def test_a_drawing_becomes_a_png_of_a_bounded_size() -> None:
    found = safe_svg(SVG.encode())
    raster = raster_of(svg_as_png(found.text, scale_for_print(found.width, found.height)))
    assert (raster.kind, raster.width, raster.height) == ("png", 400, 200)
    assert scale_for_print(20_000, 10) == 0.2
