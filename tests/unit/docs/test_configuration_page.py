"""The configuration page has every option and every variable, with its default."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from coursewright.main import app

PROJECT = Path(__file__).resolve().parents[3]
PAGE = (PROJECT / "docs" / "configuration.md").read_text(encoding="utf-8")
SOURCES = ("cli", "local")


def options_of(command: object) -> Iterator[TyperOption]:
    """The options of a command, or of all below a group."""
    if isinstance(command, TyperGroup):
        for below in command.commands.values():
            yield from options_of(below)
    if isinstance(command, TyperCommand):
        yield from (option for option in command.params if isinstance(option, TyperOption))


def test_every_option_of_a_command_has_a_row_with_its_default() -> None:
    # Given
    rows = re.findall(r"^\| (`-.+?) \| .+? \| (.+?) \| .+ \|$", PAGE, re.MULTILINE)
    written = {option: default for cell, default in rows for option in re.findall(r"`(-[\w-]+)`", cell)}
    # When
    defaults: dict[str, set[str]] = defaultdict(set)
    for option in options_of(get_command(app)):
        for name in (*option.opts, *option.secondary_opts):
            defaults[name].add("" if option.default in (None, False) else f"`{option.default}`")
    # Then
    assert written.keys() == defaults.keys()
    for name, expected in defaults.items():
        assert all(default in written[name] for default in expected), (name, expected)


def test_every_variable_that_a_user_sets_has_a_row() -> None:
    # Given: what begins so and is no name of a user's is what the programs tell one another.
    internal = {"COURSEWRIGHT_AUTHOR_PATH", "COURSEWRIGHT_AUTHOR_MODELS", "COURSEWRIGHT_FAULT_PROXY_CONTROL"}
    sources = "\n".join(path.read_text(encoding="utf-8") for root in SOURCES for path in (PROJECT / root).rglob("*.py"))
    # When
    read = {*re.findall(r'"(COURSEWRIGHT_[A-Z_]+|SFN_[A-Z_]+|LAMBDA_ACCOUNT_[A-Z_]+)"', sources)} - internal
    # Then
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", PAGE, re.MULTILINE)) == read
