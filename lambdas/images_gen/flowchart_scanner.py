"""Scanner for a line of a flowchart: nodes, the links between them, and their labels."""

import re
from dataclasses import dataclass

_NAME = re.compile(r"(?:[^\s\[\](){}<>|\"&;:@~,=.-]|[-.](?=[\w])|=(?=\w)|:(?=[^\s:]))+")
_CLOSINGS = {
    "(((": (")))",),
    "((": ("))",),
    "([": ("])",),
    "[[": ("]]",),
    "[(": (")]",),
    "[/": ("/]", "\\]"),
    "[\\": ("\\]", "/]"),
    "{{": ("}}",),
    "(-": ("-)",),
    "[": ("]",),
    "(": (")",),
    "{": ("}",),
    ">": ("]",),
}
_OPENINGS = tuple(_CLOSINGS)
_BRACKETS = {"[": "]", "(": ")", "{": "}"}
_SHAPE_DATA = re.compile(r"@[ \t]*\{[^}\n]*\}")
_EDGE_NAME = re.compile(r"[\w-]+@(?=[<xo]?[-=~])")
_LINK = re.compile(r"(?:[<xo]?(?:--+[-xo>]|==+[=xo>]|-\.+-[xo>]?)|~~~+)")
_LABELLED = (
    (re.compile(r"[<xo]?--(?=[^->xo]|[xo]\w)"), re.compile(r"--+[-xo>]|--+$")),
    (re.compile(r"[<xo]?==(?=[^=>xo]|[xo]\w)"), re.compile(r"==+[=xo>]")),
    (re.compile(r"[<xo]?-\.(?=[^.-])"), re.compile(r"\.+-[xo>]?")),
)
_PIPED = re.compile(r'\|(?:[ \t]*"(?P<quoted>[^"\n]*)"[ \t]*|(?P<bare>[^|\n]*))\|')
# A class suffix after a node.
_AFTER = r"(?=[ \t]*(?:$|;|&|[<xo]?[-=~]|[\w-]+@))"


class Unread(Exception):
    """The text has a form that the scanner does not know."""


@dataclass(frozen=True)
class Node:
    """A name, with the label from its brackets or from its shape's data."""

    name: str
    opening: str = ""
    text: str = ""
    closing: str = ""
    data: str = ""


@dataclass(frozen=True)
class Link:
    """An arrow and its label."""

    arrow: str
    text: str = ""


# Parts of a statement: a node, a link, or `&` between nodes.
Part = Node | Link | str


@dataclass
class Scanner:
    """Reads one line from left to right."""

    line: str
    at: int = 0

    def is_done(self) -> bool:
        """Whether only spaces and semicolons are left."""
        while self.at < len(self.line) and self.line[self.at] in " \t;":
            self.at += 1
        return self.at >= len(self.line)

    def statement(self) -> list[Part]:
        """Read nodes with links between them."""
        parts: list[Part] = [self._node()]
        while True:
            self._skip_spaces()
            if self.at >= len(self.line) or self.line[self.at] == ";":
                return parts
            if self.line[self.at] == "&":
                self.at += 1
                parts.append("&")
            else:
                parts.append(self._link())
            self._skip_spaces()
            parts.append(self._node())

    def _node(self) -> Node:
        name = self._take(_NAME)
        if name is None:
            raise Unread
        data = self._take(_SHAPE_DATA)
        if data is not None:
            return Node(name[0], data=data[0])
        here = self.at
        self._skip_spaces()
        for opening in _OPENINGS:
            # A shape follows its name without a space: `A > B` is no shape.
            if self.line.startswith(opening, self.at) and (self.at == here or opening != ">"):
                found = self._label(opening)
                if found:
                    return Node(name[0], opening, *found)
        self.at = here
        return Node(name[0])

    def _label(self, opening: str) -> tuple[str, str] | None:
        """Return the label between a shape's brackets, and the closing brackets."""
        begin = self.at + len(opening)
        for closing in _CLOSINGS[opening]:
            quoted = re.compile(rf'[ \t]*"(?P<text>.*?)"[ \t]*{re.escape(closing)}{_AFTER}').match(self.line, begin)
            end = None if quoted else _end_of(self.line, begin, closing)
            if quoted or end is not None:
                text = quoted["text"] if quoted else self.line[begin:end].strip()
                self.at = quoted.end() if quoted else (end or begin) + len(closing)
                return text, closing
        return None

    def _link(self) -> Link:
        self._take(_EDGE_NAME)
        for opening, closing in _LABELLED:
            begun = opening.match(self.line, self.at)
            ended = closing.search(self.line, begun.end()) if begun else None
            if begun and ended and self.line[begun.end() : ended.start()].strip():
                text = self.line[begun.end() : ended.start()].strip()
                self.at = ended.end()
                return Link(_arrow(begun[0], ended[0]), _unquoted(text))
        arrow = self._take(_LINK)
        if arrow is None:
            raise Unread
        here = self.at
        self._skip_spaces()
        piped = self._take(_PIPED)
        if piped is None:
            self.at = here
            return Link(arrow[0])
        return Link(arrow[0], (piped["bare"] if piped["quoted"] is None else piped["quoted"]).strip())

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.line, self.at)
        if found:
            self.at = found.end()
        return found

    def _skip_spaces(self) -> None:
        while self.at < len(self.line) and self.line[self.at] in " \t":
            self.at += 1


def _end_of(line: str, begin: int, closing: str) -> int | None:
    """Return the end of a label without quotation marks: the shape's closing brackets, outside nested ones."""
    awaited: list[str] = []
    for at in range(begin, len(line)):
        if not awaited and line.startswith(closing, at):
            return at
        if awaited and line[at] == awaited[-1]:
            awaited.pop()
        elif line[at] in _BRACKETS:
            awaited.append(_BRACKETS[line[at]])
    found = line.find(closing, begin)
    return found if found >= 0 else None


def _arrow(begun: str, ended: str) -> str:
    """Return one link from the two halves around its text."""
    head = begun[0] if begun[0] in "<xo" else ""
    return f"{head}-{ended}" if begun.endswith("-.") else f"{head}{ended}"


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
