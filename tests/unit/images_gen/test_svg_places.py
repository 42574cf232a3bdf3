"""Words of a drawing stand where they are read, and their size is known."""

from xml.etree import ElementTree

import pytest

from images_gen.diagram_renderer import render_diagram
from images_gen.svg_measure import box_of_texts, smallest_letters
from images_gen.svg_places import place_texts

SVG = '<svg xmlns="http://www.w3.org/2000/svg" id="d" width="100" height="100" viewBox="0 0 100 100">{}</svg>'


def placed(content: str) -> ElementTree.Element:
    root = ElementTree.fromstring(SVG.format(content))  # noqa: S314 - ours
    place_texts(root)
    return root


def texts(root: ElementTree.Element) -> list[ElementTree.Element]:
    return [element for element in root.iter() if element.tag.endswith("}text")]


@pytest.mark.parametrize(
    ("content", "size"),
    [
        ('<text y="50" font-size="12px">a</text>', 12.0),
        ('<style>#d .small{font-size:9px}</style><g class="small"><text y="50">a</text></g>', 9.0),
        ('<text y="50" font-size="20px">big<tspan font-size="7px">small</tspan></text>', 7.0),
        ('<g transform="scale(0.5)"><text y="50" font-size="12px">a</text></g>', 6.0),
        ('<text y="50" x="50" font-size="13px" transform="rotate(-90, 50, 50)">a</text>', 13.0),
        ('<text y="50" font-size="12px"><tspan x="0">a</tspan><tspan x="0" dy="15">b</tspan></text>', 12.0),
        ('<text y="50" font-size="12px">a</text><text y="50" font-size="2px"> </text>', 12.0),
    ],
    ids=["attribute", "style sheet", "a run", "scaled", "turned", "two lines", "no letters"],
)
def test_letters_are_as_small_as_the_smallest_that_is_seen(content: str, size: float) -> None:
    assert smallest_letters(SVG.format(content)) == pytest.approx(size, abs=0.1)


def test_a_drawing_without_words_has_no_letters() -> None:
    assert smallest_letters(SVG.format("<rect/>")) is None


def test_the_view_grows_to_hold_words_that_stand_outside_of_it() -> None:
    root = placed('<text x="-20" y="50" font-size="15px">Community</text><text x="80" y="50">Ease of use</text>')
    left, _, width, _ = map(float, root.attrib["viewBox"].split())
    found = box_of_texts(root)
    assert found is not None
    assert left <= found.left
    assert left + width >= found.right
    # And: a view that holds all stays as it was.
    assert placed('<text x="20" y="50" font-size="15px">ab</text>').get("viewBox") == "0 0 100 100"


def test_words_of_a_message_to_oneself_stand_beside_the_life_line() -> None:
    words = '<text class="messageText" x="40" y="20" text-anchor="middle">{}</text>'
    path = '<path class="messageLine0" data-from="a" data-to="{}" d="M 40,30 C 99,20 99,60 40,50"/>'
    to_oneself, to_another = texts(
        placed(words.format("own") + path.format("a") + words.format("x") + path.format("b"))
    )
    assert (to_oneself.get("x"), to_oneself.get("text-anchor")) == ("48", "start")
    assert (to_another.get("x"), to_another.get("text-anchor")) == ("40", "middle")


def test_a_shift_of_letters_from_right_to_left_is_part_of_their_place() -> None:
    # Else it moves the first letter alone.
    arabic, latin = texts(
        placed(
            '<text x="50" y="20" dy="1em" style="font-size: 16px">طلب</text>'
            '<text x="50" y="60" dy="1em" style="font-size: 16px">ask</text>'
        )
    )
    assert (arabic.get("y"), arabic.get("dy")) == ("36", None)
    assert (latin.get("y"), latin.get("dy")) == ("60", "1em")


def test_a_commit_without_a_name_gets_none_that_changes_from_drawing_to_drawing() -> None:
    source = 'gitGraph\n commit id: "first"\n commit\n commit id: "3-abc is mine"'
    once, again = render_diagram(source), render_diagram(source)
    assert once.png == again.png
    assert once.svg is not None
    assert "3-abc is mine" in once.svg
