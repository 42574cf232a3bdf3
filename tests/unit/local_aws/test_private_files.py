"""What local AWS keeps is for who started it: nobody else reads it, and nothing that they prepared is believed."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

import local_aws
from local_aws.certificate import ensure_certificate
from local_aws.errors import LocalAwsError
from local_aws.private_files import check_own_folder, make_private_folder, write_private
from local_aws.processes import BackgroundProcess
from local_aws.root_key import CREDENTIALS_FILE, RootKey
from local_aws.state import LocalState, only_one_command, state_dir
from tests.support.background_server import answers, serve
from tests.support.local_state import state
from tests.support.other_user import NOBODY, as_another_user, needs_root
from tests.support.waiting import wait_until


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that every user may enter, as a shared machine's are; pytest's own are closed."""
    folder = Path(tempfile.mkdtemp()).resolve()
    folder.chmod(0o755)
    before = os.umask(0)
    yield folder
    os.umask(before)
    shutil.rmtree(folder)


@pytest.fixture
def kept(public_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder with all that a started local AWS keeps."""
    folder = public_folder / "shared" / ".coursewright"
    monkeypatch.setenv("COURSEWRIGHT_STATE_DIR", str(folder))
    with only_one_command():
        RootKey.make().save(folder)
        ensure_certificate(folder)
        state().save()
        server = BackgroundProcess("server", folder)
        port = serve(server)
        wait_until(lambda: answers(port), "the server")
        server.stop()
    return folder


def test_no_file_is_open_to_others_whatever_the_umask(kept: Path) -> None:
    # When
    modes = {path.name: path.stat().st_mode & 0o777 for path in kept.iterdir() if path.is_file()}
    # Then
    assert kept.stat().st_mode & 0o777 == 0o700
    assert modes.keys() >= {CREDENTIALS_FILE, "local.json", "localhost.key", "command.lock"}
    assert {name for name, mode in modes.items() if mode & 0o077} == set()


def test_what_a_server_writes_is_its_owners_alone(public_folder: Path) -> None:
    # Given: a program that makes a file, and a log that lies there open.
    (public_folder / "logs").mkdir()
    (public_folder / "logs" / "server.log").touch(mode=0o666)
    server = BackgroundProcess("server", public_folder)
    # When
    server.start(["zipfile", "-c", "made.zip", "server.pid"], os.environ)
    wait_until(lambda: not server.is_running(), "the program's end")
    # Then
    for file in ("made.zip", "logs/server.log", "server.pid"):
        assert (public_folder / file).stat().st_mode & 0o777 == 0o600, file


@needs_root
def test_another_user_reads_nothing_of_it(kept: Path, public_folder: Path) -> None:
    # Given: that user, who can read what is for all.
    note = public_folder / "note"
    note.write_text("for all", encoding="utf-8")
    assert as_another_user(lambda: note.read_text(encoding="utf-8")) == "for all"
    # When
    listed = as_another_user(lambda: " ".join(path.name for path in kept.iterdir()))
    read = {
        path.name: as_another_user(partial(path.read_text, encoding="utf-8"))
        for path in (*kept.glob("*"), *kept.glob("logs/*"))
        if path.is_file()
    }
    written = as_another_user(lambda: str((kept / "local.json").write_text("{}", encoding="utf-8")))
    # Then
    assert "server.log" in read
    assert {listed, written, *read.values()} == {"PermissionError"}


def test_a_folder_of_an_earlier_version_is_closed_and_its_state_is_read(
    public_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: as versions without keys left it, which called the emulator a gateway.
    folder = public_folder / "state"
    folder.mkdir(mode=0o755)
    earlier = state().model_dump_json(exclude={"fault_proxy_control_url"}).replace("emulator_port", "gateway_port")
    (folder / "local.json").write_text(earlier, encoding="utf-8")
    monkeypatch.setenv("COURSEWRIGHT_STATE_DIR", str(folder))
    # When
    with only_one_command():
        found = LocalState.load()
    # Then
    assert found == state()
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("way", ["fresh", "own", "deep", "below a link", "with dots"])
def test_a_folder_of_ones_own_is_taken_however_it_is_named(
    public_folder: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    # Given
    (public_folder / "real").mkdir()
    (public_folder / "link").symlink_to("real")
    (public_folder / "own").mkdir()
    named = {
        "fresh": "fresh",
        "own": "own",
        "deep": "a/b/c",
        "below a link": "link/state",
        "with dots": "real/../own",
    }[way]
    monkeypatch.chdir(public_folder)
    monkeypatch.setenv("COURSEWRIGHT_STATE_DIR", named)
    # When
    with only_one_command():
        state().save()
    # Then
    assert LocalState.load() == state()
    assert state_dir().stat().st_mode & 0o777 == 0o700


def a_link(folder: Path) -> None:
    folder.with_name("elsewhere").mkdir()
    folder.symlink_to("elsewhere")


def a_dangling_link(folder: Path) -> None:
    folder.symlink_to("nowhere")


def a_file(folder: Path) -> None:
    folder.write_text("", encoding="utf-8")


def another_users(folder: Path) -> None:
    folder.mkdir(mode=0o777)
    (folder / "local.json").write_text(state(deployed_version="1").model_dump_json(), encoding="utf-8")
    os.chown(folder, NOBODY, NOBODY)


@pytest.mark.parametrize("command", [local_aws.status, local_aws.connect, local_aws.down, lambda: local_aws.up(print)])
@pytest.mark.parametrize(
    ("prepare", "found"),
    [
        (a_link, "it is a symbolic link"),
        (a_dangling_link, "it is a symbolic link"),
        (a_file, "it is a file"),
        pytest.param(another_users, rf"it belongs to another user \(number {NOBODY}\)", marks=needs_root),
    ],
)
def test_what_somebody_else_may_have_prepared_is_refused_and_stays_as_it_is(
    public_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[Path], None],
    found: str,
    command: Callable[[], object],
) -> None:
    # Given
    folder = public_folder / "state"
    prepare(folder)
    monkeypatch.setenv("COURSEWRIGHT_STATE_DIR", str(folder))
    before = folder.lstat(), sorted(public_folder.rglob("*"))
    # When / Then: one line, with the setting, what was found and what to do.
    with pytest.raises(
        LocalAwsError, match=rf"^COURSEWRIGHT_STATE_DIR: {folder}: {found}.*; expected a folder of your own; remove it"
    ):
        command()
    assert (folder.lstat(), sorted(public_folder.rglob("*"))) == before


def test_a_folder_with_another_owners_number_is_refused(public_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given: this user's own, looked at as by another one.
    folder = public_folder / "state"
    make_private_folder(folder)
    monkeypatch.setenv("COURSEWRIGHT_STATE_DIR", str(folder))
    state().save()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    # When / Then
    with pytest.raises(LocalAwsError, match=rf"belongs to another user \(number {os.getuid()}\)"):
        LocalState.load()
    with pytest.raises(LocalAwsError, match="belongs to another user"), only_one_command():
        pass


@needs_root
def test_a_folder_behind_a_closed_one_is_told_without_a_traceback(public_folder: Path) -> None:
    # Given: what is root's alone.
    closed = public_folder / "closed"
    closed.mkdir(mode=0o700)

    def look() -> str:
        try:
            return str(check_own_folder(closed / "state"))
        except LocalAwsError as error:
            return str(error)

    # When / Then
    assert "another user keeps closed" in as_another_user(look)


@needs_root
def test_another_users_folder_is_refused_also_when_they_were_quicker_by_a_moment(
    public_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: nothing there at the first look, and theirs at the next.
    folder = public_folder / "state"
    another_users(folder)
    monkeypatch.setattr("local_aws.private_files.check_own_folder", lambda _: False)
    # When / Then
    with pytest.raises(LocalAwsError, match="belongs to another user"):
        make_private_folder(folder)


def test_a_link_in_a_files_place_is_replaced_and_not_written_through(public_folder: Path) -> None:
    # Given
    target = public_folder / "target"
    target.write_text("precious", encoding="utf-8")
    (public_folder / "keys").symlink_to(target)
    # When
    write_private(public_folder / "keys", b"secret")
    # Then
    assert target.read_text(encoding="utf-8") == "precious"
    assert not (public_folder / "keys").is_symlink()
    assert (public_folder / "keys").read_bytes() == b"secret"
