"""What a run of the tests tells at its end: what was skipped and why, in one list, then pytest's own last line."""

import os
import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
FILE = "tests/unit/book_builder/test_book_files.py"


def summary_of(*arguments: str, path: str) -> list[str]:
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--color=no", "-p", "no:cacheprovider", "-p", "no:warnings", *arguments],
        cwd=PROJECT,
        env={**os.environ, "PATH": path, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout.strip().splitlines()


def test_what_was_skipped_is_one_list_with_a_line_a_reason(tmp_path: Path) -> None:
    # When: run where no program is installed.
    lines = summary_of(FILE, "-k", "epubcheck or libreoffice", path=str(tmp_path))
    # Then
    *_, title, java, office, last = lines
    assert re.fullmatch(r"=+ skipped, and why =+", title)
    assert java == f"  2 no Java on this machine, which epubcheck needs (Debian: default-jre-headless): {FILE}"
    assert office == f"  1 no LibreOffice on this machine (Debian: libreoffice-writer-nogui): {FILE}"
    assert re.match(r"3 skipped, \d+ deselected in ", last)


def test_where_nothing_was_skipped_the_list_says_so(tmp_path: Path) -> None:
    *_, nothing, last = summary_of(FILE, "-k", "word_styles", path=str(tmp_path))
    assert nothing == "nothing"
    assert re.match(r"1 passed, \d+ deselected in ", last)
