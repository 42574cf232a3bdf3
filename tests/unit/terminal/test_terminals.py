"""The command line as people have it: on a terminal that colours, on one that knows ASCII alone, and in a pipe."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.command_line import COMMANDS, HOSTILE, TO_AWS, arguments_of, outline_of
from tests.support.fake_aws import FakeAws

# Several commands in one process: each start takes a second.
_PROGRAM = """
import json, sys
from coursewright import main
for words in json.loads(sys.argv[1]):
    sys.argv, code = ["coursewright", *words], 0
    try:
        main.main()
    except SystemExit as ended:
        code = ended.code
    print(f"<<ended {code}>>", flush=True)
"""
_MODELS = '{"text_model_id": "m", "image_model_id": "", "openai_text_model_id": "", "openai_image_model_id": ""}'
_ONE = "from coursewright import main; main.main()"
_ASCII = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "TERM": "dumb"}
_OWN_SEQUENCES = re.compile(r"\x1b\[[0-9;]*m")
# How rich draws a live table: up, to the left, clear this line, show the cursor.
_MOVEMENTS = re.compile(r"\x1b\[(?:[0-9;]*m|\d+A|2K|\?25[hl])|\r")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Device:
    """Where the command line writes to."""

    is_terminal: bool
    variables: Mapping[str, str]

    def shown(self, commands: list[list[str]], folder: Path, endpoint: str) -> list[str]:
        """Run commands, nobody at AWS's end; return what each showed, its exit code last."""
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "COURSEWRIGHT_STATE_DIR": str(folder / "state"),
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "k",
            "AWS_SECRET_ACCESS_KEY": "s",
            "AWS_MAX_ATTEMPTS": "1",
            **{name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ},
            **self.variables,
        }
        command = [sys.executable, "-c", _PROGRAM, json.dumps(commands)]
        text = (_on_terminal if self.is_terminal else _in_pipe)(command, folder, environment)
        return [part.strip("\n") for part in text.replace("\r\n", "\n").split(">>\n")[:-1]]


def _in_pipe(command: list[str], folder: Path, environment: Mapping[str, str]) -> str:
    ended = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    assert ended.returncode == 0, ended.stdout.decode()
    return ended.stdout.decode()


def _on_terminal(command: list[str], folder: Path, environment: Mapping[str, str]) -> str:
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as running:
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
        assert running.wait() == 0, shown.decode()
    os.close(ours)
    return shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        # Linux's end of a terminal that nobody writes to any longer.
        return b""


DEVICES = {
    "a terminal": Device(is_terminal=True, variables={"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}),
    "an ASCII terminal": Device(is_terminal=True, variables=_ASCII),
    "a pipe": Device(is_terminal=False, variables=_ASCII),
}


@pytest.mark.parametrize("device", DEVICES)
def test_no_outline_breaks_or_moves_a_terminal(device: str, tmp_path: Path, closed_port: str) -> None:
    # Given: titles with markup and in letters that ASCII lacks; and one that would clear the screen.
    title = " ".join([*HOSTILE.values(), "网络 é"])
    good = outline_of(tmp_path, title).rename(tmp_path / "good.yaml")
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        'course: {title: "a\\e[2J b\u202e"}\nmodules: [{title: M, lessons: [{title: L}]}]\n', encoding="utf-8"
    )
    of_outline = [command for command in COMMANDS if "outline" in {p.name for p in COMMANDS[command].params}]
    aws = {command: ["--target", "aws"] for command in TO_AWS}
    project = {command: ["--project", "p"] for command in ("plan", "generate")}
    asking = [command for command in TO_AWS if command not in ("estimate", "doctor")]
    commands = {
        **{f"bad {name}": [*name.split(), str(bad), *aws.get(name, [])] for name in of_outline},
        **{
            name: [*name.split(), *arguments_of(name, good), *aws.get(name, []), *project.get(name, [])]
            for name in ["validate", "estimate", *asking]
        },
        "json": ["estimate", str(good), "--json"],
    }
    # When
    shown = dict(zip(commands, DEVICES[device].shown(list(commands.values()), tmp_path, closed_port), strict=True))
    # Then
    for name, text in shown.items():
        plain = _OWN_SEQUENCES.sub("", text)
        lines, _, code = plain.rpartition("<<ended ")
        assert "Traceback" not in plain, (name, plain)
        assert not _CONTROL.search(plain), (name, plain)
        assert plain.isascii() or device == "a terminal", (name, plain)
        if name.startswith("bad "):
            assert (code, len(lines.splitlines())) == ("2", 1), (name, plain)
            assert "\\x1b[2J b\\u202e" in lines
        elif name == "status":
            # What changed here is said all the same.
            assert (code, lines.splitlines()[0]) == ("1", "Changed here:"), (name, plain)
            assert "AWS cannot be reached" in lines.splitlines()[-1]
        elif name in asking:
            assert (code, len(lines.splitlines())) == ("1", 1), (name, plain)
            assert "AWS cannot be reached" in lines
        elif name == "json":
            assert (code, json.loads(lines)["modules"]) == ("0", 1)
        else:
            assert code == "0", (name, plain)
            assert all(word in plain for word in ("[/etc/hosts]", "[int]", ":smile:", "\\[x]")), plain


@pytest.mark.parametrize("device", DEVICES)
def test_a_course_of_any_title_is_made_on_every_terminal(device: str, aws: FakeAws, tmp_path: Path) -> None:
    # Given: an account whose run ends at once, and then one that fails in words that a terminal would obey.
    good = outline_of(tmp_path, " ".join(HOSTILE.values())).rename(tmp_path / "good.yaml")
    output = {"book": {"md": "networks/book/Networks.md"}}
    aws.models = _MODELS
    aws.objects["networks/book/Networks.md"] = b"# Networks"
    aws.execution = {"status": "SUCCEEDED", "stopDate": 1767225660, "output": json.dumps(output)}
    command = ["generate", str(good), "--target", "aws", "--project", "networks"]
    # When
    (made,) = DEVICES[device].shown([command], tmp_path, os.environ["AWS_ENDPOINT_URL"])
    cause = {"errorMessage": "no [/b] \x1b[2J\u202e"}
    aws.execution = {"status": "FAILED", "stopDate": 1767225660, "error": "[/x]", "cause": json.dumps(cause)}
    (failed,) = DEVICES[device].shown([command], tmp_path, os.environ["AWS_ENDPOINT_URL"])
    # Then
    assert made.endswith("<<ended 0"), made
    assert "1 lab is left out; --content-type both makes it" in made
    assert failed.endswith("<<ended 1"), failed
    assert "run failed with [/x]: no [/b] \\x1b[2J\\u202e." in failed
    assert "Files in [/etc/hosts]" in made or device != "a terminal"
    assert (tmp_path / "out" / "networks" / "book" / "Networks.md").read_bytes() == b"# Networks"
    for shown in (made, failed):
        assert "Traceback" not in shown
        assert not _CONTROL.search(_MOVEMENTS.sub("", shown)), repr(shown)
        assert shown.isascii() or device == "a terminal", shown


@pytest.mark.parametrize(
    "command", [["validate", "good.yaml"], ["estimate", "good.yaml", "--json"], ["--help"], ["--version"]]
)
@pytest.mark.parametrize("are_both_closed", [False, True])
def test_a_reader_that_has_enough_is_no_fault(command: list[str], are_both_closed: bool, tmp_path: Path) -> None:
    # Given: somebody who reads nothing of the answer, as `head -0` does, or of the complaints either.
    outline_of(tmp_path, "Networks").rename(tmp_path / "good.yaml")
    reader, writer = os.pipe()
    os.close(reader)
    # When
    with open(writer, "wb") as pipe:  # noqa: PTH123 - a descriptor
        errors = pipe if are_both_closed else subprocess.PIPE
        ended = subprocess.run(
            [sys.executable, "-c", _ONE, *command],
            cwd=tmp_path,
            # As for a user, output waits for the end of the command.
            env={**os.environ, "PYTHONUNBUFFERED": ""},
            stdout=pipe,
            stderr=errors,
            check=False,
        )
    # Then: it ends as a program that SIGPIPE ended, without a word.
    assert ended.returncode == 141
    assert not ended.stderr


def test_who_reads_one_line_gets_it_and_no_traceback(tmp_path: Path) -> None:
    # Given: a course whose table is longer than a pipe holds.
    modules = "\n".join(f"- {{title: {'网' * 150} {number}, lessons: [{{title: A}}]}}" for number in range(1, 200))
    (tmp_path / "long.yaml").write_text(f"course: {{title: Long}}\nmodules:\n{modules}\n", encoding="utf-8")
    script = 'set -o pipefail; "$0" -c "$1" validate long.yaml | { read -r line; echo "$line"; }'
    # When
    ended = subprocess.run(
        ["bash", "-c", script, sys.executable, _ONE],
        cwd=tmp_path,
        # Unbuffered, Python 3.11 takes half a write for a whole one.
        env={**os.environ, "COLUMNS": "600", "PYTHONUTF8": "1", "PYTHONUNBUFFERED": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    # Then: it ends as `yes` does in `yes | head -1`.
    assert ended.stdout.strip() == "Long"
    assert ended.stderr == ""
    assert ended.returncode == 141


def test_a_run_whose_watchers_pipe_closes_goes_on_and_says_how_to_watch_it(aws: FakeAws, tmp_path: Path) -> None:
    # Given: a run that goes on, and nobody who reads its progress.
    aws.objects["networks/outline.yaml"] = outline_of(tmp_path, "Networks").read_bytes()
    reader, writer = os.pipe()
    os.close(reader)
    # When
    with open(writer, "wb") as pipe:  # noqa: PTH123 - a descriptor
        ended = subprocess.run(
            [sys.executable, "-c", _ONE, "watch", "run-1", "--target", "aws"],
            cwd=tmp_path, stdout=pipe, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    # Then
    assert ended.returncode == 141
    assert ended.stderr == (
        "nobody reads the output; the run goes on. Watch it with `coursewright watch run-1 --target aws`\n"
    )


def test_words_of_ours_have_stand_ins_on_an_ascii_terminal(tmp_path: Path) -> None:
    # Given: one text with marks that we use, and a letter that only the outline has.
    program = (
        "from coursewright.terminal import Terminal, complain, prepare_output, say\n"
        "prepare_output()\n"
        "say('a\u2026 b \u2013 c \u00b7 d \u2192 e \u00d7 \u7f51')\n"
        "Terminal().tell('4\u20135 \u201cas is\u201d')\n"
        "complain(['COURSEWRIGHT_\u2026 \u7f51'])\n"
    )
    # When
    ended = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, **_ASCII}, cwd=tmp_path, capture_output=True, check=True
    )
    # Then
    assert ended.stdout.decode() == 'a... b - c - d -> e x ?\n4-5 "as is"\n'
    assert ended.stderr.decode() == "COURSEWRIGHT_... \\u7f51\n"


def test_a_terminal_without_colours_gets_none(tmp_path: Path) -> None:
    # Given
    outline_of(tmp_path, "Networks").rename(tmp_path / "good.yaml")
    program = (
        "from coursewright.terminal import Terminal, styled\n"
        "terminal = Terminal(force_terminal=True)\n"
        "terminal.tell('a warning', style='yellow')\n"
        "terminal.print(styled('done', 'green'))\n"
    )
    variables = {**os.environ, "TERM": "xterm-256color"}
    for name, is_coloured in (("COLUMNS", True), ("NO_COLOR", False)):
        # When
        ended = subprocess.run(
            [sys.executable, "-c", program], env={**variables, name: "80"}, capture_output=True, check=True
        )
        # Then
        assert (b"\x1b[3" in ended.stdout) is is_coloured, ended.stdout
