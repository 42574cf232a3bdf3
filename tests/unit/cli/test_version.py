"""The version: one number, whoever is asked for it."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coursewright.main import app

PROJECT = Path(__file__).resolve().parents[3]


def declared() -> str:
    """The version in pyproject.toml."""
    return str(tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


@pytest.mark.parametrize("words", [[], ["no-such-command"]], ids=["alone", "before anything else"])
def test_the_command_line_prints_the_installed_version(words: list[str]) -> None:
    shown = CliRunner().invoke(app, ["--version", *words])
    assert shown.exit_code == 0
    assert shown.output == f"coursewright {declared()}\n", "the installed version is an older one; run `make setup`"


def test_the_newest_version_of_the_changelog_is_the_projects() -> None:
    # Given: titles such as "## 0.2.0 - 2026-11-26".
    changelog = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    # When
    newest, *_ = re.findall(r"^## (\d+\.\d+\.\d+) - \d{4}-\d\d-\d\d$", changelog, re.MULTILINE)
    # Then
    assert newest == declared()


def test_npms_files_have_the_projects_version() -> None:
    package, lock = (json.loads((PROJECT / name).read_text("utf-8")) for name in ("package.json", "package-lock.json"))
    assert {package["version"], lock["version"], lock["packages"][""]["version"]} == {declared()}
