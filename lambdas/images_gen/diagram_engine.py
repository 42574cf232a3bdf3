"""The process that draws: mermaid.js and the rasteriser, one diagram after another, asked through a pipe.

``python -m images_gen.diagram_engine FD``, started by `images_gen.diagram_process`; it ends when that one does.
"""

import sys
from multiprocessing.connection import Connection

from pydantic import BaseModel, ConfigDict

from images_gen.diagram_safety import svg_fault

READY = b"ready"
"""The first message, once orders can be drawn."""


class DrawingOrder(BaseModel):
    """What is to be drawn, and how."""

    model_config = ConfigDict(frozen=True)

    source: str
    config: dict[str, object]
    scale: float


class Drawing(BaseModel):
    """A drawn diagram, or why there is none; its PNG follows as a message of its own."""

    model_config = ConfigDict(frozen=True)

    svg: str = ""
    letters: float = 0.0
    """The size of its smallest letters, in its own pixels."""
    refusal: str = ""


def draw(order: DrawingOrder) -> tuple[Drawing, bytes]:
    """Draw a diagram; a refusal is mermaid.js's own message, or that of `svg_fault`."""
    import mermaidx

    from images_gen.svg_drawing import as_png, finished
    from images_gen.svg_measure import smallest_letters

    try:
        drawn: str = mermaidx.render(order.source, theme="base", config=order.config).svg()
        # Before anything else reads it: a drawing that is not even well-formed is refused in words.
        fault = svg_fault(drawn)
        if fault:
            return Drawing(refusal=fault), b""
        svg = finished(drawn)
        letters = smallest_letters(svg)
        if letters is None:
            return Drawing(refusal="the diagram shows no words: name what it is to show"), b""
        return Drawing(svg=svg, letters=letters), as_png(svg, order.scale)
    except (RuntimeError, ValueError) as error:
        return Drawing(refusal=" ".join(str(error).split())[:1000]), b""


def _serve(connection: Connection) -> None:
    # Loading mermaid.js is no part of the time that a diagram has.
    draw(DrawingOrder(source="flowchart LR\n a", config={}, scale=1.0))
    connection.send_bytes(READY)
    while True:
        try:
            order = DrawingOrder.model_validate_json(connection.recv_bytes())
        except EOFError:
            return
        drawing, png = draw(order)
        connection.send_bytes(drawing.model_dump_json().encode())
        connection.send_bytes(png)


if __name__ == "__main__":
    _serve(Connection(int(sys.argv[1])))
