"""What ministack writes to disk of an object is whole: after a kill between two files, and on a full disk."""

import errno
import shutil

import pytest
from ministack.services import s3
from ministack.services.cloudformation import _stacks, provisioners

from local_aws.kept_objects import adopt_buckets, mend_objects, tell_failed_writes
from tests.support.emulated_objects import ACCOUNT, BUCKET, KEY, EmulatedObjects, objects

__all__ = ["objects"]

LOGICAL_ID = "CourseBucket8488EC54"


def test_every_version_and_a_delete_marker_are_there_again(objects: EmulatedObjects) -> None:
    # Given
    first, second = objects.write("one"), objects.write("two")
    objects.write("gone", "p/gone.md")
    assert objects.call("DELETE", "p/gone.md")[0] == 204
    # When
    objects.start_again()
    mend_objects()
    # Then
    assert [objects.read(version) for version in (None, first, second)] == ["two", "one", "two"]
    assert objects.read(key="p/gone.md") is None


def test_a_text_that_was_written_without_its_version_gives_way_to_the_one_before(objects: EmulatedObjects) -> None:
    # Given: a process that was killed when the second text was on disk, and not what says that it is there.
    first = objects.write("one")
    beside = objects.file_beside().read_bytes()
    second = objects.write("two")
    objects.file_beside().write_bytes(beside)
    # When
    objects.start_again()
    mend_objects()
    # Then
    assert (objects.read(), objects.read(first), objects.read(second)) == ("one", "one", None)
    # And: so it is after the next start, and the next text.
    third = objects.write("three")
    objects.start_again()
    mend_objects()
    assert [objects.read(version) for version in (first, third)] == ["one", "three"]


def test_a_new_object_that_is_half_written_is_none(objects: EmulatedObjects) -> None:
    # Given
    objects.write("one")
    objects.file_beside().unlink()
    # When
    objects.start_again()
    mend_objects()
    # Then
    assert objects.read() is None
    assert not objects.file().exists()


@pytest.mark.parametrize("failing", [".meta.json", KEY, ".versions"], ids=["its record", "its text", "the one before"])
def test_a_write_that_does_not_reach_the_disk_is_refused_and_nothing_has_changed(
    objects: EmulatedObjects, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    # Given: a disk that is full when one of an object's files is written.
    tell_failed_writes()
    first = objects.write("one")
    write = s3._atomic_write

    def full(path: str, *arguments: object, **options: object) -> None:
        if (failing in path) if failing != KEY else path.endswith(KEY) and ".versions" not in path:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, *arguments, **options)

    monkeypatch.setattr(s3, "_atomic_write", full)
    # When
    status, _, body = objects.call("PUT", KEY, b"two")
    # Then
    assert status == 500
    assert b"local AWS cannot write to its disk" in body
    assert b"No space left on device" in body
    for _ in range(2):
        assert (objects.read(), objects.read(first)) == ("one", "one")
        assert [version["version_id"] for version in s3._object_versions[(BUCKET, KEY)]] == [first]
        objects.start_again()
        mend_objects()


def test_a_bucket_whose_stack_is_forgotten_belongs_to_the_next_stack(objects: EmulatedObjects) -> None:
    # Given: a bucket with something in it, and no stack.
    objects.write("one")
    objects.start_again()
    s3._bucket_versioning.pop(BUCKET)
    adopt_buckets()
    create = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]["create"]
    properties = {"VersioningConfiguration": {"Status": "Enabled"}}
    # When
    name, attributes = create(LOGICAL_ID, properties, "Coursewright-local")
    # Then
    assert (name, attributes["Arn"]) == (BUCKET, f"arn:aws:s3:::{BUCKET}")
    assert (objects.read(), s3._bucket_versioning[BUCKET]) == ("one", "Enabled")
    assert provisioners.s3_bucket_name_conflict(BUCKET) is None
    # And: another one's is left alone, and so is one that a stack has.
    assert create("Another", properties, "Coursewright-local")[0] != BUCKET
    _stacks["Coursewright-local"] = {"_resources": {LOGICAL_ID: {"PhysicalResourceId": BUCKET}}}
    assert create(LOGICAL_ID, properties, "Coursewright-local")[0] != BUCKET
    assert "already exists" in str(provisioners.s3_bucket_name_conflict(BUCKET))


def test_a_named_bucket_from_the_disk_is_taken_over_and_one_of_today_is_not(objects: EmulatedObjects) -> None:
    # Given: CDK's own bucket, by its name.
    objects.write("one")
    shutil.copytree(objects.folder / ACCOUNT / BUCKET, objects.folder / ACCOUNT / "cdk-assets")
    objects.start_again()
    adopt_buckets()
    create = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]["create"]
    # When
    name, _ = create("Staging", {"BucketName": "cdk-assets"}, "CDKToolkit")
    create("Mine", {"BucketName": "made-today"}, "Another")
    # Then
    assert name == "cdk-assets"
    with pytest.raises(ValueError, match="made-today already exists"):
        create("Mine", {"BucketName": "made-today"}, "YetAnother")
