"""Reading pandoc's document in tests."""

from typing import Any


def blocks_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the top-level blocks."""
    blocks: list[dict[str, Any]] = document["blocks"]
    return blocks


def text_of(node: object) -> str:
    """Return every word of a document, its code included, separated by spaces."""
    match node:
        case {"t": "Str", "c": str(text)} | {"t": "CodeBlock" | "Code", "c": [_, str(text)]}:
            return text
        case dict():
            return " ".join(filter(None, (text_of(value) for value in node.values())))
        case list():
            return " ".join(filter(None, (text_of(value) for value in node)))
    return ""
