"""Docstrings of public names are in plain English: short lines, short sentences."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
ROOTS = ("cli", "constructs", "docs/images", "lambdas", "local", "tools")
MODULES = sorted(path for root in ROOTS for path in (PROJECT / root).rglob("*.py"))
LINE_LENGTH = 120
SENTENCE_WORDS = 25

_CODE = re.compile(r"``.+?``|`[^`]+`", re.DOTALL)
# A sentence ends at its full stop, question or exclamation mark where the next word is no lower-case one.
_SENTENCE_END = re.compile(r"""(?<=[.!?…])["”’')]*\s+(?=["“‘'(]*[A-Z0-9])""")
_LIST_ITEM = re.compile(r"(?:[-*]|\d+\.)\s")
# A drawing after a line that ends in two colons is no sentence.
_LITERAL_BLOCK = re.compile(r"^( *)(?:.*::)\n(?:\n|\1 +.*(?:\n|$))+", re.MULTILINE)
_UNDERLINE = re.compile(r"-{3,}$")
_ASSIGNMENT = (ast.Assign, ast.AnnAssign)
_Documented = ast.Module | ast.ClassDef


def faults_of(source: str) -> Iterator[str]:
    """Everything of a module's public docstrings that is not plain, each with its line."""
    lines = source.splitlines()
    for docstring, text in _public_docstrings(ast.parse(source)):
        for number in range(docstring.lineno, (docstring.end_lineno or docstring.lineno) + 1):
            if len(lines[number - 1]) > LINE_LENGTH:
                yield f"line {number}: {len(lines[number - 1])} characters"
        for paragraph in _paragraphs(_LITERAL_BLOCK.sub("\n", text)):
            for sentence in _SENTENCE_END.split(_CODE.sub("Code", paragraph)):
                if (count := len(re.findall(r"\S*\w\S*", sentence))) > SENTENCE_WORDS:
                    yield f"line {docstring.lineno}: a sentence of {count} words: {sentence}"


def _public_docstrings(node: _Documented) -> Iterator[tuple[ast.stmt, str]]:
    """Docstrings of a module or a class, of its attributes, and of the public names in it."""
    before: ast.stmt | None = None
    for part in node.body:
        match part:
            case ast.Expr(value=ast.Constant(value=str(text))) if before is None or isinstance(before, _ASSIGNMENT):
                yield part, inspect.cleandoc(text)
            case ast.ClassDef(name=name) if not name.startswith("_"):
                yield from _public_docstrings(part)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                described = ast.get_docstring(part)
                if described and (name == "__init__" or not name.startswith("_")):
                    yield part.body[0], described
        before = part


def _paragraphs(text: str) -> Iterator[str]:
    """Paragraphs, items of lists, and each entry of a numpy section, in one line each."""
    words: list[str] = []
    indentation = 0
    for line in text.splitlines():
        item = _LIST_ITEM.match(line.strip())
        depth = len(line) - len(line.lstrip())
        if words and (item or depth != indentation or not line.strip() or _UNDERLINE.match(line)):
            yield " ".join(words)
            words = []
        if line.strip() and not _UNDERLINE.match(line):
            words.append(line.strip())
        indentation = depth + (len(item[0]) if item else 0)
    if words:
        yield " ".join(words)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_public_names_are_described_in_plain_english(path: Path) -> None:
    assert list(faults_of(path.read_text(encoding="utf-8"))) == []


WORDS = " ".join(["W", *["w"] * (SENTENCE_WORDS - 1)])


def test_a_drawing_is_no_sentence_and_what_follows_it_is_one() -> None:
    drawing = f'"""Short.\n\n::\n\n    A ─► {WORDS}\n\n    B\n\n'
    assert list(faults_of(drawing + 'After it.\n"""')) == []
    assert len(list(faults_of(drawing + f'One {WORDS}.\n"""'))) == 1


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        (f'"""One {WORDS}."""', "line 1: a sentence of 26 words"),
        (f'"""Short. One\n{WORDS}."""', "line 1: a sentence of 26 words"),
        (f'def name():\n    """One {WORDS}."""', "line 2: a sentence of 26 words"),
        (f'class Name:\n    def __init__(self):\n        """One {WORDS}."""', "line 3: a sentence of 26 words"),
        (f'class Name:\n    field: int\n    """One\n    {WORDS}."""', "line 3: a sentence of 26 words"),
        (
            f'async def name():\n    """Short.\n\n    Raises\n    ------\n    E\n        One {WORDS}.\n    """',
            "line 2: ",
        ),
        (f'"""Short.\n\n- item\n- one {WORDS}.\n"""', "line 1: a sentence of 26 words"),
        (f'"""Short.\n\n{"x" * 121}\n"""', "line 3: 121 characters"),
    ],
)
def test_what_is_not_plain_is_found(source: str, fault: str) -> None:
    [found] = faults_of(source)
    assert found.startswith(fault)


@pytest.mark.parametrize(
    "source",
    [
        f'"""{WORDS}. {WORDS}."""',
        f'"""One ``{WORDS}`` word."""',
        f'def _name():\n    """One {WORDS}."""',
        f'class _Name:\n    def name(self):\n        """One {WORDS}."""',
        f'name("""One {WORDS}.""")',
        f'def name():\n    """Short.\n\n    Parameters\n    ----------\n    a\n        {WORDS}\n    b\n        B."""',
        f'"""Short:\n\n- {WORDS}\n- an item\n  of two lines\n"""',
    ],
)
def test_what_is_plain_is_let_through(source: str) -> None:
    assert list(faults_of(source)) == []
