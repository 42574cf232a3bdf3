"""Reading of what an author may have edited: a file that cannot be read is told in the author's words."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from course_kit.errors import RequestInvalid
from course_kit.faults import faults_in_words
from course_kit.store.artefact_store import ArtefactStore

Model = TypeVar("Model", bound=BaseModel)


def read_edited(store: ArtefactStore, key: str, model: type[Model], version: str | None = None) -> Model | None:
    """Return an object's JSON as a model, its newest version or a named one, or None; raises as `parse_edited`."""
    body = store.read(key, version)
    return None if body is None else parse_edited(key, body, model)


def parse_edited(key: str, body: bytes, model: type[Model]) -> Model:
    """Return a body as a model; raises ``RequestInvalid`` with its key, its faults and what to do."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        faults = "; ".join(faults_in_words(error, whole="the file"))
        raise RequestInvalid(
            f"{key}: this file was edited and cannot be read: {faults}; correct it, or restore an earlier version"
        ) from None
