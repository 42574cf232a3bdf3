"""The kinds of files in a checkout, known by their paths."""

import re
from enum import StrEnum

from course_kit.pictures.picture_names import own_picture_of
from course_kit.store.ids import VisualId

OUTLINE = "outline.yaml"
BRIEF = "brief.yaml"
_FIGURE = re.compile(r"figures/(?P<visual>[0-9-]+)\.mmd")
_REPLACED = re.compile(r"figures/(?P<visual>[0-9-]+)\.(?P<suffix>png|svg)")


class Kind(StrEnum):
    """What a file is. The order is the one in which files are written into the bucket: what is named comes first."""

    PICTURE = "picture"
    """The author's own, named by a text."""
    REPLACED = "figure's picture"
    """The author's, in place of a figure's own."""
    FIGURE = "figure"
    """The source and the words of a figure."""
    STUDY = "study parts"
    LAB = "lab"
    LESSON = "lesson"
    BRIEF = "brief"
    """What all lessons share, and what each one does for the course."""
    OUTLINE = "outline"
    OTHER = "other"
    """A file that is no part of the course."""

    @property
    def is_picture(self) -> bool:
        """Whether it is a file that the author has made elsewhere, and may remove."""
        return self in (Kind.PICTURE, Kind.REPLACED)

    @property
    def is_text(self) -> bool:
        """Whether two versions of it can be compared line by line."""
        return not self.is_picture


def kind_of(path: str) -> Kind:
    """Return what the file at a path is."""
    if path == OUTLINE:
        return Kind.OUTLINE
    if path == BRIEF:
        return Kind.BRIEF
    folder, _, name = path.rpartition("/")
    for kind, where, ending in (
        (Kind.LESSON, "lessons", ".md"),
        (Kind.STUDY, "study", ".yaml"),
        (Kind.LAB, "labs", ".md"),
    ):
        if folder == where and name.endswith(ending):
            return kind
    if visual_in(path):
        return Kind.FIGURE if path.endswith(".mmd") else Kind.REPLACED
    return Kind.PICTURE if folder == "figures" and own_picture_of(name) else Kind.OTHER


def visual_in(path: str) -> str:
    """Return the id of the figure that a path of `Kind.FIGURE` or `Kind.REPLACED` names; empty for any other."""
    found = _FIGURE.fullmatch(path) or _REPLACED.fullmatch(path)
    visual = VisualId.at_start(found["visual"]) if found else None
    return found["visual"] if found and visual and str(visual[0]) == found["visual"] else ""
