"""Every command of the command line, run in this process, and what it said."""

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.core import TyperArgument, TyperCommand, TyperGroup
from typer.main import get_command

from course_kit.outline.slots import CourseSlots
from course_kit.store.artefact_keys import ProjectKeys
from coursewright import main
from coursewright.checkout.folder import CheckoutFolder
from coursewright.checkout.state import CheckedOut, Checkout
from coursewright.deployment import Target
from tests.support.archives import archive_of

HOSTILE = {
    "markup that does not close": "Files in [/etc/hosts]",
    "markup": "[bold red]Arrays[/] [int]",
    "a link": "[link=https://evil.example]here[/link]",
    "an emoji's code": ":smile: :warning:",
    "a style that is none": "[#zzz]x[/#zzz]",
    "a backslash before a bracket": "\\[x] and \\",
}
"""Good titles that rich would read as markup."""


def command_lines(group: TyperGroup | None = None, before: tuple[str, ...] = ()) -> dict[str, TyperCommand]:
    """Return every command by its words, from the application itself, so that a new one is tested, too."""
    found: dict[str, TyperCommand] = {}
    app = group or get_command(main.app)
    assert isinstance(app, TyperGroup)
    for name, command in app.commands.items():
        words = (*before, name)
        if isinstance(command, TyperGroup):
            found |= command_lines(command, words)
        else:
            assert isinstance(command, TyperCommand)
            found[" ".join(words)] = command
    return found


COMMANDS = command_lines()


def has_option(command: str, option: str) -> bool:
    return any(option in parameter.opts for parameter in COMMANDS[command].params)


TO_AWS = sorted(command for command in COMMANDS if has_option(command, "--target"))


def arguments_of(command: str, outline: Path) -> list[str]:
    """Return what a command must be given: the outline, a project, a run, an artefact or an archive."""
    given = {"outline": str(outline), "execution": "run-1", "project": "networks", "what": "1.1", "version": "v1"}
    if command == "import":
        given["archive"] = str(archive_of(outline.parent / "networks.zip", "networks", {"outline.yaml": b"x"}))
    if command in ("status", "checkin"):
        return [str(edited_checkout(outline.parent / "networks"))]
    return [
        given[str(parameter.name)]
        for parameter in COMMANDS[command].params
        if isinstance(parameter, TyperArgument) and parameter.required
    ]


def edited_checkout(root: Path) -> Path:
    """Make the checkout of a project with one lesson, which a person has edited."""
    folder, key = CheckoutFolder(root), ProjectKeys("networks").lesson(1, 1, "Packets")
    file = CheckedOut(key=key, etag="e", stored_sha256="s", sha256="s")
    folder.write("lessons/1.1-packets.md", b"# Packets\n\nEdited.\n")
    state = Checkout(project="networks", target=Target.LOCAL, stage="dev", slots=CourseSlots())
    state.with_file("lessons/1.1-packets.md", file).save(folder)
    return root


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    exit_code: int
    out: str
    err: str


@dataclass(frozen=True)
class CommandLine:
    """`coursewright` in this process."""

    monkeypatch: pytest.MonkeyPatch
    capsys: "pytest.CaptureFixture[str]"

    def run(self, *words: str) -> Ended:
        self.monkeypatch.setattr(sys, "argv", ["coursewright", *words])
        self.capsys.readouterr()
        try:
            main.main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        else:
            code = 0
        said = self.capsys.readouterr()
        return Ended(code, said.out, said.err)

    def run_on_aws(self, command: str, outline: Path) -> Ended:
        return self.run(*command.split(), *arguments_of(command, outline), "--target", "aws")


def outline_of(folder: Path, title: str) -> Path:
    """Write an outline whose texts are all one text."""
    text = "'" + title.replace("'", "''") + "'"
    path = folder / "outline.yaml"
    path.write_text(
        f"course: {{title: {text}}}\n"
        f"modules:\n- {{title: {text}, lessons: [{{title: {text}, lab_activities: [{text}]}}]}}\n",
        encoding="utf-8",
    )
    return path


def assert_one_line(ended: Ended, exit_code: int, *named: str) -> None:
    """Check that a command has failed as it should: one line for people, no traceback."""
    assert ended.exit_code == exit_code, ended
    assert len(ended.err.splitlines()) == 1, ended.err
    assert "Traceback" not in ended.err + ended.out
    for text in named:
        assert text in ended.err
