"""ministack's S3 in the test's own process, on a disk of the test's own."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from ministack.services import s3
from ministack.services.cloudformation import _stacks, provisioners, stacks

ACCOUNT = "000000000000"
BUCKET = "coursewright-local-coursebucket8488ec54-d8b091bf671c2"
KEY = "p/lessons/a.md"


@dataclass(frozen=True)
class EmulatedObjects:
    """One bucket with versions."""

    folder: Path

    def call(self, method: str, key: str = KEY, body: bytes = b"", **query: str) -> tuple[int, dict[str, str], bytes]:
        """Ask as a signed caller does, whom the access control has let in already."""
        answer: tuple[int, dict[str, str], bytes] = asyncio.run(
            s3.handle_request(method, f"/{BUCKET}/{key}", {}, body, query, internal=True)
        )
        return answer

    def write(self, text: str, key: str = KEY) -> str:
        """Write a text; return its version."""
        status, headers, body = self.call("PUT", key, text.encode())
        assert status == 200, body
        return headers["x-amz-version-id"]

    def read(self, version: str | None = None, key: str = KEY) -> str | None:
        """Return a text; None when there is none."""
        status, _, body = self.call("GET", key, versionId=version) if version else self.call("GET", key)
        return body.decode() if status == 200 else None

    @property
    def place(self) -> tuple[str, str]:
        """Where ministack finds the versions of the object."""
        return BUCKET, KEY

    def file(self, key: str = KEY) -> Path:
        return self.folder / ACCOUNT / BUCKET / key

    def file_beside(self, key: str = KEY) -> Path:
        return self.file(f"{key}.meta.json")

    def start_again(self) -> None:
        """Read the disk, as a new process does; what is not in the files of objects is remembered by others."""
        for store in (s3._buckets, s3._object_versions):
            store._data.clear()
        s3._load_persisted_data()
        s3._bucket_versioning[BUCKET] = "Enabled"


@pytest.fixture
def objects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmulatedObjects]:
    monkeypatch.setattr(s3, "DATA_DIR", str(tmp_path / "s3"))
    monkeypatch.setattr(s3, "S3_PERSIST", True)
    # What the launcher replaces, and what is put back afterwards.
    monkeypatch.setattr(s3, "_dispatch", s3._dispatch)
    monkeypatch.setattr(s3.logger, "handlers", list(s3.logger.handlers))
    monkeypatch.setattr(provisioners, "s3_bucket_name_conflict", provisioners.s3_bucket_name_conflict)
    monkeypatch.setattr(stacks, "s3_bucket_name_conflict", provisioners.s3_bucket_name_conflict, raising=False)
    handlers = provisioners._RESOURCE_HANDLERS
    monkeypatch.setitem(handlers, "AWS::S3::Bucket", dict(handlers["AWS::S3::Bucket"]))
    asyncio.run(s3.handle_request("PUT", f"/{BUCKET}", {}, b"", {}, internal=True))
    s3._bucket_versioning[BUCKET] = "Enabled"
    yield EmulatedObjects(tmp_path / "s3")
    for store in (s3._buckets, s3._object_versions, s3._bucket_versioning, _stacks):
        store._data.clear()
