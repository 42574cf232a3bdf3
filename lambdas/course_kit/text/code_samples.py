"""Check of a lesson's code samples: they are parsed as their language and never run.

Fragments are in blocks marked ``text``. Code that cannot be checked (another language, a template) does not count as a
sample.
"""

import ast
import doctest
import json
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import tree_sitter
import tree_sitter_bash
import yaml

from course_kit.markdown.text import parse_markdown

# Longer blocks are data, not samples, and would take too long to parse.
_MAX_CHARACTERS = 50_000
# `kubectl delete pod <name>`: a placeholder for the reader, not a redirection.
_PLACEHOLDER = re.compile(r"<[A-Za-z][\w .-]*>")
_HERE_DOCUMENT = re.compile(r"(?<!<)<<-?\s*(?P<quote>['\"]?)\\?(?P<word>[A-Za-z_]\w*)(?P=quote)")
# Syntax of Python 3.12 and later, which the interpreter of this process may not know.
_NEWER_PYTHON = re.compile(r"^\s*(?:(?:async\s+)?def|class)\s+\w+\s*\[|^\s*type\s+\w+(?:\[.*\])?\s*=", re.MULTILINE)
_TEMPLATE = re.compile(r"\{\{|\{%|<%")


@dataclass(frozen=True)
class CodeSample:
    """One checked code block. ``fault`` is empty for valid code; ``end_line`` is the line after the block, from 0."""

    language: str
    end_line: int
    fault: str


def check_code_samples(markdown: str) -> list[CodeSample]:
    """Check every fenced block in Python, JSON, YAML or Bash.

    Parameters
    ----------
    markdown
        A lesson, or a lab guide.

    Returns
    -------
    list of CodeSample
        In the order of the text.
    """
    return list(_samples(markdown))


def _samples(markdown: str) -> Iterator[CodeSample]:
    for token in parse_markdown(markdown):
        words = token.info.split()
        if token.type != "fence" or token.map is None or not words or len(token.content) > _MAX_CHARACTERS:
            continue
        found = _LANGUAGES.get(words[0].casefold().strip("{}."))
        if found is None or _TEMPLATE.search(token.content):
            continue
        language, fault_of = found
        yield CodeSample(language=language, end_line=token.map[1], fault=fault_of(token.content))


def _python_fault(code: str) -> str:
    sources = [code]
    if code.lstrip().startswith(">>>"):
        try:
            sources = [example.source for example in doctest.DocTestParser().get_examples(code)]
        except ValueError as error:
            return str(error)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for source in sources:
                ast.parse(source)
    except SyntaxError as error:
        return "" if _NEWER_PYTHON.search(code) else f"{error.msg} ({error.lineno}:{error.offset})"
    except (ValueError, RecursionError, MemoryError) as error:
        return type(error).__name__
    return ""


def _json_fault(code: str) -> str:
    try:
        json.loads(code)
    except json.JSONDecodeError as error:
        return "" if _is_json_lines(code) else f"{error.msg} ({error.lineno}:{error.colno})"
    except RecursionError as error:
        return type(error).__name__
    return ""


def _is_json_lines(code: str) -> bool:
    lines = [line for line in code.splitlines() if line.strip()]
    try:
        return len(lines) > 1 and all(json.loads(line) is not None for line in lines)
    except json.JSONDecodeError:
        return False


def _yaml_fault(code: str) -> str:
    try:
        # Nodes, not values, so that tags such as CloudFormation's !Ref are accepted.
        for _ in yaml.compose_all(code, Loader=yaml.CSafeLoader):
            pass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f" ({mark.line + 1}:{mark.column + 1})" if mark else ""
        return f"{error.problem or error.context}{place}"
    except (yaml.YAMLError, RecursionError) as error:
        return type(error).__name__
    return ""


def _bash_fault(code: str) -> str:
    text = _PLACEHOLDER.sub(lambda match: "x" * len(match[0]), _without_bodies(code))
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))
    node = parser.parse(text.encode()).root_node
    if not node.has_error:
        return ""
    while broken := [child for child in node.children if child.has_error or child.is_error or child.is_missing]:
        node = broken[0]
    row, column = node.start_point
    return f"syntax error ({row + 1}:{column + 1})"


def _without_bodies(code: str) -> str:
    """Return a script with neutral text in its here-documents; the number of lines stays."""
    lines: list[str] = []
    waiting: list[str] = []
    for line in code.split("\n"):
        if waiting:
            is_end = line.strip() == waiting[0]
            lines.append(line if is_end else "x")
            waiting = waiting[1:] if is_end else waiting
        else:
            lines.append(line)
            waiting = [found["word"] for found in _HERE_DOCUMENT.finditer(line)]
    return "\n".join(lines)


_LANGUAGES: dict[str, tuple[str, Callable[[str], str]]] = {
    "python": ("Python", _python_fault),
    "python3": ("Python", _python_fault),
    "py": ("Python", _python_fault),
    "json": ("JSON", _json_fault),
    "yaml": ("YAML", _yaml_fault),
    "yml": ("YAML", _yaml_fault),
    "bash": ("Bash", _bash_fault),
    "sh": ("Bash", _bash_fault),
    "shell": ("Bash", _bash_fault),
}
