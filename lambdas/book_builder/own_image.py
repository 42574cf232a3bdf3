"""The author's own pictures in pandoc's document: as a figure, in a line, or as a line in place of one."""

from book_builder.book_model import BookPicture
from book_builder.pandoc_nodes import Node, attributes, words
from course_kit.labels import Labels
from course_kit.pictures.picture_names import FIGURES_FOLDER
from course_kit.printed_size import printed_width_cm

# In a line, a picture is about as high as the line.
_HEIGHT_IN_LINE_CM, _MAX_WIDTH_IN_LINE_CM = 0.5, 4.0


def own_image(file: str, picture: BookPicture, said: str, *, is_in_line: bool = False) -> Node:
    """Return a picture with its size on paper.

    Parameters
    ----------
    said
        What a reader is told who does not see it.
    is_in_line
        Whether it stands within a sentence or a cell.
    """
    if is_in_line:
        width = min(_HEIGHT_IN_LINE_CM * picture.width / picture.height, _MAX_WIDTH_IN_LINE_CM)
    else:
        width = printed_width_cm(picture.width, picture.height)
    classes = ["own", *(["in-line"] if is_in_line else [])]
    own = attributes("", classes, alt=said, width=f"{width:.2f}cm")
    return {"t": "Image", "c": [own, list(words(said)), [f"{FIGURES_FOLDER}/{file}", ""]]}


def picture_gap(file: str, picture: BookPicture, labels: Labels) -> str:
    """Return the line in place of a picture that cannot be shown; empty for one that can."""
    if picture.kind:
        return ""
    text = labels.author.picture_missing if picture.is_missing else labels.author.picture_refused
    return text.format(file=file)
