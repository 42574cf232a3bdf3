"""Objects with body, content type and metadata, as archives keep them: read, and written where nothing lies."""

import base64
import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from course_kit.errors import ArtefactConflict
from course_kit.store.outages import BROKEN_CONNECTION, CONFLICT, MISSING, typed_outages
from coursewright.course_store import CourseStore
from coursewright.house.archive_model import ObjectContent

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

_READ_ATTEMPTS = 3
_DEFAULT_TYPE = "binary/octet-stream"


def content_of(store: CourseStore, key: str) -> ObjectContent | None:
    """Return the current object under a key; None when there is none."""
    with typed_outages(key):
        for _ in range(_READ_ATTEMPTS - 1):
            with suppress(*BROKEN_CONNECTION):
                return _content(store, key)
        return _content(store, key)


def _content(store: CourseStore, key: str) -> ObjectContent | None:
    try:
        answer: GetObjectOutputTypeDef = store.client.get_object(Bucket=store.bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in MISSING:
            return None
        raise
    return ObjectContent(answer["Body"].read(), answer.get("ContentType", _DEFAULT_TYPE), answer["Metadata"])


def write_new(store: CourseStore, key: str, content: ObjectContent) -> None:
    """Write an object where nothing lies, unless the very same lies there.

    Raises
    ------
    ArtefactConflict
        Something else lies there; it stays.
    """
    try:
        with typed_outages(key):
            store.client.put_object(
                Bucket=store.bucket,
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
        if content_of(store, key) != content:
            raise ArtefactConflict(f"{key}: somebody else wrote it meanwhile; nothing of it was overwritten") from error
