"""What a complex figure shows, in words for who cannot see it: its plan's statements, or the drawing's own words."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from course_kit.labels import Labels
from course_kit.records.visuals import Figure

_TEXT = "{http://www.w3.org/2000/svg}text"
# A diagram of up to five words or phrases is told by its alternative text.
_MOST_WORDS_WITHOUT = 5


@dataclass(frozen=True)
class FigureDescription:
    """A title and one line for each thing that the figure shows, in reading order."""

    title: str
    lines: tuple[str, ...]


def description_of(figure: Figure, drawing: Path, labels: Labels) -> FigureDescription | None:
    """Return a figure's long description; None where its alternative text says enough.

    Nothing is made up here: without statements of the one who planned it, the words in the drawing are listed.

    Parameters
    ----------
    drawing
        Its SVG; need not exist.
    """
    if figure.long_description:
        return FigureDescription(labels.figure_shows, figure.long_description)
    if figure.is_fallback or not drawing.is_file():
        return None
    words = tuple(dict.fromkeys(_words(drawing)))
    return FigureDescription(labels.figure_words, words) if len(words) > _MOST_WORDS_WITHOUT else None


def _words(drawing: Path) -> Iterator[str]:
    """Yield the labels of a drawing of ours, each as one line."""
    for text in ElementTree.parse(drawing).iter(_TEXT):  # noqa: S314 - our own renderer wrote it
        lines = [" ".join("".join(part.itertext()).split()) for part in text] or [(text.text or "").strip()]
        if label := " ".join(filter(None, lines)):
            yield label
