"""Archives that are broken or hostile: one line each, and nothing is written."""

import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from coursewright.deployment import Deployment
from coursewright.errors import BadInput
from coursewright.house import archive_reading
from coursewright.house.archive_model import safe_path
from coursewright.house.importing import import_project
from tests.support.archives import archive_of
from tests.support.command_line import CommandLine, assert_one_line
from tests.support.housekeeping import House

BODIES = {"outline.yaml": b"course: {}", "lessons/a.md": b"# A" * 400}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return archive_of(tmp_path / "a.zip", "networks", BODIES)


def rewritten(archive: Path, change: Callable[[zipfile.ZipFile, dict[str, bytes]], None]) -> None:
    """Write the archive anew from its entries, after a change of them."""
    with zipfile.ZipFile(archive) as old:
        entries = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as new:
        change(new, entries)
        for name, body in entries.items():
            new.writestr(name, body)


def relisted(archive: Path, change: Callable[[dict[str, object]], None]) -> None:
    """Change the archive's list."""

    def relist(_: zipfile.ZipFile, entries: dict[str, bytes]) -> None:
        contents = json.loads(entries["coursewright.json"])
        change(contents)
        entries["coursewright.json"] = json.dumps(contents).encode()

    rewritten(archive, relist)


def no_bucket() -> Deployment:
    pytest.fail("an archive that is not good reaches no bucket")


def assert_refused(archive: Path, *named: str, project: str | None = None) -> None:
    with pytest.raises(BadInput) as refused:
        import_project(no_bucket, archive, project)
    assert len(refused.value.lines) == 1
    for text in named:
        assert text in refused.value.lines[0]


def test_a_good_one_is_taken(house: House, command_line: CommandLine, archive: Path) -> None:
    assert command_line.run("import", str(archive)).exit_code == 0
    assert {key: body for key, (body, _, _) in house.contents().items()} == {
        f"networks/{path}": body for path, body in BODIES.items()
    }


@pytest.mark.parametrize(
    "path",
    ["../other/outline.yaml", "/etc/passwd", "a/../../b", "a//b", "./a", "a\\..\\b", "", "a/", "a\u202eb", "x" * 1000],
)
def test_a_path_outside_the_project_is_refused(archive: Path, path: str) -> None:
    def move(contents: dict[str, object]) -> None:
        objects = contents["objects"]
        assert isinstance(objects, list)
        objects[0]["path"] = path

    relisted(archive, move)
    assert_refused(archive, "objects.0.path: found", "a path within the project")


def test_a_path_with_letters_of_any_script_is_kept() -> None:
    assert safe_path("book/日本語_redes ñ.pdf") == "book/日本語_redes ñ.pdf"


@pytest.mark.parametrize("project", ["../x", "inbox", "", "a/b"])
def test_a_project_that_cannot_be_is_refused(archive: Path, project: str) -> None:
    relisted(archive, lambda contents: contents.update(project=project))
    assert_refused(archive, "project: found")


def test_a_link_is_refused(archive: Path) -> None:
    def link(new: zipfile.ZipFile, entries: dict[str, bytes]) -> None:
        entry = zipfile.ZipInfo("objects/outline.yaml")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        new.writestr(entry, entries.pop("objects/outline.yaml"))

    rewritten(archive, link)
    assert_refused(archive, "found a link")


@pytest.mark.parametrize(
    ("name", "body"), [("objects/foreign.md", b"x"), ("../evil.sh", b"x"), ("objects/dir/", b""), ("readme.txt", b"x")]
)
def test_what_the_list_does_not_name_is_refused(archive: Path, name: str, body: bytes) -> None:
    rewritten(archive, lambda _, entries: entries.update({name: body}))
    assert_refused(archive, name)


def test_what_the_list_names_and_the_archive_lacks_is_refused(archive: Path) -> None:
    def lose(_: zipfile.ZipFile, entries: dict[str, bytes]) -> None:
        del entries["objects/lessons/a.md"]

    rewritten(archive, lose)
    assert_refused(archive, "'objects/lessons/a.md': found it 0 times")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_entry_that_is_there_twice_is_refused(archive: Path) -> None:
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr("objects/outline.yaml", b"another")
    assert_refused(archive, "found it 2 times")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_object_that_is_listed_twice_is_refused(archive: Path) -> None:
    def repeat(contents: dict[str, object]) -> None:
        objects = contents["objects"]
        assert isinstance(objects, list)
        objects.append(objects[0])

    relisted(archive, repeat)
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr("objects/outline.yaml", BODIES["outline.yaml"])
    assert_refused(archive, "twice, expected it once")


@pytest.mark.parametrize("body", [b"course: []", b"longer than it was", b""])
def test_another_body_than_the_listed_one_is_refused(archive: Path, body: bytes) -> None:
    rewritten(archive, lambda _, entries: entries.update({"objects/outline.yaml": body}))
    assert_refused(archive, "objects/outline.yaml")


def test_an_object_beyond_the_limit_is_refused(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_reading, "MAX_OBJECT_BYTES", 1000)
    assert_refused(archive, "'objects/lessons/a.md': found 1,200 bytes, expected at most 1,000")


@pytest.mark.parametrize("limits", [{"MAX_OBJECTS": 1}, {"MAX_ARCHIVE_BYTES": 1000}])
def test_an_archive_beyond_the_limits_is_refused(
    archive: Path, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int]
) -> None:
    for name, limit in limits.items():
        monkeypatch.setattr(archive_reading, name, limit)
    assert_refused(archive, "found more than")


def test_a_lease_is_refused_since_it_could_lock_the_project(tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "lease.zip", "networks", {"lease.json": b"{}"})
    assert_refused(archive, "'lease.json'")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("metadata", {"who": "ñ"}),
        ("metadata", {"who": "a\nb"}),
        ("metadata", {"who": "x" * 3000}),
        ("content_type", "text/html\r\nx: y"),
        ("sha256", "0"),
        ("size", -1),
        ("extra", 1),
    ],
)
def test_what_s3_could_not_keep_is_refused(archive: Path, field: str, value: object) -> None:
    def change(contents: dict[str, object]) -> None:
        objects = contents["objects"]
        assert isinstance(objects, list)
        objects[0][field] = value

    relisted(archive, change)
    assert_refused(archive, f"objects.0.{field}")


def test_a_list_of_another_version_is_refused(archive: Path) -> None:
    relisted(archive, lambda contents: contents.update(format=2))
    assert_refused(archive, "format: found 2", "another version wrote it")


def test_an_archive_cut_off_is_refused(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-200])
    assert_refused(archive, "found no whole ZIP file")


def test_a_damaged_body_is_refused(archive: Path) -> None:
    body = archive.read_bytes()
    archive.write_bytes(body.replace(b"# A# A# A", b"# A#XA# A", 1))
    assert_refused(archive, "objects/lessons/a.md: cannot be unpacked")


@pytest.mark.parametrize(
    ("content", "named"),
    [(None, "no such file"), (b"", "no whole ZIP file"), (b"PK\x05\x06" + bytes(18), "found no coursewright.json")],
)
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes | None, named: str) -> None:
    path = tmp_path / "none.zip"
    if content is not None:
        path.write_bytes(content)
    assert_refused(path, named)


def test_a_folder_is_no_archive(tmp_path: Path) -> None:
    assert_refused(tmp_path, "directory")


def test_a_record_of_another_version_comes_under_its_own_name_only(
    house: House, command_line: CommandLine, tmp_path: Path
) -> None:
    # Given: nobody could give its keys another project's name.
    archive = archive_of(tmp_path / "later.zip", "networks", {"manifests/module-01.json": b'{"later": 1}'})
    # When / Then
    assert_one_line(
        command_line.run("import", str(archive), "--project", "redes"),
        2,
        "manifests/module-01.json: this version cannot read it",
        "import the archive under its own name, networks",
    )
    assert house.contents() == {}
    assert command_line.run("import", str(archive)).exit_code == 0


def test_a_name_that_no_project_can_have_is_refused(archive: Path) -> None:
    assert_refused(archive, "--project: found '../x'", project="../x")
