"""`coursewright export` and `import`: a project leaves and comes back as it was, and nothing is overwritten."""

import json
import zipfile
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError

from course_kit.records.course_record import CourseRecord
from course_kit.records.manifest import ModuleManifest
from course_kit.records.run_summary import RunSummary
from course_kit.store.artefact_keys import ProjectKeys
from coursewright.course_store import CourseStore, ObjectContent
from coursewright.house import importing
from tests.support.archives import archive_of
from tests.support.command_line import CommandLine, assert_one_line
from tests.support.housekeeping import House


def without_hash(metadata: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in metadata.items() if name != "sha256"}


@pytest.fixture
def exported(house: House, command_line: CommandLine) -> Path:
    """The archive of a project, some of whose objects its author changed by hand."""
    house.make_project("networks")
    house.deployment.s3.put_object(
        Bucket=house.deployment.bucket, Key="networks/figures/my own – ñ.png", Body=b"\x00\xff", Metadata={"who": "Ana"}
    )
    house.deployment.s3.put_object(Bucket=house.deployment.bucket, Key="networks/lessons/", Body=b"")
    ended = command_line.run("export", "networks")
    assert ended.exit_code == 0, ended
    return Path("networks.coursewright.zip").absolute()


def test_export_delete_and_import_leave_the_bucket_as_it_was(
    house: House, command_line: CommandLine, exported: Path
) -> None:
    # Given: without the empty object by which S3's console shows a folder.
    before = house.contents()
    del before["networks/lessons/"]
    assert command_line.run("delete", "networks", "--yes").exit_code == 0
    assert house.contents() == {}
    # When
    ended = command_line.run("import", str(exported), "--json")
    # Then: keys, bodies, content types and all metadata.
    assert ended.exit_code == 0, ended
    assert house.contents() == before
    report = json.loads(ended.out)
    assert (report["project"], report["objects"], report["written"]) == ("networks", len(before), len(before))


def test_under_another_name_keys_change_and_texts_that_look_like_keys_do_not(
    house: House, command_line: CommandLine, exported: Path
) -> None:
    # When
    ended = command_line.run("import", str(exported), "--project", "redes")
    # Then
    assert ended.exit_code == 0, ended
    keys, store = ProjectKeys("redes"), house.store
    manifest = store.read_model(keys.manifest(1), ModuleManifest)
    assert manifest is not None
    assert manifest.lessons[0].s3_key == keys.lesson(1, 1, "Packets")
    assert manifest.figures["01-01-0001"].png_key == keys.image("01-01-0001", "png")
    assert manifest.title == "networks/outline.yaml is no key here"
    assert store.read(keys.lesson(1, 1, "Packets")) == b"# Packets\n\nSee `networks/outline.yaml`.\n"
    summary = store.read_model(keys.run("run-1"), RunSummary)
    assert summary is not None
    assert summary.request == {"outline_s3_key": keys.outline(), "project_folder": "redes"}
    assert summary.book == {"html": keys.book("Networks", ".html")}


def test_a_course_is_its_own_edition_under_its_new_name(
    house: House, command_line: CommandLine, tmp_path: Path
) -> None:
    # Given
    record = CourseRecord(title="networks", editions={"en": "networks", "es": "networks-es"})
    path = archive_of(tmp_path / "a.zip", "networks", {"course.json": record.model_dump_json().encode()})
    # When
    command_line.run("import", str(path), "--project", "moved")
    # Then
    moved = house.store.read_model(ProjectKeys("moved").course(), CourseRecord)
    assert moved == record.model_copy(update={"editions": {"en": "moved", "es": "networks-es"}})


def test_under_another_name_metadata_stays_and_still_tells_who_wrote_a_body(
    house: House, command_line: CommandLine, exported: Path
) -> None:
    # When
    command_line.run("import", str(exported), "--project", "redes")
    # Then: the hash of what the pipeline wrote follows a record whose keys changed; all else is as it was.
    before, after = house.contents("networks/"), house.contents("redes/")
    del before["networks/lessons/"]
    for key, (_, content_type, metadata) in before.items():
        _, type_now, metadata_now = after[key.replace("networks/", "redes/", 1)]
        assert (type_now, without_hash(metadata_now)) == (content_type, without_hash(metadata))
    for key in ("redes/manifests/module-01.json", "redes/lessons/module-1-lesson-1-packets.md"):
        found = house.store.find(key)
        assert found is not None
        assert found.sha256 == found.written_sha256


def test_a_record_that_its_author_changed_stays_the_authors_under_another_name(
    house: House, command_line: CommandLine
) -> None:
    # Given: the body is not the one whose hash the metadata has.
    house.make_project("networks")
    key = "networks/manifests/module-01.json"
    found = house.store.find(key)
    assert found is not None
    body = (house.store.read(key) or b"").replace(b"Packets", b"Parcels")
    house.deployment.s3.put_object(
        Bucket=house.deployment.bucket,
        Key=key,
        Body=body,
        Metadata=dict(found.metadata),
        ContentType="application/json",
    )
    command_line.run("export", "networks")
    # When
    command_line.run("import", "networks.coursewright.zip", "--project", "redes")
    # Then
    moved = house.store.find("redes/manifests/module-01.json")
    assert moved is not None
    assert moved.sha256 != moved.written_sha256


def test_a_project_that_exists_is_never_written_to(house: House, command_line: CommandLine, exported: Path) -> None:
    # Given: the same project, and one with a single object of somebody else's.
    house.store.write("redes/outline.yaml", "mine", content_type="y", replacing=None)
    before = house.contents()
    # When / Then
    for words in ((), ("--project", "redes")):
        assert_one_line(command_line.run("import", str(exported), *words), 2, "which exists; expected a new name")
    assert house.contents() == before


def test_a_project_with_an_object_more_than_the_archive_is_no_half_import(
    house: House, command_line: CommandLine, exported: Path
) -> None:
    # Given: half of it is the archive's, one object is not.
    house.deployment.s3.delete_object(Bucket=house.deployment.bucket, Key="networks/outline.yaml")
    house.store.write("networks/figures/mine.png", b"mine", content_type="image/png", replacing=None)
    before = house.contents()
    # When / Then
    assert_one_line(command_line.run("import", str(exported)), 2, "which exists")
    assert house.contents() == before


def test_an_import_that_breaks_off_is_completed_by_the_same_command(
    house: House, command_line: CommandLine, exported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: S3 is out of reach after two objects.
    before = house.contents("networks/")
    del before["networks/lessons/"]
    command_line.run("delete", "networks", "--yes")
    real, written = house.deployment.s3.put_object, list[object]()

    def put(**request: object) -> object:
        if len(written) == 2:
            raise EndpointConnectionError(endpoint_url="https://s3")
        written.append(request["Key"])
        return real(**request)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "_AT_ONCE", 1)
    monkeypatch.setattr(house.deployment.s3, "put_object", put)
    assert_one_line(
        command_line.run("import", str(exported)), 1, "2 of 6 objects are written; give the same command again"
    )
    assert set(house.contents()) == set(written)
    # Then: the outline comes last, so that no run can begin with a half.
    assert "networks/outline.yaml" not in written
    # When
    monkeypatch.setattr(house.deployment.s3, "put_object", real)
    ended = command_line.run("import", str(exported), "--json")
    # Then
    assert ended.exit_code == 0, ended
    assert json.loads(ended.out)["written"] == 4
    assert house.contents() == before


def test_an_object_that_somebody_writes_meanwhile_is_not_overwritten(house: House) -> None:
    # Given
    house.store.write("redes/outline.yaml", "theirs", content_type="y", replacing=None)
    ours = ObjectContent(b"ours", "y", {})
    # When / Then
    with pytest.raises(Exception, match="somebody else wrote it meanwhile"):
        house.store.write_new("redes/outline.yaml", ours)
    assert house.store.read("redes/outline.yaml") == b"theirs"
    house.store.write_new("redes/course.json", ours)
    house.store.write_new("redes/course.json", ours)


def test_an_archive_holds_no_lease_and_its_list_comes_with_every_object(house: House, exported: Path) -> None:
    with zipfile.ZipFile(exported) as archive:
        contents = json.loads(archive.read("coursewright.json"))
    paths = {each["path"] for each in contents["objects"]}
    assert (contents["format"], contents["project"]) == (1, "networks")
    assert {"outline.yaml", "figures/my own – ñ.png", "runs/run-1.json"} < paths
    assert not any(path.endswith("lease.json") for path in paths)


def test_a_project_that_a_run_works_on_is_not_exported(house: House, command_line: CommandLine, tmp_path: Path) -> None:
    # Given
    house.make_project("networks")
    house.start("networks", "run-2")
    # When / Then
    assert_one_line(command_line.run("export", "networks"), 1, "run run-2 works on it")
    assert list(tmp_path.glob("**/*.zip*")) == []


def test_the_lease_of_an_ended_run_stays_out_of_the_archive(house: House, command_line: CommandLine) -> None:
    # Given
    house.make_project("networks")
    house.start("networks", "run-2")
    house.stop("run-2")
    # When
    ended = command_line.run("export", "networks")
    # Then
    assert ended.exit_code == 0, ended
    with zipfile.ZipFile("networks.coursewright.zip") as archive:
        assert "objects/lease.json" not in archive.namelist()


def test_an_existing_file_is_replaced_only_with_yes(
    house: House, command_line: CommandLine, exported: Path, tmp_path: Path
) -> None:
    # Given
    other = tmp_path / "thesis.zip"
    other.write_bytes(b"mine")
    # When / Then
    assert_one_line(command_line.run("export", "networks", "-o", str(other)), 2, "replace it with --yes")
    assert other.read_bytes() == b"mine"
    assert command_line.run("export", "networks", "-o", str(other), "--yes").exit_code == 0
    assert zipfile.is_zipfile(other)


@pytest.mark.parametrize("place", ["missing/a.zip", "."])
def test_a_place_where_no_file_can_be_is_refused_before_anything_is_read(command_line: CommandLine, place: str) -> None:
    assert_one_line(command_line.run("export", "networks", "-o", place), 2, "--output: found")


def test_a_project_that_changes_while_it_is_exported_leaves_no_archive(
    house: House, command_line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    house.make_project("networks")
    real = CourseStore.content

    def read(store: CourseStore, key: str) -> ObjectContent | None:
        house.deployment.s3.put_object(Bucket=house.deployment.bucket, Key="networks/lessons/new.md", Body=b"new")
        return real(store, key)

    monkeypatch.setattr(CourseStore, "content", read)
    # When / Then
    assert_one_line(command_line.run("export", "networks"), 1, "it changed while it was exported")
    assert [path.name for path in tmp_path.iterdir() if "zip" in path.name] == []


def test_an_object_that_no_archive_can_hold_is_named(house: House, command_line: CommandLine, tmp_path: Path) -> None:
    # Given
    house.make_project("networks")
    house.deployment.s3.put_object(Bucket=house.deployment.bucket, Key="networks/../other", Body=b"x")
    # When / Then
    assert_one_line(command_line.run("export", "networks"), 1, "networks/../other: no archive can hold it")
    assert [path.name for path in tmp_path.iterdir() if "zip" in path.name] == []
