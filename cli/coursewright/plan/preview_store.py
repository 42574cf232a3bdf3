"""The bucket as a run's first step would leave it: what `plan` writes stays in memory."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from course_kit.store.artefact import Artefact, metadata_of_write
from course_kit.store.artefact_store import ArtefactStore


@dataclass(frozen=True)
class PreviewStore(ArtefactStore):
    """Reads from the bucket; writes and deletions are seen by later reads of this store, and by nobody else."""

    _changed: dict[str, tuple[Artefact, bytes] | None] = field(default_factory=dict)
    """What was written under a key here; None for a removed one."""

    def find(self, key: str, version: str | None = None) -> Artefact | None:
        """Return what would be stored under a key."""
        if version is None and key in self._changed:
            changed = self._changed[key]
            return changed and changed[0]
        return super().find(key, version)

    def read(self, key: str, version: str | None = None) -> bytes | None:
        """Return the bytes that would be stored under a key."""
        if version is None and key in self._changed:
            changed = self._changed[key]
            return changed and changed[1]
        return super().read(key, version)

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield every key that there would be under a prefix."""
        yield from (key for key in super().keys(prefix) if key not in self._changed)
        yield from (key for key, changed in self._changed.items() if changed and key.startswith(prefix))

    def write(
        self,
        key: str,
        body: str | bytes,
        *,
        content_type: str,  # noqa: ARG002 - as the store's
        replacing: Artefact | None,  # noqa: ARG002
        fingerprint: str = "",
        shape: str = "",
        metadata: Mapping[str, str] | None = None,
        is_made: bool = True,  # noqa: ARG002
    ) -> Artefact:
        """Keep an object in memory, and return it."""
        content = body.encode() if isinstance(body, str) else body
        digest = hashlib.sha256(content).hexdigest()
        written = Artefact(
            key=key,
            etag="",
            fingerprint=fingerprint,
            metadata=metadata_of_write(metadata or {}, fingerprint=fingerprint, shape=shape, sha256=digest),
            sha256=digest,
        )
        self._changed[key] = written, content
        return written

    def delete(self, key: str) -> None:
        """Remove an object, as far as this store sees."""
        self._changed[key] = None
