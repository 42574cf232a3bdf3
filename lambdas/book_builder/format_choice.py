"""Content for some formats only: answers are collapsed where a format can do it, else at the end of the book."""

from collections.abc import Iterator

from pydantic import JsonValue

from book_builder.pandoc_nodes import Node
from book_builder.printed_tables import PAGED_FORMATS, with_printed_tables

FOLDING_FORMATS = frozenset({"html", "site"})
_CLASSES = {"only-folded": True, "only-printed": False}
"""Classes of divisions (`book_parts.Only`), and whether a format that folds shows them."""


def document_for(document: dict[str, JsonValue], format_name: str) -> dict[str, JsonValue]:
    """Return pandoc's document for one format: without parts for other formats, with tables that fit its page."""
    blocks = list(_chosen(document["blocks"], format_name in FOLDING_FORMATS))
    if format_name in PAGED_FORMATS:
        blocks = with_printed_tables(blocks, format_name)
    return {**document, "blocks": list(blocks)}


def _chosen(blocks: JsonValue, folds: bool) -> Iterator[Node]:
    for block in blocks if isinstance(blocks, list) else ():
        match block:
            case {"t": "Div", "c": [[_, [str(name)], _], inner]} if name in _CLASSES:
                if _CLASSES[name] is folds:
                    yield from _chosen(inner, folds)
            case {"t": "Div", "c": [attributes, inner]}:
                yield {"t": "Div", "c": [attributes, list(_chosen(inner, folds))]}
            case dict():
                yield block
