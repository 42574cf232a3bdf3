"""Which kind of artefact a key is of, and of which part of the course: what keys of `ProjectKeys` say, read back."""

import re
from dataclasses import dataclass
from enum import StrEnum

from course_kit.pictures.picture_names import own_picture_of
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.ids import LabId, LessonId, StudyId, VisualId


class ArtefactKind(StrEnum):
    """What a person may edit, compare and bring back. Books, manifests and records of runs are derived."""

    OUTLINE = "outline"
    LESSON = "lesson"
    STUDY = "study parts"
    FIGURE = "figure"
    VISUAL_PLAN = "plan of a figure"
    LAB = "lab"
    LAB_PLAN = "plan of labs"
    BRIEF = "brief"
    EDITS = "edits"
    PICTURE = "own picture"


PartId = LessonId | StudyId | VisualId | LabId | int | str
"""The part of the course that an artefact is of: a number is a module's, a text the name of a file."""


@dataclass(frozen=True)
class ArtefactPlace:
    """The kind of an artefact, and its part of the course by slots."""

    kind: ArtefactKind
    part: PartId


_FORMS: tuple[tuple[str, ArtefactKind, type[LessonId | StudyId | VisualId | LabId | int]], ...] = (
    (r"lessons/module-(\d+)-lesson-(\d+)-[^/]*\.md", ArtefactKind.LESSON, LessonId),
    (r"study/(\d+)-(\d+)\.json", ArtefactKind.STUDY, StudyId),
    (r"images/(\d+)-(\d+)-(\d+)\.(?:png|svg)", ArtefactKind.FIGURE, VisualId),
    (r"prompts/(\d+)-(\d+)-(\d+)-[^/]*\.json", ArtefactKind.VISUAL_PLAN, VisualId),
    (r"labguide/lab-(\d+)-(\d+)-(\d+)-[^/]*\.md", ArtefactKind.LAB, LabId),
    (r"labguide/module-(\d+)-plan\.json", ArtefactKind.LAB_PLAN, int),
    (r"edits/(\d+)-(\d+)\.json", ArtefactKind.EDITS, LessonId),
)


def place_of(keys: ProjectKeys, key: str) -> ArtefactPlace | None:
    """Return what a key of a project is of; None for a key of another project, and for what is derived."""
    path = keys.path_of(key)
    if path is None:
        return None
    if key == keys.outline():
        return ArtefactPlace(ArtefactKind.OUTLINE, "")
    if key == keys.brief():
        return ArtefactPlace(ArtefactKind.BRIEF, "")
    if key.startswith(keys.own_pictures()):
        file = key.removeprefix(keys.own_pictures())
        return ArtefactPlace(ArtefactKind.PICTURE, file) if own_picture_of(file) == file else None
    for form, kind, part in _FORMS:
        if match := re.fullmatch(form, path):
            return ArtefactPlace(kind, part(*map(int, match.groups())))
    return None
