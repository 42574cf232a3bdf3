"""Conversion of HTML lists, tables, headings, quotations and code to Markdown."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from course_kit.markdown.prose import code_lines, code_span

_OPENING = re.compile(r"[ \t]*<(?P<name>ul|ol|table|pre|blockquote|h[1-6])\b[^<>]*>", re.IGNORECASE)
_CELL_LIST = re.compile(r"<(?P<name>[uo]l)>\s*(?P<items>(?:<li>[^<>|\n]*</li>\s*)+)</(?P=name)>", re.IGNORECASE)
_ITEM = re.compile(r"<li>\s*(?P<text>[^<>|\n]*?)\s*</li>", re.IGNORECASE)
_INLINE = {"b": "**", "strong": "**", "i": "*", "em": "*", "span": "", "u": "", "a": "", "thead": "", "tbody": ""}
_BLOCKS = frozenset({"ul", "ol", "li", "table", "tr", "td", "th", "pre", "blockquote", "p", "code", "br"})
_HARMLESS = frozenset(
    {"class", "id", "align", "valign", "style", "width", "height", "border", "start", "type", "scope"}
)
# The deepest nesting of a lesson's lists.
_DEEPEST = 20


class _NotMarkdownError(Exception):
    """The HTML has no form in Markdown, or is active."""


@dataclass
class _Element:
    name: str
    attributes: dict[str, str]
    children: list["_Element | str"] = field(default_factory=list)


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.path = [_Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = tag in _INLINE or tag in _BLOCKS or re.fullmatch("h[1-6]", tag)
        attributes = {name: value or "" for name, value in attrs}
        allowed = _HARMLESS | {"href"} if tag == "a" else _HARMLESS
        if not known or len(self.path) > _DEEPEST or attributes.keys() - allowed or "(" in attributes.get("style", ""):
            raise _NotMarkdownError
        if tag == "a" and not attributes.get("href", "").startswith(("http://", "https://")):
            raise _NotMarkdownError
        element = _Element(tag, attributes)
        self.path[-1].children.append(element)
        if tag != "br":
            self.path.append(element)

    def handle_endtag(self, tag: str) -> None:
        if self.path[-1].name == "li" and tag in ("ul", "ol"):
            self.path.pop()
        if self.path[-1].name != tag:
            raise _NotMarkdownError
        self.path.pop()

    def handle_data(self, data: str) -> None:
        self.path[-1].children.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        raise _NotMarkdownError(decl)


def with_markdown_blocks(markdown: str) -> str:
    """Return a text with separate HTML blocks as Markdown; others stay, for the checks to reject.

    Lists in table cells become lines of their cell.
    """
    if not re.search(r"<(?:[uo]l|table|pre|blockquote|h[1-6])\b", markdown, re.IGNORECASE):
        return markdown
    lines = markdown.split("\n")
    code = code_lines(markdown)
    ends = _Ends(lines)
    changed: list[str] = []
    number = 0
    while number < len(lines):
        block = None if number in code else _block(lines, number, ends)
        if block is None:
            line = lines[number]
            changed.append(_CELL_LIST.sub(_in_cell, line) if number not in code else line)
            number += 1
            continue
        text, number = block
        changed += ["", *text.split("\n"), ""] if changed and changed[-1].strip() else [*text.split("\n"), ""]
    return "\n".join(changed)


def _in_cell(found: re.Match[str]) -> str:
    items = [item["text"] for item in _ITEM.finditer(found["items"])]
    is_numbered = found["name"].lower() == "ol"
    return "<br>".join(
        f"{number}. {item}" if is_numbered else f"• {item}" for number, item in enumerate(items, start=1)
    )


@dataclass
class _Ends:
    """Ends of a text's elements that start a line, found once for all elements of a name."""

    lines: list[str]
    _known: dict[str, dict[int, int]] = field(default_factory=dict)

    def of(self, name: str, number: int) -> int | None:
        """Return the line at which the elements opened from a line on are closed."""
        if name not in self._known:
            self._known[name] = self._found(name)
        return self._known[name].get(number)

    def _found(self, name: str) -> dict[int, int]:
        opening, closing = re.compile(rf"<{name}\b", re.IGNORECASE), re.compile(rf"</{name}\s*>", re.IGNORECASE)
        ends: dict[int, int] = {}
        depth = 0
        # Lines without an end yet, with the depth of their end: each is deeper than the one before.
        waiting: list[tuple[int, int]] = []
        for number, line in enumerate(self.lines):
            if opening.search(line):
                waiting.append((number, depth))
            depth += len(opening.findall(line)) - len(closing.findall(line))
            while waiting and depth <= waiting[-1][1]:
                start, outer = waiting.pop()
                if depth == outer:
                    ends[start] = number
        return ends


def _block(lines: list[str], number: int, ends: _Ends) -> tuple[str, int] | None:
    """Return the block at a line as Markdown, and the line after it."""
    opening = _OPENING.match(lines[number])
    if opening is None:
        return None
    name = opening["name"].lower()
    end = ends.of(name, number)
    if end is None:
        return None
    source = "\n".join(lines[number : end + 1])
    if not re.search(rf"</{name}\s*>\s*$", source, re.IGNORECASE):
        return None
    try:
        tree = _Tree()
        tree.feed(source.strip())
        tree.close()
        return "\n".join(_markdown(tree.path[0])), end + 1
    except _NotMarkdownError:
        return None


def _markdown(parent: _Element) -> Iterator[str]:
    """Yield the lines of an element's blocks."""
    text: list[_Element | str] = []
    for child in [*parent.children, _Element("", {})]:
        if isinstance(child, str) or child.name in _INLINE or child.name in ("br", "code"):
            text.append(child)
            continue
        if "".join(map(_line, text)).strip():
            yield from (part.strip() for part in "".join(map(_line, text)).strip().split("\n"))
        text = []
        yield from _block_lines(child)


def _block_lines(element: _Element) -> Iterator[str]:
    if element.name in ("ul", "ol"):
        items = [child for child in element.children if isinstance(child, _Element)]
        for number, item in enumerate(items, start=1):
            mark = f"{number}. " if element.name == "ol" else "- "
            for place, line in enumerate(_markdown(item)):
                yield (mark if not place else " " * len(mark)) + line
    elif element.name == "table":
        yield from _table(element)
    elif element.name == "pre":
        yield from _code_block(element)
    elif element.name == "blockquote":
        yield from (f"> {line}".rstrip() for line in _markdown(element))
    elif element.name.startswith("h"):
        yield f"{'#' * int(element.name[1])} {_text(element)}"
    elif element.name == "p":
        yield from ("", *_markdown(element), "")
    elif element.name:
        raise _NotMarkdownError


def _table(element: _Element) -> Iterator[str]:
    rows = list(_rows(element))
    columns = max(map(len, rows), default=0)
    if not columns or any(len(row) != columns for row in rows):
        raise _NotMarkdownError
    yield "| " + " | ".join(rows[0]) + " |"
    yield "|" + "---|" * columns
    for row in rows[1:]:
        yield "| " + " | ".join(row) + " |"


def _rows(element: _Element) -> Iterator[list[str]]:
    for child in element.children:
        if isinstance(child, _Element) and child.name == "tr":
            cells = [cell for cell in child.children if isinstance(cell, _Element)]
            yield [_text(cell).replace("|", r"\|") for cell in cells]
        elif isinstance(child, _Element):
            yield from _rows(child)


def _code_block(element: _Element) -> Iterator[str]:
    inner = [child for child in element.children if not isinstance(child, str) or child.strip()]
    code = inner[0] if len(inner) == 1 and isinstance(inner[0], _Element) and inner[0].name == "code" else element
    if not all(isinstance(child, str) for child in code.children):
        raise _NotMarkdownError
    language = re.search(r"(?:language|lang)-([\w+#-]+)", code.attributes.get("class", ""))
    source = html.unescape("".join(map(str, code.children))).strip("\n")
    longest = max((len(run) for run in re.findall("`{3,}", source)), default=2)
    yield "`" * (longest + 1) + (language[1] if language else "")
    yield from source.split("\n")
    yield "`" * (longest + 1)


def _text(element: _Element) -> str:
    return " ".join("".join(map(_line, element.children)).split())


def _line(part: _Element | str) -> str:
    if isinstance(part, str):
        return part
    if part.name == "br":
        return "<br>"
    inner = "".join(map(_line, part.children))
    if part.name == "code":
        return code_span(html.unescape(inner))
    if part.name == "a":
        return f"[{inner}]({part.attributes['href']})"
    if part.name == "p":
        return inner
    if part.name not in _INLINE:
        raise _NotMarkdownError
    return f"{_INLINE[part.name]}{inner}{_INLINE[part.name]}"
