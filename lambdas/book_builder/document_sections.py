"""pandoc's document as sections: each heading with the plain text up to the next heading."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from book_builder.formula_forms import FORMULA

_LOWEST_LEVEL = 3
_SPACES = ("Space", "SoftBreak", "LineBreak")


@dataclass(frozen=True)
class DocumentSection:
    """A heading of the book and its plain text, without figure sources or link targets."""

    level: int
    identifier: str
    number: str
    title: str
    text: str


def sections_of(document: dict[str, JsonValue]) -> list[DocumentSection]:
    """Return the sections of a document, headings of level 1 to 3, in reading order."""
    sections: list[DocumentSection] = []
    words: list[str] = []
    heading: DocumentSection | None = None

    def close() -> None:
        if heading is not None:
            text = " ".join("".join(words).split())
            sections.append(DocumentSection(heading.level, heading.identifier, heading.number, heading.title, text))

    blocks = document["blocks"]
    for block in blocks if isinstance(blocks, list) else ():
        found = _heading_of(block)
        if found is None:
            words.extend(_words(block))
        else:
            close()
            heading, words = found, []
    close()
    return sections


def plain_text(nodes: Iterable[JsonValue]) -> str:
    """Return the text of inlines, without markup."""
    return " ".join("".join(_words_of_all(nodes)).split())


def _heading_of(block: JsonValue) -> DocumentSection | None:
    match block:
        case {"t": "Header", "c": [int(level), [str(identifier), *_], list(inlines)]} if level <= _LOWEST_LEVEL:
            number = ""
            match inlines:
                case [{"t": "Span", "c": [[_, ["number"], _], label]}, *rest]:
                    number, inlines = "".join(_words(label)), rest
            return DocumentSection(level, identifier, number, "".join(_words(inlines)).strip(), "")
    return None


def _words(node: JsonValue) -> Iterator[str]:
    """Yield the text of a node; blocks end in a space."""
    match node:
        case {"t": "Str", "c": str(text)}:
            yield text
        case {"t": "Code", "c": [_, str(text)]}:
            yield text
        case {"t": "CodeBlock", "c": [_, str(text)]}:
            yield f"{text} "
        case {"t": str(kind)} if kind in _SPACES:
            yield " "
        case {"t": "Span", "c": [[_, [str(kind)], [["alt", str(said)]]], _]} if kind == FORMULA:
            yield said
        case {"t": "Link" | "Image", "c": [_, list(inlines), _]}:
            yield from _words(inlines)
        case {"t": str(kind), "c": content}:
            yield from _words(content)
            if kind not in ("Emph", "Strong", "Span", "Strikeout"):
                yield " "
        case list():
            yield from _words_of_all(node)


def _words_of_all(nodes: Iterable[JsonValue]) -> Iterator[str]:
    for node in nodes:
        # Identifiers, classes and attributes are strings; text is in nodes.
        if isinstance(node, dict | list):
            yield from _words(node)
