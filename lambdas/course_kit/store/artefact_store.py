"""Artefacts in the course's bucket, written so that nothing of another execution is overwritten unseen."""

import base64
import hashlib
import random
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Self, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from pydantic import BaseModel

from course_kit.errors import ArtefactConflict
from course_kit.step_metrics import StepMetric, count
from course_kit.store.artefact import FINGERPRINT, SHA256, SHAPE, Artefact, metadata_of_write
from course_kit.store.outages import BROKEN_CONNECTION, CONFLICT, MISSING, RACED, typed_outages

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import (
        GetObjectRequestTypeDef,
        HeadObjectOutputTypeDef,
        HeadObjectRequestTypeDef,
        PutObjectOutputTypeDef,
        PutObjectRequestTypeDef,
    )

Model = TypeVar("Model", bound=BaseModel)

_RACE_PAUSES_SECONDS = (0.1, 0.4, 1.6)
_UPDATE_PAUSE_SECONDS = 0.1
# A body is read after botocore has done with its own retries, so one that breaks off is asked for again here.
_READ_ATTEMPTS = 3
_MAX_CONNECTIONS = 50
# Names one call of `write`, so that its own write is known when it is met again.
_WRITE = "write"


def own_metadata(artefact: Artefact) -> dict[str, str]:
    """Return an artefact's metadata without those that every write sets itself."""
    of_each_write = (FINGERPRINT, SHA256, SHAPE, _WRITE)
    return {name: text for name, text in artefact.metadata.items() if name not in of_each_write}


@lru_cache
def s3_client() -> "S3Client":
    """Return the one client of this process: a new one, with its TLS connection, costs each event 20 ms and more.

    ``standard`` retries, since S3's 503 means "slow down"; as many connections as lessons are written at once.
    """
    return boto3.client(
        "s3",
        config=Config(retries={"mode": "standard", "total_max_attempts": 6}, max_pool_connections=_MAX_CONNECTIONS),
    )


@dataclass(frozen=True)
class ArtefactStore:
    """One bucket.

    Every method raises ``StorageUnavailable`` when S3 fails and goes on failing, and botocore's ``ClientError`` for
    errors of the set-up (access denied, no bucket).
    """

    client: "S3Client"
    bucket: str

    @classmethod
    def connect(cls, bucket: str) -> Self:
        """Return a store on the client that all stores of this process share."""
        return cls(client=s3_client(), bucket=bucket)

    def find(self, key: str, version: str | None = None) -> Artefact | None:
        """Return what is stored under a key, its newest version or a named one; None when there is none.

        The hash of the body is S3's own checksum. An object that others wrote may have none: it is read and hashed.
        """
        request: HeadObjectRequestTypeDef = {"Bucket": self.bucket, "Key": key, "ChecksumMode": "ENABLED"}
        if version is not None:
            request["VersionId"] = version
        try:
            with typed_outages(key):
                head = self.client.head_object(**request)
        except ClientError as error:
            if error.response["Error"]["Code"] in MISSING:
                return None
            raise
        metadata = head["Metadata"]
        return Artefact(
            key=key,
            etag=head["ETag"],
            fingerprint=metadata.get(FINGERPRINT, ""),
            metadata=metadata,
            version=head.get("VersionId"),
            sha256=self._hash_of(key, version, head),
        )

    def _hash_of(self, key: str, version: str | None, head: "HeadObjectOutputTypeDef") -> str:
        if checksum := head.get("ChecksumSHA256"):
            return base64.b64decode(checksum).hex()
        # Without the id of the newest version, whose reading is another right.
        body = self.read(key, version)
        return "" if body is None else hashlib.sha256(body).hexdigest()

    def read(self, key: str, version: str | None = None) -> bytes | None:
        """Return an object's bytes, of its newest version or a named one; None when there is none."""
        request: GetObjectRequestTypeDef = {"Bucket": self.bucket, "Key": key}
        if version is not None:
            request["VersionId"] = version
        try:
            return self._body(request)
        except ClientError as error:
            if error.response["Error"]["Code"] in MISSING:
                return None
            raise

    def _body(self, request: "GetObjectRequestTypeDef") -> bytes:
        with typed_outages(request["Key"]):
            for _ in range(_READ_ATTEMPTS - 1):
                body = self.client.get_object(**request)["Body"]
                with suppress(*BROKEN_CONNECTION):
                    return body.read()
            return self.client.get_object(**request)["Body"].read()

    def read_model(self, key: str, model: type[Model]) -> Model | None:
        """Return an object's JSON as a model, or None when there is none."""
        body = self.read(key)
        return None if body is None else model.model_validate_json(body)

    def write(
        self,
        key: str,
        body: str | bytes,
        *,
        content_type: str,
        replacing: Artefact | None,
        fingerprint: str = "",
        shape: str = "",
        metadata: Mapping[str, str] | None = None,
        is_made: bool = True,
    ) -> Artefact:
        """Write an object on the condition that it still is what the caller saw.

        Parameters
        ----------
        key, body, content_type
            The object; text is stored as UTF-8.
        replacing
            What `find` gave before: None writes only if there is still nothing, else only over exactly that object.
        fingerprint, shape, metadata
            Kept in the object's S3 metadata (ASCII), with the hash of the body.
        is_made
            Whether one with a fingerprint counts as made; one that is brought back does not.

        Returns
        -------
        Artefact
            What is stored now; the next write of the same key replaces it. When another execution wrote the key in
            between, from the same (its fingerprint is ours), that is adopted: either is as good as the other. An edit
            that kept the metadata is not.

        Raises
        ------
        ArtefactConflict
            Another execution wrote something else in between, or removed what was to be replaced.
        """
        content = body.encode() if isinstance(body, str) else body
        digest = hashlib.sha256(content)
        sources = metadata_of_write(metadata or {}, fingerprint=fingerprint, shape=shape, sha256=digest.hexdigest())
        stored = {**sources, _WRITE: secrets.token_hex(8)}
        request: PutObjectRequestTypeDef = {
            "Bucket": self.bucket,
            "Key": key,
            "Body": content,
            "ContentType": content_type,
            "ChecksumSHA256": base64.b64encode(digest.digest()).decode(),
            "Metadata": stored,
        }
        if replacing is None:
            request["IfNoneMatch"] = "*"
        else:
            request["IfMatch"] = replacing.etag
        try:
            put = self._put(request)
        except ClientError as error:
            if error.response["Error"]["Code"] in CONFLICT:
                other = self.find(key)
                # S3 may carry a write out and fail to say so; botocore then tries again and meets its own write.
                is_own = other is not None and other.metadata.get(_WRITE) == stored[_WRITE]
                is_same = other is not None and bool(fingerprint) and other.fingerprint == fingerprint
                if other is not None and (is_own or is_same) and other.sha256 == other.written_sha256:
                    return other
                raise ArtefactConflict(
                    f"{key}: another execution {'wrote' if other else 'removed'} it meanwhile; "
                    "run again when that one has ended"
                ) from error
            raise
        if fingerprint and is_made:
            count(StepMetric.ARTEFACTS_MADE)
        return Artefact(
            key=key,
            etag=put["ETag"],
            fingerprint=fingerprint,
            metadata=stored,
            version=put.get("VersionId"),
            sha256=digest.hexdigest(),
        )

    def _put(self, request: "PutObjectRequestTypeDef") -> "PutObjectOutputTypeDef":
        with typed_outages(request["Key"]):
            for pause in _RACE_PAUSES_SECONDS:
                try:
                    return self.client.put_object(**request)
                except ClientError as error:
                    if error.response["Error"]["Code"] not in RACED:
                        raise
                time.sleep(random.uniform(0, pause))  # noqa: S311 - spreads writers, hides nothing
            return self.client.put_object(**request)

    def write_model(
        self,
        key: str,
        model: BaseModel,
        *,
        replacing: Artefact | None,
        fingerprint: str = "",
        shape: str = "",
        metadata: Mapping[str, str] | None = None,
    ) -> Artefact:
        """Write a model as JSON; conditions, result and errors as for `write`."""
        return self.write(
            key,
            model.model_dump_json(indent=1),
            content_type="application/json",
            replacing=replacing,
            fingerprint=fingerprint,
            shape=shape,
            metadata=metadata,
        )

    def update(self, key: str, model: type[Model], change: Callable[[Model], Model]) -> Model | None:
        """Change an object's JSON and return it as stored now; None when there is no object.

        ``change`` makes the new content from the stored one. It is called again after a write of another function came
        in between; content that it returns unchanged is not written.
        """
        while True:
            # Find the ETag first: if the body is newer, the write is refused and repeated.
            stored, content = self.find(key), self.read_model(key, model)
            if stored is None or content is None:
                return None
            changed = change(content)
            if changed == content:
                return content
            with suppress(ArtefactConflict):
                self.write_model(key, changed, replacing=stored)
                return changed
            time.sleep(random.uniform(0, _UPDATE_PAUSE_SECONDS))  # noqa: S311 - spreads writers, hides nothing

    def delete(self, key: str) -> None:
        """Remove an object; the bucket keeps its versions."""
        with typed_outages(key):
            self.client.delete_object(Bucket=self.bucket, Key=key)

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield every key under a prefix, over as many pages as it takes."""
        with typed_outages(prefix):
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
                for entry in page.get("Contents", []):
                    yield entry["Key"]
