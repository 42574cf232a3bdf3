"""What comes back from AWS is written under ``--out`` and nowhere else, whoever wrote it."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from course_kit.store.artefact_store import ArtefactStore
from coursewright.book.download import write_page
from coursewright.book.out_folder import OutFolder
from coursewright.book.out_record import hash_of
from coursewright.errors import CommandFailed
from coursewright.run.execution import RunInput
from tests.support.buckets import BUCKET
from tests.support.command_line import CommandLine, assert_one_line
from tests.support.downloads import Downloads, zipped
from tests.support.fake_aws import FakeAws

_PLACES = ["/home/somebody", "../elsewhere", "..", ".", "", "a/b", "a\\..\\b", ".ssh", "x" * 81, "a\n", 'a"', None, 7]
_NAMES = ["..", ".", "", ".bashrc", "a\\b", "C:book.pdf", "a\nb.pdf", "a\x1b[2J.pdf", "invoice\u202efdp.exe"]
_GOOD_NAMES = ["Networks.pdf", "Redes_qué_es.epub", "网络.md", "می‌خواهم.html", "01-01-0001.png", "a..b", "-x"]


@pytest.fixture
def out(tmp_path: Path) -> OutFolder:
    return OutFolder(tmp_path / "out")


@pytest.fixture
def downloads(store: ArtefactStore, out: OutFolder) -> Downloads:
    return Downloads(store, out.root)


def put(store: ArtefactStore, key: str, body: bytes = b"theirs") -> None:
    store.client.put_object(Bucket=BUCKET, Key=key, Body=body)


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("place", _PLACES)
def test_a_place_that_is_no_projects_is_none_of_a_run(place: object) -> None:
    with pytest.raises(ValidationError, match="project_folder"):
        RunInput.model_validate_json(json.dumps({"project_folder": place, "outline_s3_key": "k"}))


@pytest.mark.parametrize("command", ["watch", "timeline"])
@pytest.mark.parametrize("place", _PLACES[:2])
def test_a_run_whose_project_is_none_is_refused(
    command: str, place: object, command_line: CommandLine, tmp_path: Path, aws: FakeAws
) -> None:
    # Given: an execution that somebody else has started.
    aws.execution = {
        "status": "SUCCEEDED",
        "input": json.dumps({"project_folder": place, "outline_s3_key": "k"}),
        "output": json.dumps({"book": {"md": "networks/book/Networks.md"}}),
    }
    aws.objects["networks/book/Networks.md"] = b"# theirs"
    # When
    ended = command_line.run(command, "run-1", "--target", "aws")
    # Then
    assert_one_line(ended, 1, "input of the execution, read from AWS: project_folder: found")
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("name", _NAMES)
def test_a_file_whose_name_is_none_is_refused_before_anything_is_written(
    name: str, store: ArtefactStore, downloads: Downloads, out: OutFolder, tmp_path: Path
) -> None:
    # Given: beside it a good file, and an image of that name.
    put(store, "networks/book/Networks.md")
    put(store, f"networks/book/{name}x")
    for book, images in (
        ({"md": "networks/book/Networks.md", "pdf": f"networks/book/{name}"}, ()),
        ({"md": "networks/book/Networks.md"}, (f"i/{name}",)),
    ):
        # When / Then
        with pytest.raises(CommandFailed, match="expected a plain file name"):
            downloads.download(book, *images)
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("name", _GOOD_NAMES)
def test_a_plain_name_in_any_script_is_written(name: str, store: ArtefactStore, downloads: Downloads) -> None:
    put(store, f"networks/book/{name}")
    path = downloads.download({"md": f"networks/book/{name}"}).formats["md"]
    assert path == downloads.book / name
    assert path.read_bytes() == b"theirs"
    assert files_in(downloads.root) == ["networks/.coursewright.json", f"networks/book/{name}"]


@pytest.mark.parametrize("linked", ["networks", "networks/book", "networks/images", "networks/book/N.md"])
def test_nothing_is_written_through_a_link(
    linked: str, store: ArtefactStore, downloads: Downloads, out: OutFolder, tmp_path: Path
) -> None:
    # Given
    put(store, "networks/book/N.md")
    put(store, "networks/images/01-01-0001.png")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = out.root / linked
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere / "N.md" if linked.endswith(".md") else elsewhere)
    # When / Then
    with pytest.raises(CommandFailed, match="found a symbolic link"):
        downloads.download({"md": "networks/book/N.md"}, "networks/images/01-01-0001.png")
    assert files_in(elsewhere) == []


@pytest.mark.parametrize("linked", ["site", "site/assets"])
def test_no_web_book_is_unpacked_through_a_link(
    linked: str, store: ArtefactStore, downloads: Downloads, out: OutFolder, tmp_path: Path
) -> None:
    # Given
    put(store, "networks/book/N_site.zip", zipped({"assets/site.css": "page"}))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = out.root / "networks" / "book" / linked
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere)
    # When / Then
    with pytest.raises(CommandFailed, match="found a symbolic link"):
        downloads.download({"site": "networks/book/N_site.zip"})
    assert files_in(elsewhere) == []


def test_a_web_book_with_names_that_lead_elsewhere_stays_in_its_folder(
    store: ArtefactStore, downloads: Downloads, out: OutFolder, tmp_path: Path
) -> None:
    # Given
    pages = {"index.html": "page", "../../../../up.txt": "x", "/absolute.txt": "x", "a/../../b.txt": "x"}
    put(store, "networks/book/N_site.zip", zipped(pages))
    # When
    downloads.download({"site": "networks/book/N_site.zip"})
    # Then
    within = {name for name in files_in(tmp_path) if name.startswith("out/networks/book/site/")}
    assert len(within) == 4
    assert sorted({*files_in(tmp_path)} - within) == [
        "out/networks/.coursewright.json", "out/networks/book/N_site.zip",
    ]  # fmt: skip
    assert not Path("/absolute.txt").exists()


def test_what_is_no_web_book_is_one_line(store: ArtefactStore, downloads: Downloads, out: OutFolder) -> None:
    put(store, "networks/book/N_site.zip", b"no zip")
    with pytest.raises(CommandFailed, match="expected a web book") as failed:
        downloads.download({"site": "networks/book/N_site.zip"})
    assert len(failed.value.lines) == 1


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "disk")
    write_page(OutFolder(tmp_path / "out"), "networks", "timeline.html", "ours")
    assert files_in(tmp_path / "disk") == ["networks/.coursewright.json", "networks/timeline.html"]


@pytest.mark.parametrize("linked", [".coursewright.partial", ".coursewright.json"])
def test_our_own_files_are_no_way_out(linked: str, out: OutFolder, tmp_path: Path) -> None:
    # Given: somebody has put a link where files are staged, or where they are recorded.
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "theirs").write_bytes(b"theirs")
    (out.root / "networks").mkdir(parents=True)
    (out.root / "networks" / linked).symlink_to(elsewhere / ("theirs" if linked.endswith(".json") else ""))
    # When
    write_page(out, "networks", "timeline.html", "ours")
    # Then: the link is gone, and what it led to is as it was.
    assert files_in(elsewhere) == ["theirs"]
    assert (elsewhere / "theirs").read_bytes() == b"theirs"
    assert files_in(out.root) == ["networks/.coursewright.json", "networks/timeline.html"]


def test_a_record_that_leads_elsewhere_removes_nothing_there(out: OutFolder, tmp_path: Path) -> None:
    # Given: a record that names a file outside as a download of this page.
    write_page(out, "networks", "timeline.html", "ours")
    victim = tmp_path / "victim"
    victim.write_bytes(b"theirs")
    record = out.root / "networks" / ".coursewright.json"
    entry = json.loads(record.read_text(encoding="utf-8"))["files"]["timeline.html"]
    hostile = {**entry, "sha256": hash_of(victim)}
    record.write_text(json.dumps({"files": {"../../victim": hostile}}), encoding="utf-8")
    # When / Then
    with pytest.raises(CommandFailed, match="expected a plain file name"):
        write_page(out, "networks", "timeline.html", "ours")
    assert victim.read_bytes() == b"theirs"


def test_an_empty_answer_is_named(downloads: Downloads) -> None:
    with pytest.raises(CommandFailed, match=r"networks/book/gone\.md: found nothing in bucket"):
        downloads.download({"md": "networks/book/gone.md"})
