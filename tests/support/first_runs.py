"""First runs of tests' courses: a run that another test has made already is put into the bucket instead of made again.

Most stories begin with a finished course, and making it takes longer than the story.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import ClassVar

from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from coursewright.course_store import CourseStore, ObjectContent
from tests.support.made import Made

_WRITERS = ("course_planner", "content_gen", "study_writer", "visual_planner", "lab_planner", "lab_writer")
_SETTINGS = (
    "BOOK_PARTS",
    "TEXT_MODEL_ID",
    "OPENAI_TEXT_MODEL_ID",
    "IMAGE_MODEL_ID",
    "OPENAI_IMAGE_MODEL_ID",
    "EDITING",
)


@dataclass(frozen=True)
class FirstRun:
    """The first run of a course: what it made, and the objects of all its steps but the first."""

    made: Made
    objects: dict[str, ObjectContent]
    _known: ClassVar[dict[str, "FirstRun"]] = {}

    @classmethod
    def of(cls, store: ArtefactStore, keys: ProjectKeys, course: object, make: Callable[[], Made]) -> Made:
        """Return what the steps after the first one make of a course, by making it or by putting it into the bucket.

        Parameters
        ----------
        course
            All that decides what is made, beside prompts, settings and the renderer.
        """
        name = repr((keys.project_folder, course, *_shaping()))
        bucket = CourseStore(store.client, store.bucket)
        before = set(store.keys(keys.everything()))
        if name not in cls._known:
            made = make()
            new = (key for key in store.keys(keys.everything()) if key not in before)
            cls._known[name] = cls(made, {key: content for key in new if (content := bucket.content(key))})
            return made
        for key, content in cls._known[name].objects.items():
            bucket.write_new(key, content)
        return cls._known[name].made


def _shaping() -> list[object]:
    versions = [import_module(f"{package}.wanted").PROMPT_VERSION for package in _WRITERS]
    settings = [os.environ.get(name) for name in _SETTINGS]
    return [*versions, *settings, import_module("images_gen.visual_renderer").render_diagram]
