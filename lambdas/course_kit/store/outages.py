"""Failures of S3: which mean that something is missing, changed or raced, and which a later attempt may not meet."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    ClientError,
    ConnectionError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
)
from urllib3.exceptions import HTTPError

from course_kit.errors import StorageUnavailable

MISSING = {"404", "NoSuchKey", "NoSuchVersion", "NotFound"}
# A write's condition did not hold. A key that was to be replaced and is gone is a 404 (Amazon S3 user guide, "How to
# prevent object overwrites with conditional writes").
CONFLICT = {"412", "PreconditionFailed"} | MISSING
# 409: another write of the key was going on at that moment, and either may have come first; S3 asks to try again (same
# page). botocore does not.
RACED = {"409", "ConditionalRequestConflict", "OperationAborted"}
_OUTAGE = {"InternalError", "RequestTimeout", "ServiceUnavailable", "SlowDown"} | RACED
_SERVER_ERROR = 500
# A connection that fails, or a body that breaks off on it: botocore's words for it, and those that it lets through.
BROKEN_CONNECTION = (
    ConnectionError,
    FlexibleChecksumError,
    HTTPClientError,
    HTTPError,
    IncompleteReadError,
    OSError,
)


@contextmanager
def typed_outages(key: str) -> Iterator[None]:
    """Turn a failure of S3 that a later attempt may not meet into ``StorageUnavailable``."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if error.response["Error"]["Code"] not in _OUTAGE and status < _SERVER_ERROR:
            raise
        raise StorageUnavailable(f"{key}: {error}") from error
    except BROKEN_CONNECTION as error:
        raise StorageUnavailable(f"{key}: the connection to S3 failed: {error}") from error
