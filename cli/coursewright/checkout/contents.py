"""The content of files: what an object is in a checkout, and what a file is in the bucket."""

from course_kit.brief.course_brief import CourseBrief
from course_kit.mending.author_text import decoded
from course_kit.outline.study import LessonStudy
from course_kit.records.visuals import PlannedVisual
from course_kit.store.edited import parse_edited
from coursewright.checkout.brief_file import brief_in_yaml, brief_of_yaml
from coursewright.checkout.figure_file import figure_in_mermaid, figure_of_mermaid
from coursewright.checkout.kinds import Kind
from coursewright.checkout.study_file import study_in_yaml, study_of_yaml

_TYPES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "svg": "image/svg+xml"}
_TYPES_OF_KINDS = {
    Kind.OUTLINE: "application/yaml",
    Kind.LESSON: "text/markdown; charset=utf-8",
    Kind.LAB: "text/markdown; charset=utf-8",
    Kind.STUDY: "application/json",
    Kind.FIGURE: "application/json",
    Kind.BRIEF: "application/json",
}


def file_of(kind: Kind, key: str, body: bytes) -> bytes:
    """Return an object as a file; raises ``RequestInvalid`` for JSON that an edit in the bucket has broken."""
    if kind is Kind.STUDY:
        return study_in_yaml(parse_edited(key, body, LessonStudy)).encode()
    if kind is Kind.FIGURE:
        return figure_in_mermaid(parse_edited(key, body, PlannedVisual)).encode()
    if kind is Kind.BRIEF:
        return brief_in_yaml(parse_edited(key, body, CourseBrief)).encode()
    return body


def object_of(kind: Kind, key: str, file: bytes, before: bytes) -> bytes:
    """Return a file as an object.

    Parameters
    ----------
    before
        The object as it is now: it has what a file leaves out.

    Raises
    ------
    FieldsUnreadable
        The file has a fault with which no book can show it.
    RequestInvalid
        The object is JSON that an edit in the bucket has broken.
    """
    if kind is Kind.STUDY:
        study = study_of_yaml(decoded(file), parse_edited(key, before, LessonStudy))
        return study.model_dump_json(indent=1).encode()
    if kind is Kind.FIGURE:
        visual = figure_of_mermaid(decoded(file), parse_edited(key, before, PlannedVisual))
        return visual.model_dump_json(indent=1).encode()
    if kind is Kind.BRIEF:
        return brief_of_yaml(decoded(file)).model_dump_json(indent=1).encode()
    return file


def content_type_of(kind: Kind, path: str) -> str:
    """Return the content type of a file's object."""
    return _TYPES_OF_KINDS.get(kind) or _TYPES[path.rpartition(".")[2].lower()]
