"""What the pipeline wrote under a key, as a manifest remembers it: by this, a change by hand is seen.

An object's own metadata says the same. But an upload from another program may drop the metadata, or keep those of an
earlier content.
"""

from enum import StrEnum

from pydantic import Field

from course_kit.data_models import ClosedModel
from course_kit.store.artefact import Artefact
from course_kit.store.provenance import is_marked_as_authors


class Maker(StrEnum):
    """Who made what is stored now."""

    MODEL = "model"
    AUTHOR = "author"


class Written(ClosedModel):
    """What the pipeline last wrote under a key, from which sources, and whose the object is now."""

    sha256: str = ""
    """The hash of what the pipeline wrote; empty when it never wrote it."""
    fingerprint: str = ""
    """The fingerprint of what was asked for; empty when nobody knows."""
    shape: str = ""
    """The fingerprint of what shaped it otherwise."""
    asked: dict[str, str] = Field(default_factory=dict)
    """What was asked for, by name; `plan` tells by it what has changed."""
    shaped: dict[str, str] = Field(default_factory=dict)
    minutes: int | None = None
    maker: Maker = Maker.MODEL
    is_stale: bool = False
    """Whether a run found it shaped by other sources than its own."""

    @classmethod
    def of_author(cls, before: "Written | None") -> "Written":
        """Return what to remember about the author's object, given what the pipeline wrote before."""
        return (before or cls()).model_copy(update={"maker": Maker.AUTHOR, "is_stale": False})


def is_authors(stored: Artefact, known: Written | None) -> bool:
    """Whether an object's content is the author's: nothing that the pipeline wrote, or said to be the author's.

    An object of an earlier version of the pipeline, whose hash nobody kept, counts as the pipeline's.
    """
    if is_marked_as_authors(stored):
        return True
    if stored.written_sha256:
        is_ours = stored.sha256 == stored.written_sha256
    else:
        is_ours = bool(stored.fingerprint) and not (known and known.sha256)
    return not is_ours and not (known is not None and bool(known.sha256) and known.sha256 == stored.sha256)
