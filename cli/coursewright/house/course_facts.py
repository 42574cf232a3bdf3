"""The course of a project, in a few words: by the project's own record, else by its newest outline."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import Field, ValidationError

from course_kit.data_models import OpenModel
from course_kit.errors import OutlineInvalid
from course_kit.outline import MAX_OUTLINE_BYTES, read_outline
from course_kit.store.artefact_keys import ProjectKeys
from coursewright.course_store import CourseStore


class CourseFacts(OpenModel):
    """What a course is called, its language, and its editions in other languages."""

    title: str = ""
    language: str = ""
    editions: dict[str, str] = Field(default_factory=dict)


def course_facts(
    store: CourseStore, project: str, written: Mapping[str, datetime], outlines: Sequence[str]
) -> CourseFacts:
    """Return what a project tells of its course.

    Parameters
    ----------
    written
        The keys of the project, each with the time of its write.
    outlines
        Keys of outlines beside the project's usual one, as of its last run.
    """
    keys = ProjectKeys(project)
    recorded = _recorded(store, keys.course()) if keys.course() in written else None
    if recorded is not None and recorded.title:
        return recorded
    candidates = [key for key in {keys.outline(), *outlines} if key in written]
    newest = max(candidates, key=lambda key: written[key], default=None)
    source = None if newest is None else store.read(newest)
    if source is None or len(source) > MAX_OUTLINE_BYTES:
        return CourseFacts()
    try:
        course = read_outline(source).course
    except OutlineInvalid:
        return CourseFacts()
    return CourseFacts(title=course.title, language=course.language)


def _recorded(store: CourseStore, key: str) -> CourseFacts | None:
    try:
        return store.read_model(key, CourseFacts)
    except ValidationError:
        return None
