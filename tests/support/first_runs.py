"""First runs of tests' courses: a run that another test has made already is put into the bucket instead of made again.

Most stories begin with a finished course, and making it takes longer than the story.
"""

import base64
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import ClassVar

from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from tests.support.made import Made

_WRITERS = ("content_gen", "study_writer", "visual_planner", "lab_planner", "lab_writer")
_SETTINGS = ("BOOK_PARTS", "TEXT_MODEL_ID", "OPENAI_TEXT_MODEL_ID", "IMAGE_MODEL_ID", "OPENAI_IMAGE_MODEL_ID")


@dataclass(frozen=True)
class StoredObject:
    """One object as its function has written it."""

    key: str
    body: bytes
    content_type: str
    metadata: dict[str, str]


@dataclass(frozen=True)
class FirstRun:
    """The first run of a course: what it made, and the objects of all its steps but the first."""

    made: Made
    objects: tuple[StoredObject, ...]
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
        before = set(store.keys(keys.everything()))
        if name not in cls._known:
            made = make()
            new = (key for key in store.keys(keys.everything()) if key not in before)
            cls._known[name] = cls(made, tuple(_read(store, key) for key in new))
            return made
        for stored in cls._known[name].objects:
            digest = hashlib.sha256(stored.body).digest()
            store.client.put_object(
                Bucket=store.bucket,
                Key=stored.key,
                Body=stored.body,
                ContentType=stored.content_type,
                Metadata=stored.metadata,
                ChecksumSHA256=base64.b64encode(digest).decode(),
            )
        return cls._known[name].made


def _shaping() -> list[object]:
    versions = [import_module(f"{package}.wanted").PROMPT_VERSION for package in _WRITERS]
    settings = [os.environ.get(name) for name in _SETTINGS]
    return [*versions, *settings, import_module("images_gen.visual_renderer").render_diagram]


def _read(store: ArtefactStore, key: str) -> StoredObject:
    found = store.client.get_object(Bucket=store.bucket, Key=key)
    return StoredObject(key, found["Body"].read(), found["ContentType"], found["Metadata"])
