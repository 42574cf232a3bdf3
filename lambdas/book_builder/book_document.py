"""Conversion of a book's parts to pandoc's document; every passage is read separately."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from book_builder import pandoc_nodes as pandoc
from book_builder.book_model import BookPicture
from book_builder.book_parts import Box, Heading, Lead, Only, Part, Passage, Together
from book_builder.formula_forms import with_settable_formulas
from book_builder.markdown_blocks import PassageReader
from book_builder.pandoc_nodes import API_VERSION, Node
from book_builder.typography import Typography
from course_kit.labels import Labels


def read_document(
    parts: Iterable[Part], language: str, pictures: Mapping[str, BookPicture] | None = None
) -> dict[str, JsonValue]:
    """Return pandoc's document of a book's parts, which holds only our own markup and plain text.

    Parameters
    ----------
    parts
        In the order of the book.
    language
        The book's language tag, such as ``es-MX``, for quotation marks and titles of boxes.
    pictures
        The author's own pictures, by file.

    Raises
    ------
    RuntimeError
        pandoc's own message.
    """
    builder = _Builder(PassageReader(Labels.of(language), Typography(language), pictures or {}))
    blocks = list(builder.blocks(parts))
    return {
        "pandoc-api-version": API_VERSION,
        "meta": {},
        "blocks": list(with_settable_formulas(_with_mended_links(blocks, builder.reader.taken))),
    }


@dataclass(frozen=True)
class _Builder:
    reader: PassageReader

    def blocks(self, parts: Iterable[Part]) -> Iterator[Node]:
        for part in parts:
            match part:
                case Passage():
                    yield from self.reader.blocks(part.markdown, part.name, part.anchors)
                case Heading():
                    yield self._heading(part)
                case Lead():
                    yield pandoc.div([pandoc.para(self.reader.line(part.text))], [part.role])
                case Box():
                    title = pandoc.div([pandoc.para(self.reader.line(part.title))], ["title"])
                    yield pandoc.div([title, *self.blocks(part.parts)], ["box", part.kind])
                case Together():
                    yield pandoc.div(self.blocks(part.parts), ["together"])
                case Only():
                    yield pandoc.div(self.blocks(part.parts), [f"only-{part.where}"])

    def _heading(self, part: Heading) -> Node:
        self.reader.taken.add(part.identifier)
        number: list[Node] = []
        if part.number:
            number = [pandoc.span(pandoc.words(part.number), "", ["number"]), {"t": "Space"}]
        classes = ["runs-on"] if part.runs_on else []
        return pandoc.header(part.level, [*number, *self.reader.line(part.text)], part.identifier, classes)


def _with_mended_links(blocks: list[Node], known: set[str]) -> list[Node]:
    """Return blocks whose links within the book all have a target; a link without one becomes its text."""

    def mended(node: Node) -> list[Node]:
        match node:
            case {"t": "Link", "c": [_, list(content), [str(target), _]]} if target.startswith("#"):
                return [node] if target[1:] in known else [part for part in content if isinstance(part, dict)]
        return [node]

    return pandoc.changed(blocks, mended)
