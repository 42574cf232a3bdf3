"""S3 of ministack with its promises kept: an object is on disk as a whole or not at all, and its writer is told.

ministack writes each object to disk before it answers (``S3_PERSIST``), as a file with its text and one with everything
else. Called in ministack's own process:

- `mend_objects`: a process killed between the two files leaves a text under another version's name. It is put right
  before the first call.
- `tell_failed_writes`: ministack logs a failed write, keeps the object in memory, and answers 200. Here the caller
  gets an error, and the object is as it was.
- `adopt_buckets`: a bucket whose stack is not known any more is taken over by the stack that is deployed next.
"""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Answer = tuple[int, dict[str, str], bytes]

_FAILURES = ("Failed to persist", "Failed to delete persisted")
_BUCKET = "AWS::S3::Bucket"
_LONGEST_NAME = 63
_SUFFIX = 13
"""Characters of ministack's own at the end of a bucket's name, after the stack's and the resource's."""


class NotWritten(Exception):
    """A file of an object could not be written or removed; the message is ministack's."""


def mend_objects() -> None:
    """Finish or undo the writes that a killed ministack did not finish. None of them was answered."""
    from ministack.services import s3

    for (account, bucket), record in s3._buckets._data.items():
        for key, found in list(record["objects"].items()):
            path = Path(s3._object_disk_path(bucket, key, account))
            if not path.with_name(f"{path.name}.meta.json").exists():
                # A new object whose second file is missing.
                path.unlink()
                del record["objects"][key]
            else:
                _restore_text(bucket, key, found, account)


def tell_failed_writes() -> None:
    """Answer a write that has not reached the disk with an error, and undo it in memory."""
    from ministack.services import s3

    dispatch = s3._dispatch
    s3.logger.addHandler(_Raising())

    def telling(method: str, bucket: str, key: str, *rest: object) -> Answer:
        undo = _undoing(bucket, key) if key and method in ("PUT", "POST", "DELETE") else None
        try:
            answer: Answer = dispatch(method, bucket, key, *rest)
        except NotWritten as error:
            if undo:
                undo()
            refused: Answer = s3._error("InternalError", f"local AWS cannot write to its disk: {error}", 500)
            return refused
        return answer

    s3._dispatch = telling


def adopt_buckets() -> None:
    """Let a new stack take over a bucket from the disk that no stack has, instead of making a second one."""
    from ministack.services import s3
    from ministack.services.cloudformation import _stacks, provisioners, stacks

    create, conflict = provisioners._s3_create, provisioners.s3_bucket_name_conflict
    from_disk = {name for _, name in s3._buckets._data}

    def without_stack() -> set[str]:
        owned = {
            resource.get("PhysicalResourceId")
            for stack in list(_stacks._data.values())
            for resource in stack.get("_resources", {}).values()
        }
        return {name for name in from_disk - owned if name in s3._buckets}

    def adopting(logical_id: str, props: Mapping[str, Any], stack_name: str) -> tuple[str, dict[str, str]]:
        name = _same_bucket(without_stack(), logical_id, props, stack_name)
        if name is None:
            made: tuple[str, dict[str, str]] = create(logical_id, props, stack_name)
            return made
        adopted: tuple[str, dict[str, str]] = provisioners._s3_update(name, {}, props, stack_name)
        return adopted

    def conflict_unless_adopted(name: str) -> str | None:
        found: str | None = conflict(name)
        return None if name in without_stack() else found

    provisioners._RESOURCE_HANDLERS[_BUCKET]["create"] = adopting
    provisioners.s3_bucket_name_conflict = conflict_unless_adopted
    stacks.s3_bucket_name_conflict = conflict_unless_adopted


class _Raising(logging.Handler):
    """Makes an exception of a failure that ministack only logs."""

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith(_FAILURES):
            raise NotWritten(record.getMessage())


def _same_bucket(candidates: set[str], logical_id: str, props: Mapping[str, Any], stack_name: str) -> str | None:
    from ministack.services import s3

    if name := props.get("BucketName"):
        return str(name) if name in candidates else None
    beginning = f"{stack_name}-{logical_id}-"[: _LONGEST_NAME - _SUFFIX].lower()
    same = [name for name in candidates if name.startswith(beginning)]
    return max(same, key=lambda name: len(s3._buckets[name]["objects"]), default=None)


def _undoing(bucket: str, key: str) -> Callable[[], None] | None:
    """Return what puts an object and its versions back as they are now."""
    from ministack.core.responses import get_account_id
    from ministack.services import s3

    record = s3._buckets.get(bucket)
    if record is None:
        return None
    objects, before = record["objects"], record["objects"].get(key)
    before = None if before is None else dict(before)
    versions = [dict(version) for version in s3._object_versions.get((bucket, key)) or []]

    def undo() -> None:
        objects.pop(key, None)
        if before is not None:
            objects[key] = before
            _restore_text(bucket, key, before, get_account_id())
        s3._object_versions.pop((bucket, key), None)
        if versions:
            s3._object_versions[(bucket, key)] = versions

    return undo


def _restore_text(bucket: str, key: str, found: Mapping[str, Any], account: str) -> None:
    """Give the current version its own text back: set aside for a next version that was never completed."""
    from ministack.services import s3

    version = found.get("version_id")
    if version and s3._version_file_exists(bucket, key, version, account):
        Path(s3._version_disk_path(bucket, key, version, account)).replace(s3._object_disk_path(bucket, key, account))
