"""What only some formats show: answers are folded up where a format can fold, and stand at the back where it cannot."""

from collections.abc import Iterator

from pydantic import JsonValue

FOLDING_FORMATS = frozenset({"html", "site"})
_CLASSES = {"only-folded": True, "only-printed": False}
"""Classes of read.lua's divisions, and whether a format that folds shows them."""


def document_for(document: dict[str, JsonValue], format_name: str) -> dict[str, JsonValue]:
    """Return pandoc's document as one format shows it: without what is for the others."""
    blocks = document["blocks"]
    return {**document, "blocks": list(_chosen(blocks, format_name in FOLDING_FORMATS))}


def _chosen(blocks: JsonValue, folds: bool) -> Iterator[JsonValue]:
    for block in blocks if isinstance(blocks, list) else ():
        match block:
            case {"t": "Div", "c": [[_, [str(name)], _], inner]} if name in _CLASSES:
                if _CLASSES[name] is folds:
                    yield from _chosen(inner, folds)
            case {"t": "Div", "c": [attributes, inner]}:
                yield {"t": "Div", "c": [attributes, list(_chosen(inner, folds))]}
            case _:
                yield block
