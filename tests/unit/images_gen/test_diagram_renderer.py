"""Diagrams as code: rendered for print, refused with the parser's own words."""

import pytest

from images_gen.diagram_renderer import DiagramInvalid, png_size, render_diagram, render_framed_text

KINDS = {
    "flowchart": 'flowchart LR\n a["¿Qué es?"] -->|"sí"| b{"Añadir"}',
    "sequence": 'sequenceDiagram\n participant c as "Cliente"\n c->>s: petición',
    "state": "stateDiagram-v2\n [*] --> Pending\n Pending --> Running",
    "mindmap": 'mindmap\n  root(("Clúster"))\n    "Nodos"',
    "timeline": "timeline\n title Historia\n 1969 : ARPANET",
    "class": "classDiagram\n class Pod { +String name }",
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


def test_labels_are_svg_text_with_accents_so_that_every_reader_shows_them() -> None:
    image = render_diagram(KINDS["flowchart"])
    assert image.svg is not None
    assert "foreignObject" not in image.svg
    assert "¿Qué" in image.svg


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
