"""pandoc's JSON document (pandoc-types 1.23): one function for each kind of node in a book."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from pydantic import JsonValue

Node = dict[str, JsonValue]
API_VERSION: list[JsonValue] = [1, 23, 1]
_SPACES = re.compile(r"[ \t\n]+")


def attributes(identifier: str = "", classes: Sequence[str] = (), **pairs: str) -> JsonValue:
    """Return an element's identifier, classes and attributes."""
    return [identifier, list(classes), [[name, value] for name, value in pairs.items()]]


def words(text: str) -> Iterator[Node]:
    """Yield a text as words and the spaces between them."""
    position = 0
    for space in _SPACES.finditer(text):
        if space.start() > position:
            yield {"t": "Str", "c": text[position : space.start()]}
        yield {"t": "Space"}
        position = space.end()
    if position < len(text):
        yield {"t": "Str", "c": text[position:]}


def inline(kind: str, content: Iterable[Node]) -> Node:
    """Return an inline that only wraps others: ``Emph``, ``Strong``, ``Strikeout``."""
    return {"t": kind, "c": list(content)}


def span(content: Iterable[Node], identifier: str = "", classes: Sequence[str] = (), **pairs: str) -> Node:
    """Return inlines with an identifier, classes or attributes."""
    return {"t": "Span", "c": [attributes(identifier, classes, **pairs), list(content)]}


def code(text: str) -> Node:
    """Return inline code."""
    return {"t": "Code", "c": [attributes(), text]}


def link(content: Iterable[Node], target: str) -> Node:
    """Return a link."""
    return {"t": "Link", "c": [attributes(), list(content), [target, ""]]}


def image(content: Iterable[Node], source: str) -> Node:
    """Return a picture with its description."""
    return {"t": "Image", "c": [attributes(), list(content), [source, ""]]}


def math(tex: str, *, is_displayed: bool) -> Node:
    """Return a formula."""
    return {"t": "Math", "c": [{"t": "DisplayMath" if is_displayed else "InlineMath"}, tex]}


def note(content: Iterable[Node]) -> Node:
    """Return a footnote, for the place of its reference."""
    return {"t": "Note", "c": list(content)}


def para(content: Iterable[Node]) -> Node:
    """Return a paragraph."""
    return {"t": "Para", "c": list(content)}


def plain(content: Iterable[Node]) -> Node:
    """Return a line of text without a paragraph, such as an item of a tight list."""
    return {"t": "Plain", "c": list(content)}


def header(level: int, content: Iterable[Node], identifier: str, classes: Sequence[str] = ()) -> Node:
    """Return a heading."""
    return {"t": "Header", "c": [level, attributes(identifier, classes), list(content)]}


def code_block(text: str, classes: Sequence[str] = ()) -> Node:
    """Return a listing; the first class is its language."""
    return {"t": "CodeBlock", "c": [attributes("", classes), text]}


def block_quote(content: Iterable[Node]) -> Node:
    """Return a quotation."""
    return {"t": "BlockQuote", "c": list(content)}


def bullet_list(items: Iterable[Iterable[Node]]) -> Node:
    """Return a list with bullets, one entry an item."""
    return {"t": "BulletList", "c": [list(item) for item in items]}


def ordered_list(items: Iterable[Iterable[Node]], *, start: int, delimiter: str) -> Node:
    """Return a numbered list; ``delimiter`` is the sign after a number, ``.`` or ``)``."""
    style: JsonValue = [start, {"t": "Decimal"}, {"t": "OneParen" if delimiter == ")" else "Period"}]
    return {"t": "OrderedList", "c": [style, [list(item) for item in items]]}


def div(content: Iterable[Node], classes: Sequence[str], identifier: str = "") -> Node:
    """Return blocks with an identifier, classes or attributes."""
    return {"t": "Div", "c": [attributes(identifier, classes), list(content)]}


def figure(content: Iterable[Node], caption: Iterable[Node], identifier: str) -> Node:
    """Return a figure: its picture and its caption."""
    return {"t": "Figure", "c": [attributes(identifier), [None, [plain(caption)]], list(content)]}


def rule() -> Node:
    """Return a horizontal rule."""
    return {"t": "HorizontalRule"}


def table(alignments: Sequence[str], head: Sequence[Sequence[Node]], rows: Sequence[Sequence[Sequence[Node]]]) -> Node:
    """Return a table.

    Parameters
    ----------
    alignments
        The alignment of each column: ``left``, ``center``, ``right``, or empty.
    head, rows
        Cells, each a line of inlines.
    """

    def aligned(alignment: str) -> Node:
        return {"t": f"Align{alignment.capitalize() or 'Default'}"}

    def row(cells: Sequence[Sequence[Node]]) -> JsonValue:
        return [
            attributes(),
            [[attributes(), {"t": "AlignDefault"}, 1, 1, [plain(cell)] if cell else []] for cell in cells],
        ]

    columns: list[JsonValue] = [[aligned(alignment), {"t": "ColWidthDefault"}] for alignment in alignments]
    body: JsonValue = [attributes(), 0, [], [row(cells) for cells in rows]]
    head_rows: list[JsonValue] = [row(head)] if any(head) else []
    return {
        "t": "Table",
        "c": [attributes(), [None, []], columns, [attributes(), head_rows], [body], [attributes(), []]],
    }


def changed(blocks: Sequence[Node], change: Callable[[Node], list[Node]]) -> list[Node]:
    """Return nodes with each replaced by a function's result, the inner nodes first."""

    def within(value: JsonValue) -> JsonValue:
        match value:
            case {"t": str(kind), "c": content}:
                return {"t": kind, "c": within(content)}
            case list():
                parts: list[JsonValue] = []
                for part in value:
                    inner = within(part)
                    is_node = isinstance(inner, dict) and "t" in inner
                    parts.extend(change(inner) if is_node and isinstance(inner, dict) else [inner])
                return parts
        return value

    result = within(list(blocks))
    assert isinstance(result, list)  # noqa: S101 - blocks are a list
    return [node for node in result if isinstance(node, dict)]
