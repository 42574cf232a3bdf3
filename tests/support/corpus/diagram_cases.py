"""Near misses of the diagrams' renderer, drawn."""

import re
from functools import cache
from html import unescape

from images_gen.diagram_renderer import DiagramInvalid, render_diagram
from tests.support.corpus.near_miss_case import Case


class DiagramCase(Case):
    """A diagram's source, or a row of so many boxes, and what its drawing shows and hides."""

    text: str = ""
    wide: int = 0
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()

    def faults(self) -> list[str]:
        """Return why the diagram is refused, or which words are missing or too many in its drawing."""
        boxes = "\n".join(f'  n{n}["Step number {n}"] --> n{n + 1}["Step number {n + 1}"]' for n in range(self.wide))
        drawn = _words_drawn(self.text or f"flowchart LR\n{boxes}")
        if isinstance(drawn, DiagramInvalid):
            return [str(drawn)]
        missing = [f"{words!r} is not in the drawing" for words in self.shows if _letters(words) not in drawn]
        return missing + [f"{words!r} is in the drawing" for words in self.hides if _letters(words) in drawn]


@cache
def _words_drawn(source: str) -> str | DiagramInvalid:
    try:
        image = render_diagram(source)
    except DiagramInvalid as error:
        return error
    texts = re.findall(r"<text\b.*?</text>", image.svg or "", re.DOTALL)
    return _letters(" ".join(unescape(re.sub(r"<[^>]+>", "", text)) for text in texts))


def _letters(text: str) -> str:
    return re.sub(r"\s", "", text)
