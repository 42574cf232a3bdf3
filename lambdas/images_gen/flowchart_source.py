"""Flowcharts: names that the parser accepts; labels in quotation marks with syntax characters escaped.

A statement is nodes with links between them. A statement that can be read is rewritten in an unambiguous form. Other
lines stay unchanged, and Mermaid rejects them with its own message.
"""

import re
from dataclasses import dataclass, field

from images_gen.flowchart_scanner import Link, Node, Part, Scanner, Unread
from images_gen.label_text import Label, indent_of

# Keywords of the language, which no node may have as its name.
_RESERVED = frozenset(
    ("end", "style", "class", "classdef", "linkstyle", "click", "graph", "flowchart", "subgraph", "default")
)
_SIMPLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_SUBGRAPH = re.compile(r"^(?P<indent>[ \t]*)subgraph(?:[ \t]+(?P<rest>.+?))?[ \t]*;?[ \t]*$")
_TITLED = re.compile(r"^(?P<name>[^\s\[\"]+)[ \t]*\[(?P<title>.*)\]$")
_QUOTED = re.compile(r'"([^"\n]*)"')
_MOST_LINES_OF_LABEL = 8
_KEYWORD = re.compile(r"^[ \t]*(?:end|direction[ \t]+\w+)?[ \t]*;?[ \t]*$")
_HEAD = re.compile(
    r"^[ \t]*(?P<head>(?:flowchart|graph)(?:[ \t]+(?:TB|TD|BT|LR|RL|[<>^v]))?)[ \t]*(?:;[ \t]*(?P<rest>.*))?$"
)


def flowchart_source(source: str, label: Label) -> str:
    """Return a flowchart with labels that the parser accepts; ``label`` escapes a text."""
    first, _, rest = source.partition("\n")
    head = _HEAD.match(first)
    if head is None:
        return source
    lines = whole_lines("\n".join([*([head["rest"]] if head["rest"] else []), rest]))
    read = [_read(line) for line in lines]
    names = _Names(label)
    names.labelled = {
        part.name
        for statements in read
        for statement in statements or []
        for part in statement
        if isinstance(part, Node) and (part.opening or part.data)
    }
    written = [
        _block(line, names) if statements is None else _statements(line, statements, names)
        for line, statements in zip(lines, read, strict=True)
    ]
    return "\n".join([head["head"], *written])


def whole_lines(source: str) -> list[str]:
    """Return a source's lines; the lines of one quoted label are joined with breaks."""
    lines: list[str] = []
    for line in source.split("\n"):
        if lines and lines[-1].count('"') % 2 and lines[-1].count("<br/>") < _MOST_LINES_OF_LABEL:
            lines[-1] += f"<br/>{line.strip()}"
        else:
            lines.append(line)
    return lines


@dataclass
class _Names:
    """Names of nodes in a form that the parser accepts."""

    label: Label
    labelled: set[str] = field(default_factory=set)
    short: dict[str, str] = field(default_factory=dict)

    def of(self, name: str) -> str:
        """Return the name, or the short name for one that the parser rejects."""
        if _SIMPLE.match(name):
            return f"{name}_" if name.lower() in _RESERVED else name
        return self.short.setdefault(name, f"named{len(self.short) + 1}")

    def written(self, part: Part) -> str:
        """Return a part of a statement; a name that the parser rejects becomes its node's label."""
        if isinstance(part, str):
            return part
        if isinstance(part, Link):
            return f'{part.arrow}|"{self.label(part.text)}"|' if part.text else part.arrow
        short = self.of(part.name)
        if part.opening:
            return f'{short}{part.opening}"{self.label(part.text)}"{part.closing}'
        if part.data:
            return f"{short}{_QUOTED.sub(lambda quoted: self._quoted(quoted[1]), part.data)}"
        if short == part.name or part.name in self.labelled:
            return short
        self.labelled.add(part.name)
        return f'{short}["{self.label(part.name)}"]'

    def _quoted(self, text: str) -> str:
        return f'"{self.label(text)}"'


def _statements(line: str, statements: list[list[Part]], names: _Names) -> str:
    indent = indent_of(line)
    return "\n".join(indent + " ".join(map(names.written, statement)) for statement in statements)


def _block(line: str, names: _Names) -> str:
    """Return a line without nodes: the head of a subgraph rewritten, any other line unchanged."""
    subgraph = _SUBGRAPH.match(line)
    if subgraph is None:
        return _QUOTED.sub(lambda quoted: f'"{names.label(quoted[1])}"', line)
    rest = subgraph["rest"] or ""
    titled = _TITLED.match(rest)
    name, title = (titled["name"], titled["title"]) if titled else (rest, rest)
    name, title = name.strip('" '), title.strip().removeprefix('"').removesuffix('"')
    if not name:
        return line
    return f'{subgraph["indent"]}subgraph {names.of(name)} ["{names.label(title)}"]'


def _read(line: str) -> list[list[Part]] | None:
    """Return the statements of a line; None for a line that cannot be read."""
    if _KEYWORD.match(line) or _SUBGRAPH.match(line):
        return None
    statements: list[list[Part]] = []
    scanner = Scanner(line)
    try:
        while not scanner.is_done():
            statements.append(scanner.statement())
    except Unread:
        return None
    return statements
