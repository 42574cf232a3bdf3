"""Diagrams as code: rendered for print, refused with the parser's own words."""

import pytest

from images_gen.diagram_engine import DrawingOrder
from images_gen.diagram_process import DiagramProcess
from images_gen.diagram_renderer import DiagramInvalid, png_size, render_diagram, render_framed_text
from images_gen.diagram_safety import svg_fault
from images_gen.diagram_source import cleaned_source
from offline_author.behaviour import Misbehaviour
from offline_author.wrong_text import WRONG_DIAGRAMS

KINDS = {
    "flowchart": 'flowchart LR\n a["¿Qué es?"] -->|"sí"| b{"Añadir"}',
    "sequence": 'sequenceDiagram\n participant c as "Cliente"\n c->>s: petición',
    "state": "stateDiagram-v2\n [*] --> Pending\n Pending --> Running",
    "mindmap": 'mindmap\n  root(("Clúster"))\n    "Nodos"',
    "timeline": "timeline\n title Historia\n 1969 : ARPANET",
    "class": "classDiagram\n class Pod { +String name }",
    "er": 'erDiagram\n e0["Niño"]\n e1["Tarea"]\n e0 ||--o{ e1 : "hace"',
    "quadrant": 'quadrantChart\n x-axis "poco" --> "mucho"\n "Opción": [0.2, 0.8]',
}


@pytest.mark.parametrize("source", KINDS.values(), ids=KINDS.keys())
def test_every_kind_of_diagram_becomes_svg_and_png(source: str) -> None:
    # When
    image = render_diagram(source)
    # Then
    assert image.svg is not None
    assert image.svg.startswith("<svg")
    assert png_size(image.png) == (image.width, image.height)
    assert image.width > 100


def test_a_timeline_stands_upright_since_lying_it_is_too_wide_to_be_read() -> None:
    periods = "\n".join(f" 19{n}0 : something happens" for n in range(5))
    image = render_diagram(f"timeline\n{periods}")
    assert image.png == render_diagram(f"timeline TD\n{periods}").png
    assert image.width < 1600


def test_labels_are_svg_text_with_accents_so_that_every_reader_shows_them() -> None:
    image = render_diagram(KINDS["flowchart"])
    assert image.svg is not None
    assert "¿Qué" in image.svg
    for kind in ("flowchart", "mindmap"):
        assert "foreignObject" not in (render_diagram(KINDS[kind]).svg or "")


def test_styling_and_fences_of_the_model_are_dropped() -> None:
    # Given: the same diagram with a code fence, a theme and front matter around it.
    plain = render_diagram(KINDS["state"])
    dressed = render_diagram(
        "```mermaid\n---\ntitle: x\n---\n%%{init: {'theme': 'dark'}}%%\n" + KINDS["state"] + "\n```"
    )
    # Then: it looks as all diagrams of the book.
    assert dressed.png == plain.png


def test_a_parse_error_carries_mermaids_own_message() -> None:
    with pytest.raises(DiagramInvalid, match="Parse error on line 2"):
        render_diagram("flowchart LR\n a[[[-->")


def test_a_framed_text_stands_in_for_what_cannot_be_drawn() -> None:
    image = render_framed_text("El núcleo <no> compila & ya. " * 20)
    assert image.svg is not None
    assert "&lt;no&gt; compila &amp; ya." in image.svg
    assert image.width == 1120


def test_a_layout_without_end_is_stopped_and_the_next_diagram_drawn() -> None:
    # Given: 6 × 6 arrows, whose layout takes many times what it has (and ends, so that a missing limit would show).
    nodes = [" & ".join(f"{side}{number}" for number in range(6)) for side in "ab"]
    # When / Then: refused in words that its author can act on.
    with pytest.raises(DiagramInvalid, match=r"takes longer than 1 s: use at most 10 nodes"):
        render_diagram(f"flowchart TD\n{' --> '.join(nodes)}", time_limit=1.0)
    # And: the one after it is drawn as if nothing had been.
    assert render_diagram(KINDS["state"]).width > 100


def test_a_renderer_that_dies_is_replaced() -> None:
    diagrams = DiagramProcess()
    order = DrawingOrder(source=KINDS["state"], config={}, scale=1.0)
    assert diagrams.draw(order)[0].svg
    assert diagrams._process is not None
    diagrams._process.kill()
    diagrams._process.wait()
    assert diagrams.draw(order)[0].svg


@pytest.mark.parametrize(
    "line",
    [
        'click a "javascript:alert(1)" "tip"',
        'click a href "https://example.com" _blank',
        "click a call alert()",
        'link Pod "https://example.com"',
        "link Alice: Dashboard @ https://example.com",
        'links Alice: {"Dashboard": "https://example.com"}',
    ],
)
def test_there_is_nothing_to_click_in_a_book(line: str) -> None:
    assert cleaned_source(f"flowchart LR\n  a --> b\n  {line}") == "flowchart LR\n  a --> b"


def test_a_hostile_source_brings_neither_links_nor_pictures_nor_code() -> None:
    # Given: a link on the line of an arrow, where it is no line of its own.
    with pytest.raises(DiagramInvalid, match="use no links"):
        render_diagram('flowchart LR\n a["one"] --> b["two"]; click b href "https://example.com" _blank')
    with pytest.raises(DiagramInvalid):
        render_diagram(WRONG_DIAGRAMS[Misbehaviour.HOSTILE_MERMAID])
    # And: HTML in a label is text.
    image = render_diagram('flowchart LR\n a["<img src=x onerror=alert(1)>"] --> b["<b>two</b>"]')
    assert image.svg is not None
    assert "<img" not in image.svg


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 {}">{}</svg>'


@pytest.mark.parametrize(
    ("size", "content", "named"),
    [
        ("10 10", "<script>1</script>", "`<script>`"),
        ("10 10", '<a xlink:href="#x"/>', "`<a>`"),
        ("10 10", '<image href="https://example.com/x.png"/>', "`<image>`"),
        ("10 10", '<g onclick="x()"/>', 'onclick="x()"'),
        ("10 10", '<use xlink:href="https://example.com/x#y"/>', "href="),
        ("10 10", "<style>@import 'https://example.com'</style>", "loads something"),
        ("10 10", '<g style="fill:url(https://example.com)"/>', "style="),
        ("4001 10", "", "4001 by 10 pixels, expected at most 4000"),
        ("10 10", "<g>", "no well-formed SVG"),
    ],
)
def test_what_a_rendered_diagram_must_not_hold_is_named(size: str, content: str, named: str) -> None:
    assert named in (svg_fault(SVG.format(size, content)) or "")


def test_a_source_too_long_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(DiagramInvalid, match=r"9,0\d\d characters, expected at most 8,000"):
        render_diagram("flowchart LR\n" + "a-->b\n" * 1500)
