"""Kinds of diagrams with lines of texts and numbers: texts are escaped, and quotes around them are not printed."""

import re
from collections.abc import Callable

from images_gen.label_text import Label, disguised, indent_of, unquoted, widened

_QUOTED = re.compile(r'"([^"\n]*)"')
_CATEGORIES = re.compile(r"^[ \t]*x-axis\b[^\[\n]*\[(.*)\]", re.MULTILINE)
# At 14 pixels a letter within 540 pixels.
_MOST_LETTERS_OF_AXIS = 64
_TITLE = re.compile(
    r"^(?P<begin>\s*(?:(?:pie|treemap|packet|radar)(?:-beta)?\s+)?(?:showData\s+)?title[ \t]*:?[ \t]+)(?P<text>.+)$"
)
_SECTION = re.compile(r"^(?P<begin>\s*section\s+)(?P<text>.+)$")


def timeline_source(source: str, label: Label) -> str:
    """Return a timeline: periods and events, between colons."""

    def line(text: str) -> str:
        if _is_head(text):
            return text
        return " : ".join(_bare(part, label) for part in _outside_quotes(text, ":"))

    return _by_lines(source, label, line)


def tasks_source(source: str, label: Label) -> str:
    """Return a Gantt chart or a journey: tasks, with numbers after the last colon outside quotation marks."""

    def line(text: str) -> str:
        parts = _outside_quotes(text, ":")
        if len(parts) == 1 or _is_head(text) or re.match(r"\s*(?:dateFormat|axisFormat|tickInterval|excludes)\b", text):
            return text
        # A journey has two colons: before the score and before the people.
        name, *rest = parts if not source.startswith("journey") else (":".join(parts[:-2]) or parts[0], *parts[-2:])
        if source.startswith("gantt"):
            name, rest = ":".join(parts[:-1]), parts[-1:]
        indent = name[: len(name) - len(name.lstrip())]
        return f"{indent}{_bare(name, label)} :{':'.join(rest)}"

    return _by_lines(source, label, line)


def outline_source(source: str, label: Label) -> str:
    """Return a mind map or a board: one item a line, its depth from its indent, some in a shape."""

    def line(text: str) -> str:
        indent, body = indent_of(text), text.strip()
        data = _DATA.search(body)
        body, end = (body[: data.start()], data[0]) if data else (body, "")
        shaped = _SHAPED.match(body)
        if not body:
            return text
        if shaped:
            words = label(_unmarked(shaped["text"]))
            return f"{indent}{shaped['name']}{shaped['open']}{words}{shaped['close']}{end}"
        return f"{indent}{label(_unmarked(body))}{end}"

    first, _, rest = source.partition("\n")
    lines = [written for written in rest.split("\n") if written.strip()]
    return "\n".join([first, *map(line, _below_root(lines) if first.startswith("mindmap") else lines)])


def _below_root(lines: list[str]) -> list[str]:
    """Return a mind map's lines with the first as the only root."""
    depths = [len(line) - len(line.lstrip()) for line in lines]
    if not lines or all(depth > depths[0] for depth in depths[1:]):
        return lines
    return [lines[0], *(" " * (depths[0] + 1) + line for line in lines[1:])]


def _unmarked(text: str) -> str:
    """Return a text without quotation marks or Markdown string marks, which would be printed."""
    bare = unquoted(text)
    markdown = re.fullmatch(r"`(?P<inner>[^`]*)`", bare)
    return re.sub(r"(\*\*|\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", markdown["inner"]) if markdown else bare


_DATA = re.compile(r"@\{.*\}\s*$")
_SHAPED = re.compile(
    r"^(?P<name>[\w.-]*)(?P<open>\(\(|\)\)|\{\{|\(-|\[|\(|\))(?P<text>.+?)(?P<close>\)\)|\(\(|\}\}|-\)|\]|\)|\()$"
)


def pie_source(source: str, label: Label) -> str:
    """Return a pie: a label and a number a line; a share may have its percent sign."""

    def line(text: str) -> str:
        found = re.match(r'^(?P<indent>\s*)(?P<name>"[^"]*"|[^":]+?)\s*:\s*(?P<number>[\d.]+)\s*%?\s*$', text)
        return (
            f'{found["indent"]}"{_bare(found["name"], label)}" : {found["number"]}' if found else _quotes(text, label)
        )

    return _by_lines(source, label, line)


def quadrant_source(source: str, label: Label) -> str:
    """Return a quadrant chart: axes, quadrants and points, every text in quotation marks."""

    def quoted(text: str) -> str:
        return f'"{_bare(text, label)}"' if text.strip() else ""

    def line(text: str) -> str:
        if found := re.match(r"^(?P<begin>\s*[xy]-axis\s+)(?P<from>.+?)(?:\s*-->\s*(?P<to>.*))?$", text):
            to = f" --> {quoted(found['to'])}" if (found["to"] or "").strip() else ""
            return f"{found['begin']}{quoted(found['from'])}{to}"
        if found := re.match(r"^(?P<begin>\s*quadrant-[1-4]\s+)(?P<text>.+)$", text):
            return found["begin"] + quoted(found["text"])
        if found := re.match(r"^(?P<indent>\s*)(?P<text>\S.*?)\s*:\s*(?P<at>\[[^\]]*\])\s*$", text):
            return f"{found['indent']}{quoted(found['text'])}: {found['at']}"
        return text

    return _by_lines(source, label, line)


def axes_source(source: str, label: Label) -> str:
    """Return an XY chart: every category and title in quotation marks."""

    def quoted(text: str) -> str:
        return f'"{_bare(text, label)}"'

    def line(text: str) -> str:
        if found := re.match(r"^(?P<begin>\s*x-axis\s+)(?P<title>[^\[]*?)\s*\[(?P<list>.*)\]\s*$", text):
            title = f"{quoted(found['title'])} " if found["title"].strip() else ""
            categories = ", ".join(quoted(part) for part in _outside_quotes(found["list"], ","))
            return f"{found['begin']}{title}[{categories}]"
        if found := re.match(r"^(?P<begin>\s*[xy]-axis\s+)(?P<title>\D.*?)(?P<range>\s+-?[\d.]+\s*-->.*)?$", text):
            return f"{found['begin']}{quoted(found['title'])}{found['range'] or ''}"
        if found := re.match(r"^(?P<begin>\s*title\s+)(?P<text>.+)$", text):
            return found["begin"] + quoted(found["text"])
        if found := re.match(r"^(?P<begin>\s*(?:bar|line)\s+)(?P<name>[^\[]*?)\s*(?P<values>\[.*\])\s*$", text):
            name = f"{quoted(found['name'])} " if found["name"].strip() else ""
            return f"{found['begin']}{name}{found['values'].replace('%', '')}"
        return text

    first, _, rest = source.partition("\n")
    # Names that are too long for their place would overlap.
    names = next((_outside_quotes(found[1], ",") for found in _CATEGORIES.finditer(rest)), [])
    is_crowded = (
        len(names) * max((len(widened(unquoted(name))) + 1 for name in names), default=0) > _MOST_LETTERS_OF_AXIS
    )
    head = f"{first.strip()} horizontal" if is_crowded and "horizontal" not in first else first
    return "\n".join([head, *map(line, rest.split("\n"))])


def quoted_source(source: str, label: Label) -> str:
    """Return a diagram of another kind, with labels in quotation marks."""
    return _by_lines(source, label, lambda text: _quotes(text, label))


def _by_lines(source: str, label: Label, line: Callable[[str], str]) -> str:
    written = []
    for text in source.split("\n"):
        found = _TITLE.match(text) or _SECTION.match(text)
        written.append(found["begin"] + _bare(found["text"], label) if found else line(text))
    return "\n".join(written)


def _bare(text: str, label: Label) -> str:
    # Colons and commas separate texts in most of these kinds.
    return disguised(label(unquoted(text)), ":,")


def _quotes(text: str, label: Label) -> str:
    return _QUOTED.sub(lambda quoted: f'"{label(quoted[1])}"', text)


def _is_head(text: str) -> bool:
    return re.match(r"^\s*(?:timeline|gantt|journey)\b[\s\w]*$", text) is not None


def _outside_quotes(text: str, separator: str) -> list[str]:
    """Split a text at a separator outside quotation marks."""
    parts, is_inside = [""], False
    for sign in text:
        is_inside ^= sign == '"'
        if sign == separator and not is_inside:
            parts.append("")
        else:
            parts[-1] += sign
    return parts
