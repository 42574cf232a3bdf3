"""What comes from outside is text on a terminal: printed whole, and obeyed in nothing."""

import ast
import io
import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from rich.table import Table

import coursewright
from coursewright.plan.model import CoursePlan, ModulePlan, Share
from coursewright.plan.view import print_plan
from coursewright.run.progress import ModuleProgress, RunManifests, RunProgress
from coursewright.run.progress_screen import ProgressScreen
from coursewright.run.progress_view import LiveView, PlainView, progress_view
from coursewright.run.report import GenerateReport, print_report
from coursewright.terminal import Terminal, complain, printable, say, say_object
from tests.support.command_line import HOSTILE

_ROOT = Path(coursewright.__file__).parent
# What a terminal obeys: C0 and C1 controls, and what turns the direction of what stands around it.
_OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
ATTACKS = {
    "a colour": ("a\x1b[31mred", "a\\x1b[31mred"),
    "a link": ("\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x07", "\\x1b]8;;https://evil.example\\x1b\\here"),
    "a window's title": ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
    "a C1 sequence": ("\x9b2Jgone", "\\x9b2Jgone"),
    "an override": ("abc\u202egpj.exe", "abc\\u202egpj.exe"),
    "isolates": ("\u2067x\u2069", "\\u2067x\\u2069"),
    "a carriage return": ("fine\rEVIL", "fine EVIL"),
    "lines": ("a\nb\r\nc\td", "a b c d"),
    "backspaces": ("yes\b\b\bno ", "yes\\x08\\x08\\x08no "),
    "half a surrogate pair": ("x\ud83d", "x\\ud83d"),
    "zero width": ("pass\u200bword", "pass\\u200bword"),
}
GOOD = [
    "Redes: ¿qué es?",
    "网络基础",
    "می‌خواهم",
    "الشبكات \u200f(TCP)\u200f",
    "👩‍💻 in a team",
    "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "C:\\new\\table",
    "x[1m], a[0]",
    *HOSTILE.values(),
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_a_terminal_would_obey_is_shown(attack: str) -> None:
    text, shown = ATTACKS[attack]
    assert shown in printable(text)
    assert not _OBEYED.search(printable(text))


@pytest.mark.parametrize("text", GOOD)
def test_good_text_is_printed_as_it_is(text: str) -> None:
    assert printable(text) == text


@given(st.text())
def test_no_text_gets_through_as_a_command_or_as_two_lines(text: str) -> None:
    shown = printable(text)
    assert not _OBEYED.search(shown)
    assert len(shown.splitlines()) <= 1
    assert printable(shown) == shown


def shown_of(terminal: Terminal) -> str:
    assert isinstance(terminal.file, io.StringIO)
    return terminal.file.getvalue()


def on_terminal() -> Terminal:
    """Return a terminal that rich would colour and move its cursor on."""
    return Terminal(file=io.StringIO(), width=400, force_terminal=True)


def without_own_sequences(shown: str) -> str:
    """Return what is on the screen, without the sequences of rich's own styles and movements."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\n", "", shown)


@pytest.mark.parametrize("title", [*HOSTILE.values(), *(attack for attack, _ in ATTACKS.values())])
def test_titles_are_text_in_every_view(title: str) -> None:
    # Given: a title in a line, a cell, a table's title, a live table and a report.
    terminal = on_terminal()
    terminal.tell(title)
    table = Table(title=title)
    table.add_column(title)
    table.add_row(title)
    terminal.print(table)
    progress = ModuleProgress(
        number=1, title=title, lessons_done=1, lesson_total=2, visuals_planned=0, visual_total=0, visuals_done=0,
        study_done=0, study_total=0, labs_done=0, lab_total=0, is_complete=False,
    )  # fmt: skip
    terminal.print(ProgressScreen(RunProgress((progress,)), 1.0, terminal))
    share = Share(make=[title], drop=[title])
    plan = CoursePlan(
        project=title, content_type="theory", modules=[ModulePlan(number=1, slot=1, title=title, lessons=share)],
        book="make", lab_guide="none",
    )  # fmt: skip
    print_plan(terminal, plan)
    print_report(terminal, report(title), RunManifests())
    view = LiveView(terminal)
    view.show(RunProgress((progress,)), 1.0)
    view.close()
    # When
    screen = without_own_sequences(shown_of(terminal))
    # Then: each shows it, and nothing of it was obeyed.
    assert screen.count(printable(title)[:30]) >= 12
    assert not _OBEYED.search(screen)


def report(title: str) -> GenerateReport:
    return GenerateReport(
        status="succeeded", execution_arn="arn", project="p", modules=1, lessons=1, visuals=0, quizzes=0, questions=0,
        labs=0, reused=0, model_calls=1, input_tokens=1, output_tokens=1, seconds=1, book={"pdf": title},
        lab_guide={"epub": title + "2"}, failed_modules=[1], short_lessons=[title],
    )  # fmt: skip


def test_a_terminal_that_cannot_move_its_cursor_gets_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(progress_view(on_terminal()), LiveView)
    monkeypatch.setenv("TERM", "dumb")
    assert isinstance(progress_view(on_terminal()), PlainView)
    assert isinstance(progress_view(Terminal(file=io.StringIO())), PlainView)


def test_plain_lines_and_errors_are_text(capsys: "pytest.CaptureFixture[str]") -> None:
    say("[/x] \x1b[2J")
    complain(["one\ntwo \u202e", "three"])
    said = capsys.readouterr()
    assert said.out == "[/x] \\x1b[2J\n"
    assert said.err == "one two \\u202e\nthree\n"


@given(st.text())
def test_json_is_whole_and_in_ascii(text: str) -> None:
    class Said(BaseModel):
        text: str

    with pytest.MonkeyPatch.context() as patch:
        out = io.StringIO()
        patch.setattr("sys.stdout", out)
        say_object(Said(text=text))
    assert json.loads(out.getvalue()) == {"text": text}
    assert out.getvalue().isascii()
    assert all(unicodedata.category(letter) != "Cc" for letter in out.getvalue().rstrip("\n"))


def _modules() -> list[Path]:
    return sorted(_ROOT.rglob("*.py"))


def _prints_on_its_own(tree: ast.AST) -> list[str]:
    """Return what in a module prints past `coursewright.terminal`, or turns markup on."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="print")):
                found.append(f"line {node.lineno}: print()")
            case ast.Call(func=ast.Attribute(value=ast.Name(id="typer"), attr="echo" | "secho")):
                found.append(f"line {node.lineno}: typer.echo()")
            case ast.Attribute(attr="write", value=ast.Attribute(attr="stdout" | "stderr")):
                found.append(f"line {node.lineno}: sys.stdout.write()")
            case ast.ImportFrom(module="rich.console", names=names) if any(name.name == "Console" for name in names):
                found.append(f"line {node.lineno}: a console of rich's own")
            case ast.ImportFrom(module="rich" | "rich.text" | "rich.markup"):
                found.append(f"line {node.lineno}: from {node.module}")
            case ast.keyword(arg="markup" | "emoji", value=ast.Constant(value=True)):
                found.append(f"line {node.lineno}: markup")
    return found


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(_ROOT)))
def test_nothing_is_printed_past_the_terminal(path: Path) -> None:
    if path.name != "terminal.py":
        assert _prints_on_its_own(ast.parse(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "print(title)",
        "import typer\ntyper.echo(title)",
        "import sys\nsys.stdout.write(title)",
        "from rich.console import Console",
        "from rich.text import Text",
        "from rich import print",
        "terminal.print(title, markup=True)",
    ],
)
def test_what_prints_past_the_terminal_is_found(source: str) -> None:
    assert _prints_on_its_own(ast.parse(source)) != []


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(_ROOT)))
def test_the_bucket_has_one_door(path: Path) -> None:
    if path.name not in ("deployment.py", "course_store.py"):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        found = [node for node in nodes if isinstance(node, ast.expr) and _is_a_door(node)]
        assert [f"line {node.lineno}" for node in found] == []


def test_one_place_makes_the_client_behind_that_door() -> None:
    trees = [(path.name, ast.parse(path.read_text(encoding="utf-8"))) for path in _modules()]
    assert [name for name, tree in trees for node in ast.walk(tree) if _is_a_client_of_s3(node)] == ["deployment.py"]


def _is_a_client_of_s3(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="client" | "resource"), args=[ast.Constant(value="s3"), *_]):
            return True
    return False


def _is_a_door(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(attr="s3") | ast.Attribute(attr="get_object" | "put_object" | "download_file"):
            return True
        case ast.Call(func=ast.Name(id="ArtefactStore" | "CourseStore")):
            return True
    return False
