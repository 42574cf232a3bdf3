"""The drawing process: mermaid.js and the rasteriser, which take one order after another through a pipe.

`images_gen.diagram_process` starts it with ``python -m images_gen.diagram_engine FD``; it ends with its parent process.
"""

import sys
from multiprocessing.connection import Connection

from course_kit.data_models import OpenModel
from images_gen.diagram_safety import svg_fault

READY = b"ready"
"""The first message, once orders can be drawn."""


class DrawingOrder(OpenModel):
    """A diagram to draw, with its settings."""

    source: str
    config: dict[str, object]
    scale: float


class Drawing(OpenModel):
    """A drawn diagram, or why there is none; its PNG is the next message."""

    svg: str = ""
    letters: float = 0.0
    """The size of the smallest letters, in pixels of the drawing."""
    refusal: str = ""


def draw(order: DrawingOrder) -> tuple[Drawing, bytes]:
    """Draw a diagram; a refusal holds the message of mermaid.js or of `svg_fault`."""
    import mermaidx

    from images_gen.svg_drawing import as_png, finished
    from images_gen.svg_measure import smallest_letters

    try:
        drawn: str = mermaidx.render(order.source, theme="base", config=order.config).svg()
        # The first check: an SVG that is not well-formed is refused with a message.
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
    # The time to load mermaid.js does not count as a diagram's time.
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
