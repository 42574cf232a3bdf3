"""Long descriptions of complex figures for blind readers: the plan's statements, or the drawing's labels."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from course_kit.labels import Labels
from course_kit.records.visuals import Figure

_TEXT = "{http://www.w3.org/2000/svg}text"
# The alternative text is enough for a diagram of up to five words or phrases.
_MOST_WORDS_WITHOUT = 5


@dataclass(frozen=True)
class FigureDescription:
    """A title, and one line for each part of the figure, in reading order."""

    title: str
    lines: tuple[str, ...]


def description_of(figure: Figure, drawing: Path, labels: Labels) -> FigureDescription | None:
    """Return a figure's long description; None when the alternative text is enough.

    Nothing is invented: without statements from the visual's plan, the labels of the drawing are listed.

    Parameters
    ----------
    drawing
        Path of the figure's SVG, which need not exist.
    """
    if figure.long_description:
        return FigureDescription(labels.figure_shows, figure.long_description)
    if figure.is_fallback or not drawing.is_file():
        return None
    words = tuple(dict.fromkeys(_words(drawing)))
    return FigureDescription(labels.figure_words, words) if len(words) > _MOST_WORDS_WITHOUT else None


def _words(drawing: Path) -> Iterator[str]:
    """Yield the labels of an SVG from our renderer, each as one line."""
    for text in ElementTree.parse(drawing).iter(_TEXT):  # noqa: S314 - our own renderer wrote it
        lines = [" ".join("".join(part.itertext()).split()) for part in text] or [(text.text or "").strip()]
        if label := " ".join(filter(None, lines)):
            yield label
