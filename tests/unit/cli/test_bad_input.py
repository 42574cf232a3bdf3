"""Bad input: exit code 2, one clear line a fault, no traceback, nothing written and nobody asked."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import CommandLine
from tests.support.refused_commands import GOOD, assert_refused, run, run_here

_LESSONS = "lessons: [{title: L}]"
OUTLINES: dict[str, tuple[bytes, int, str]] = {
    "empty": (b"", 1, "expected a mapping"),
    "not YAML": (b"course: [", 1, "not YAML at line"),
    "tabs": (b"course:\n\ttitle: x\n", 1, "line 2"),
    "binary": (bytes(range(256)), 1, "UTF-8"),
    "two documents": (b"a: 1\n---\nb: 1\n", 1, "one YAML document"),
    "code": (b"!!python/object/apply:os.system ['id']\n", 1, "not YAML"),
    "a list": (b"- a\n", 1, "found a list of 1"),
    "text": (b"hello\n", 1, "the text 'hello'"),
    "no modules": (b"course: {title: C}\n", 1, "modules: found nothing"),
    "no course": (f"modules: [{{title: M, {_LESSONS}}}]".encode(), 1, "course: found nothing"),
    "no lessons": (b"course: {title: C}\nmodules: [{title: M}]", 1, "modules[0].lessons: found nothing"),
    "lesson without title": (b"course: {title: C}\nmodules: [{title: M, lessons: [{}]}]", 1, "lessons[0].title"),
    "misspelt field": (f"course: {{title: C}}\nmodules: [{{titel: M, title: N, {_LESSONS}}}]".encode(), 1, "`title`?"),
    "wrong types": (
        f"course: {{title: C}}\nmodules: [{{title: M, duration_minutes: x, {_LESSONS}}}]".encode(),
        1,
        "whole",
    ),
    "two faults": (b"course: {title: C, level: [[1]]}\nmodules: [{title: '', lessons: [{title: L}]}]", 2, "level"),
    "duplicate numbers": (
        (
            f"course: {{title: C}}\nmodules: [{{number: 1, title: A, {_LESSONS}}}, {{number: 1, title: B, {_LESSONS}}}]"
        ).encode(),
        1,
        "number 1 on 2 modules",
    ),
    "duplicate keys": (f"course: {{title: C, title: D}}\nmodules: [{{title: M, {_LESSONS}}}]".encode(), 1, "2 times"),
    "alias bomb": (
        "\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))]).encode(),
        1,
        "found aliases that expand to",
    ),
    "too deep": (b"a: " + b"[" * 100 + b"]" * 100, 1, "nested too deeply"),
    "two MiB": (b"x" * (2 * 1024 * 1024), 1, "found 2,097,152 bytes"),
    "201 modules": (
        ("course: {title: C}\nmodules: [" + ", ".join([f"{{title: M, {_LESSONS}}}"] * 201) + "]").encode(),
        1,
        "at most 200",
    ),
    "51 lessons": (
        ("course: {title: C}\nmodules: [{title: M, lessons: [" + ", ".join(["{title: L}"] * 51) + "]}]").encode(),
        1,
        "at most 50",
    ),
    "bad Bloom level": (
        b"course: {title: C}\nmodules: [{title: M, bloom_level: guess, lessons: [{title: L}]}]",
        1,
        "a Bloom level",
    ),
    "bad language": (
        f"course: {{title: C, language: '!'}}\nmodules: [{{title: M, {_LESSONS}}}]".encode(),
        1,
        "such as en",
    ),
    "negative minutes": (
        b"course: {title: C}\nmodules: [{title: M, lessons: [{title: L, duration_minutes: -1}]}]",
        1,
        "above 0",
    ),
}


@pytest.fixture
def command_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(monkeypatch, capsys)


@pytest.mark.parametrize("command", ["validate", "generate"])
@pytest.mark.parametrize("outline", OUTLINES)
def test_a_bad_outline_is_refused(command_line: CommandLine, tmp_path: Path, command: str, outline: str) -> None:
    source, lines, named = OUTLINES[outline]
    (tmp_path / "outline.yaml").write_bytes(source)
    ended = run_here(command_line, command, "outline.yaml", cwd=tmp_path)
    assert_refused(ended, tmp_path, lines, "outline.yaml: ", named)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--project", "../escape"], "--project: found '../escape'"),
        (["--project", ""], "--project: found ''"),
        (["--project", "a/b"], "--project"),
        (["--project", ".hidden"], "--project"),
        (["--project", "x" * 81], "--project"),
        (["--modules", "0"], "--modules: found module 0, expected some of the outline's modules 1, 2"),
        (["--modules", "3"], "--modules: found module 3"),
        (["--modules", "2-1"], "--modules: found the range '2-1'"),
        (["--modules", "one"], "--modules: found 'one'"),
        (["--modules", ""], "--modules: found ''"),
        (["--max-concurrency", "0"], "--max-concurrency: found 0, expected 1 to 40"),
        (["--max-concurrency", "41"], "--max-concurrency: found 41"),
        (["--max-concurrency", "four"], "'--max-concurrency': Input should be a valid integer"),
        (["--max-cost", "0"], "--max-cost: found 0, expected more than 0"),
        (["--max-cost", "nan"], "--max-cost: found nan"),
        (["--max-cost", "two"], "'--max-cost'"),
        (["--prices", "none.yaml"], "--prices: none.yaml: no such file"),
        (["--content-type", "videos"], "'videos' is not"),
        (["--content-type", "labs"], "--content-type: found labs, but no lab in the chosen modules"),
        (["--provider", "mine"], "'mine' is not"),
        (["--target", "moon"], "'moon' is not"),
        (["--bogus"], "No such option: --bogus"),
    ],
)
def test_a_bad_option_is_refused(command_line: CommandLine, tmp_path: Path, arguments: list[str], named: str) -> None:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    ended = run_here(command_line, "generate", "good.yaml", *arguments, cwd=tmp_path)
    assert_refused(ended, tmp_path, 1, named)


@pytest.mark.parametrize(("path", "named"), [("missing.yaml", "no such file"), (".", "found a directory")])
def test_a_path_that_is_no_file_is_refused(tmp_path: Path, path: str, named: str) -> None:
    assert_refused(run("generate", path, cwd=tmp_path), tmp_path, 1, named)


def test_a_good_outline_is_shown_as_what_it_would_become(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    ended = run("validate", "good.yaml", cwd=tmp_path)
    assert ended.returncode == 0
    assert "One" in ended.stdout
    assert "1,800" in ended.stdout


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1", "utf-8"])
def test_a_terminal_that_lacks_an_outlines_letters_shows_the_rest(tmp_path: Path, encoding: str) -> None:
    # Given: an outline in Japanese, and what such a terminal has for it.
    (tmp_path / "good.yaml").write_text(GOOD.replace("Two", "\u7db2 two"), encoding="utf-8")
    # When
    ended = run("validate", "good.yaml", cwd=tmp_path, PYTHONIOENCODING=encoding)
    # Then
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ("\u7db2 two" if encoding == "utf-8" else "? two") in ended.stdout


def test_checking_an_outline_loads_neither_the_sdk_nor_a_model_client(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    program = (
        "import sys; sys.argv = ['coursewright', 'validate', 'good.yaml']; from coursewright.main import main\n"
        "main(); print(sorted({'boto3', 'strands', 'aws_cdk', 'mermaidx'} & sys.modules.keys()))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert ended.stdout.strip().endswith("[]")


def test_a_port_that_cannot_be_used_is_one_line_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    ended = run("generate", "good.yaml", cwd=tmp_path)
    assert ended.returncode == 1
    assert "COURSEWRIGHT_LOCAL_PORT: found 'not a port', expected a port number" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("arguments", [["generate", "good.yaml", "--target", "aws"], ["watch", "x", "--target", "aws"]])
def test_aws_without_region_or_credentials_is_one_line(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    ended = run(*arguments, cwd=tmp_path)
    assert ended.returncode in (1, 2)
    assert len(ended.stderr.strip().splitlines()) == 1
    assert "AWS region" in ended.stderr


def test_the_status_of_what_does_not_run_says_how_to_start_it(tmp_path: Path) -> None:
    ended = run("local", "status", cwd=tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.startswith(
        "local AWS is not running; `coursewright local up` starts it, nothing is lost; it keeps "
    )
