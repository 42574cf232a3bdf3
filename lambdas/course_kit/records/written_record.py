"""The record of one written text: the part that lessons, lab guides and study parts have in common."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from course_kit.data_models import ClosedModel
from course_kit.store.artefact import Artefact
from course_kit.usage import Usage


@dataclass(frozen=True, kw_only=True)
class TextFacts:
    """A saved text, and what this execution did for it."""

    stored: Artefact
    fingerprint: str
    """The fingerprint of what was asked for in this run."""
    is_reused: bool
    started_at: datetime
    ended_at: datetime
    usage: Usage
    counts: Mapping[str, int] | None = None
    """Its counts where its metadata cannot tell: the author's text, or an object that lost its metadata."""


class WrittenRecord(ClosedModel, ABC):
    """One text in a manifest; a reused one has the times and usage of this run (zero calls), not of its creation."""

    title: str
    s3_key: str
    fingerprint: str
    model_id: str = ""
    prompt_version: str = ""
    is_reused: bool
    started_at: datetime
    ended_at: datetime
    usage: Usage = Usage()

    @property
    @abstractmethod
    def identity(self) -> str:
        """Which of its module's texts it is."""

    @classmethod
    def of(cls, facts: TextFacts, **own: object) -> Self:
        """Return the record of a saved text.

        Parameters
        ----------
        own
            Fields that are not in the text's metadata, and those that differ from it.
        """
        metadata = facts.stored.metadata
        known = {name: metadata[key] for name in cls.model_fields if (key := metadata_key(name)) in metadata}
        return cls.model_validate(
            {
                **known,
                **(facts.counts or {}),
                "s3_key": facts.stored.key,
                "fingerprint": facts.fingerprint,
                "is_reused": facts.is_reused,
                "started_at": facts.started_at,
                "ended_at": facts.ended_at,
                "usage": facts.usage,
                **own,
            }
        )


def metadata_key(field: str) -> str:
    """Return the key of a record's field in the metadata of its text: ``word-count`` for ``word_count``."""
    return field.replace("_", "-")


def count_metadata(counts: Mapping[str, int]) -> dict[str, str]:
    """Return a text's counts, named as the fields of its record, as metadata."""
    return {metadata_key(field): str(count) for field, count in counts.items()}
