"""The course's bucket for the command line: the functions' store, with listings that show changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from course_kit.store.artefact_store import ArtefactStore


@dataclass(frozen=True)
class StoredVersion:
    """One version of an object, with the time of its write."""

    key: str
    version: str
    written_at: datetime


@dataclass(frozen=True)
class CourseStore(ArtefactStore):
    """One bucket, with entity tags for polls and with overwritten versions of objects."""

    def etags(self, prefix: str) -> dict[str, str]:
        """Return every key under a prefix with its entity tag, which changes with the body."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return {entry["Key"]: entry["ETag"] for page in pages for entry in page.get("Contents", [])}

    def versions(self, prefix: str) -> Iterator[StoredVersion]:
        """Yield every version of every object under a prefix."""
        pages = self.client.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=prefix)
        for page in pages:
            for found in page.get("Versions", []):
                yield StoredVersion(found["Key"], found["VersionId"], found["LastModified"])
