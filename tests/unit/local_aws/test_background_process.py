import os
from pathlib import Path

import pytest

from local_aws.errors import LocalAwsError
from local_aws.processes import BackgroundProcess
from tests.support.background_server import answers, serve


def test_a_later_command_finds_and_stops_it(tmp_path: Path) -> None:
    # Given
    serve(BackgroundProcess("server", tmp_path))
    # When
    found = BackgroundProcess("server", tmp_path)
    was_running = found.is_running()
    found.stop()
    # Then
    assert was_running
    assert not found.is_running()


def test_the_number_of_a_process_that_is_gone_is_no_process_of_ours(tmp_path: Path) -> None:
    # Given: a pid file from before a restart; the number is now this test's own process.
    (tmp_path / "server.pid").write_text(str(os.getpid()), encoding="utf-8")
    # When
    left_over = BackgroundProcess("server", tmp_path)
    # Then: nobody is stopped for it.
    assert not left_over.is_running()
    left_over.stop()


def test_a_second_one_is_not_started_beside_it(tmp_path: Path) -> None:
    # Given
    process = BackgroundProcess("server", tmp_path)
    serve(process)
    # When / Then
    try:
        with pytest.raises(LocalAwsError, match="server runs already"):
            serve(process)
    finally:
        process.stop()


def test_one_that_ends_while_starting_gives_its_last_words(tmp_path: Path) -> None:
    # Given
    process = BackgroundProcess("server", tmp_path)
    process.start(["no_such_module"], os.environ)
    # When / Then: in the words for one that has ended, and not for one that was waited for in vain.
    with pytest.raises(LocalAwsError, match=r"server ended while starting: .*No module named no_such_module \(log: "):
        process.wait_until(lambda: False)


def test_what_lies_in_the_users_folder_is_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given: a user whose folder has a file of a module's name.
    users = tmp_path / "users"
    users.mkdir()
    (users / "json.py").write_text("raise SystemExit('imported from the folder of the user')", encoding="utf-8")
    monkeypatch.chdir(users)
    process = BackgroundProcess("server", tmp_path)
    # When / Then: it gets as far as to answer.
    port = serve(process)
    try:
        process.wait_until(lambda: answers(port))
    finally:
        process.stop()
