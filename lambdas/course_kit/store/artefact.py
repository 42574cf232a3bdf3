"""One stored object as S3 describes it, and the fingerprint of what it was made from."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel

FINGERPRINT = "fingerprint"
"""In an artefact's metadata: the fingerprint of what was asked for."""
SHAPE = "shape"
"""In an artefact's metadata: the fingerprint of what shaped it, beside what was asked for."""
MINUTES = "minutes"
"""In an artefact's metadata: the minutes that it was written for."""
SHA256 = "sha256"
"""In an artefact's metadata: the hash of the body as the pipeline wrote it."""


def fingerprint_of(*parts: object) -> str:
    """Return the SHA-256 of what an artefact was made from: same parts, same text; any JSON-like value or model."""
    canonical = [part.model_dump(mode="json") if isinstance(part, BaseModel) else part for part in parts]
    return hashlib.sha256(json.dumps(canonical, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Artefact:
    """One stored object, without its body."""

    key: str
    etag: str
    fingerprint: str
    metadata: Mapping[str, str]
    version: str | None = None
    """S3's id of this version; None in a bucket without versions."""
    sha256: str = ""
    """The hash of the body as it is stored now, in hexadecimal."""

    @property
    def shape(self) -> str:
        """The fingerprint of what shaped it, such as prompt and model; empty for an artefact of an earlier version."""
        return self.metadata.get(SHAPE, "")

    @property
    def minutes(self) -> int | None:
        """The minutes that it was written for; None when its metadata does not say."""
        found = self.metadata.get(MINUTES, "")
        return int(found) if found.isdecimal() else None

    @property
    def written_sha256(self) -> str:
        """The hash of the body as the pipeline wrote it; empty when its metadata does not say."""
        return self.metadata.get(SHA256, "")


def minutes_metadata(minutes: int | None) -> dict[str, str]:
    """Return the metadata of an artefact that is written for this many minutes, if they are a measure of it."""
    return {} if minutes is None else {MINUTES: str(minutes)}


def metadata_of_write(metadata: Mapping[str, str], *, fingerprint: str, shape: str, sha256: str) -> dict[str, str]:
    """Return the metadata of an object that is written now, with its fingerprints and the hash of its body."""
    return {**metadata, FINGERPRINT: fingerprint, **({SHAPE: shape} if shape else {}), SHA256: sha256}
