"""What comes back from AWS is written under ``--out`` and nowhere else, whoever wrote it."""

import io
import json
import zipfile
from pathlib import Path

import boto3
import pytest
from pydantic import ValidationError

from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from coursewright.book.download import download_book
from coursewright.book.out_folder import OutFolder
from coursewright.deployment import Deployment, Target
from coursewright.errors import CommandFailed
from coursewright.run.execution import RunInput
from tests.support.buckets import BUCKET
from tests.support.command_line import CommandLine, assert_one_line
from tests.support.fake_aws import FakeAws

KEYS = ProjectKeys("networks")
_PLACES = ["/home/somebody", "../elsewhere", "..", ".", "", "a/b", "a\\..\\b", ".ssh", "x" * 81, "a\n", 'a"', None, 7]
_NAMES = ["..", ".", "", ".bashrc", "a\\b", "C:book.pdf", "a\nb.pdf", "a\x1b[2J.pdf", "invoice\u202efdp.exe"]
_GOOD_NAMES = ["Networks.pdf", "Redes_qué_es.epub", "网络.md", "می‌خواهم.html", "01-01-0001.png", "a..b", "-x"]


@pytest.fixture
def out(tmp_path: Path) -> OutFolder:
    return OutFolder(tmp_path / "out")


@pytest.fixture
def deployment(store: ArtefactStore) -> Deployment:
    return Deployment(
        target=Target.AWS,
        bucket=BUCKET,
        state_machine_arn="arn",
        alias_arn=None,
        models=None,
        s3=store.client,
        step_functions=boto3.client("stepfunctions"),
    )


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
    name: str, store: ArtefactStore, deployment: Deployment, out: OutFolder, tmp_path: Path
) -> None:
    # Given: beside it a good file, and an image of that name.
    put(store, "networks/book/Networks.md")
    put(store, f"networks/book/{name}x")
    for book, images in (
        ({"md": "networks/book/Networks.md", "pdf": f"networks/book/{name}"}, None),
        ({}, {f"i/{name}"}),
    ):
        # When / Then
        with pytest.raises(CommandFailed, match="expected a plain file name"):
            download_book(deployment, KEYS, book, out, images=images)
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("name", _GOOD_NAMES)
def test_a_plain_name_in_any_script_is_written(name: str, out: OutFolder) -> None:
    path = out.write(b"ours", "networks", "book", name)
    assert path == out.root / "networks" / "book" / name
    assert path.read_bytes() == b"ours"
    assert files_in(out.root) == [f"networks/book/{name}"]


@pytest.mark.parametrize("linked", ["networks", "networks/book", "networks/images", "networks/book/N.md"])
def test_nothing_is_written_through_a_link(
    linked: str, store: ArtefactStore, deployment: Deployment, out: OutFolder, tmp_path: Path
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
        download_book(deployment, KEYS, {"md": "networks/book/N.md"}, out, images={"networks/images/01-01-0001.png"})
    assert files_in(elsewhere) == []


@pytest.mark.parametrize("linked", ["site", "site.partial"])
def test_no_web_book_is_unpacked_through_a_link(
    linked: str, store: ArtefactStore, deployment: Deployment, out: OutFolder, tmp_path: Path
) -> None:
    # Given
    put(store, "networks/book/N_site.zip", zipped({"index.html": "page"}))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (out.root / "networks" / "book").mkdir(parents=True)
    (out.root / "networks" / "book" / linked).symlink_to(elsewhere)
    # When / Then
    with pytest.raises(CommandFailed, match="found a symbolic link"):
        download_book(deployment, KEYS, {"site": "networks/book/N_site.zip"}, out, images=None)
    assert files_in(elsewhere) == []


def test_a_web_book_with_names_that_lead_elsewhere_stays_in_its_folder(
    store: ArtefactStore, deployment: Deployment, out: OutFolder, tmp_path: Path
) -> None:
    # Given
    pages = {"index.html": "page", "../../../../up.txt": "x", "/absolute.txt": "x", "a/../../b.txt": "x"}
    put(store, "networks/book/N_site.zip", zipped(pages))
    # When
    download_book(deployment, KEYS, {"site": "networks/book/N_site.zip"}, out, images=None)
    # Then
    within = [name for name in files_in(tmp_path) if name.startswith("out/networks/book/")]
    assert within == files_in(tmp_path)
    assert not Path("/absolute.txt").exists()


def test_what_is_no_web_book_is_one_line(store: ArtefactStore, deployment: Deployment, out: OutFolder) -> None:
    put(store, "networks/book/N_site.zip", b"no zip")
    with pytest.raises(CommandFailed, match="expected a web book") as failed:
        download_book(deployment, KEYS, {"site": "networks/book/N_site.zip"}, out, images=None)
    assert len(failed.value.lines) == 1


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "disk")
    OutFolder(tmp_path / "out").write(b"ours", "networks", "timeline.html")
    assert files_in(tmp_path / "disk") == ["networks/timeline.html"]


def test_a_half_written_file_of_an_earlier_download_is_no_way_out(out: OutFolder, tmp_path: Path) -> None:
    # Given: somebody has put a link where a file is written before it has its name.
    (out.root / "networks").mkdir(parents=True)
    (out.root / "networks" / "timeline.html.partial").symlink_to(tmp_path / "elsewhere")
    # When / Then
    with pytest.raises(CommandFailed, match="found a symbolic link"):
        out.write(b"ours", "networks", "timeline.html")
    assert not (tmp_path / "elsewhere").exists()


def test_an_empty_answer_is_named(deployment: Deployment, out: OutFolder) -> None:
    with pytest.raises(CommandFailed, match=r"networks/book/gone\.md: found nothing in bucket"):
        download_book(deployment, KEYS, {"md": "networks/book/gone.md"}, out, images=None)


def zipped(files: dict[str, str]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return body.getvalue()
