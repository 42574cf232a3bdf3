"""The course's bucket for the command line: the functions' store, with listings, versions and whole objects."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import ClientError

from course_kit.errors import ArtefactConflict
from course_kit.store.artefact_keys import project_of
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.outages import BROKEN_CONNECTION, CONFLICT, MISSING, typed_outages

_READ_ATTEMPTS = 3
_DEFAULT_TYPE = "binary/octet-stream"


@dataclass(frozen=True)
class StoredVersion:
    """One version of an object, with the time of its write."""

    key: str
    version: str
    written_at: datetime


@dataclass(frozen=True)
class ListedObject:
    """One current object as a listing tells of it."""

    key: str
    etag: str
    size: int
    written_at: datetime


@dataclass(frozen=True)
class VersionOrMarker:
    """One version of an object, or a delete marker, which has no size."""

    key: str
    version: str
    size: int | None


@dataclass(frozen=True)
class DeletionRefused:
    """The first version that S3 did not delete, of so many, with its words."""

    count: int
    key: str
    code: str
    message: str


@dataclass(frozen=True)
class ObjectContent:
    """One object with its body, and with what S3 keeps beside it."""

    body: bytes
    content_type: str
    metadata: Mapping[str, str]

    @property
    def sha256(self) -> str:
        """The hash of the body."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class CourseStore(ArtefactStore):
    """One bucket, with entity tags for polls, overwritten versions, and objects as they are."""

    def etags(self, prefix: str) -> dict[str, str]:
        """Return every key under a prefix with its entity tag, which changes with the body."""
        return {listed.key: listed.etag for listed in self.listed(prefix)}

    def listed(self, prefix: str) -> Iterator[ListedObject]:
        """Yield every current object under a prefix, in the order of keys."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        for page in pages:
            for entry in page.get("Contents", []):
                yield ListedObject(entry["Key"], entry["ETag"], entry["Size"], entry["LastModified"])

    def projects(self) -> list[str]:
        """Return the names of the bucket's projects in their order, without a listing of what they hold.

        The inbox is none.
        """
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Delimiter="/")
        folders = [entry["Prefix"] for page in pages for entry in page.get("CommonPrefixes", [])]
        return [project for folder in folders if (project := project_of(folder))]

    def versions(self, prefix: str) -> Iterator[StoredVersion]:
        """Yield every version of every object under a prefix."""
        pages = self.client.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=prefix)
        for page in pages:
            for found in page.get("Versions", []):
                yield StoredVersion(found["Key"], found["VersionId"], found["LastModified"])

    def versions_and_markers(self, prefix: str) -> Iterator[VersionOrMarker]:
        """Yield all that S3 keeps under a prefix: every version, and every delete marker."""
        pages = self.client.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=prefix)
        for page in pages:
            for version in page.get("Versions", []):
                yield VersionOrMarker(version["Key"], version["VersionId"], version["Size"])
            for marker in page.get("DeleteMarkers", []):
                yield VersionOrMarker(marker["Key"], marker["VersionId"], None)

    def delete_versions(self, versions: Sequence[VersionOrMarker]) -> DeletionRefused | None:
        """Delete at most 1,000 versions and delete markers for good; return what S3 refused, or None."""
        answer = self.client.delete_objects(
            Bucket=self.bucket,
            Delete={"Objects": [{"Key": each.key, "VersionId": each.version} for each in versions], "Quiet": True},
        )
        refused = answer.get("Errors", [])
        if not refused:
            return None
        first = refused[0]
        return DeletionRefused(len(refused), first.get("Key", ""), first.get("Code", ""), first.get("Message", ""))

    def content(self, key: str) -> ObjectContent | None:
        """Return the current object under a key with its body; None when there is none."""
        with typed_outages(key):
            for _ in range(_READ_ATTEMPTS - 1):
                with suppress(*BROKEN_CONNECTION):
                    return self._content(key)
            return self._content(key)

    def _content(self, key: str) -> ObjectContent | None:
        try:
            answer = self.client.get_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in MISSING:
                return None
            raise
        return ObjectContent(answer["Body"].read(), answer.get("ContentType", _DEFAULT_TYPE), answer["Metadata"])

    def write_new(self, key: str, content: ObjectContent) -> None:
        """Write an object as it is where nothing lies, unless the very same lies there.

        Raises
        ------
        ArtefactConflict
            Something else lies there; it stays.
        """
        try:
            with typed_outages(key):
                self.client.put_object(
                    Bucket=self.bucket,
                    Key=key,
                    Body=content.body,
                    ContentType=content.content_type,
                    Metadata=dict(content.metadata),
                    ChecksumSHA256=base64.b64encode(hashlib.sha256(content.body).digest()).decode(),
                    IfNoneMatch="*",
                )
        except ClientError as error:
            if error.response["Error"]["Code"] not in CONFLICT:
                raise
            # S3 may carry a write out and fail to say so; botocore then tries again and meets its own write.
            if self.content(key) != content:
                raise ArtefactConflict(f"{key}: somebody else wrote it meanwhile; it was not overwritten") from error
