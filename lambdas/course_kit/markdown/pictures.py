"""Pictures that a text names by ``![words](target "caption")``: their lines, and which of them are figures."""

from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.token import Token

_AROUND = frozenset({"softbreak", "hardbreak"})


@dataclass(frozen=True)
class NamedPicture:
    """A picture in a text; lines count from 0."""

    target: str
    alt: str
    caption: str
    """The title of the picture; empty without one."""
    first_line: int
    last_line: int
    is_figure: bool
    """Whether it stands by itself in its lines, and not within a sentence or a cell."""


def pictures_in(tokens: list[Token]) -> Iterator[NamedPicture]:
    """Yield the pictures of a parsed text, in order; pictures on neighbouring lines of their own are figures."""
    for position, token in enumerate(tokens):
        if token.type != "inline" or token.map is None:
            continue
        children = token.children or []
        images = [child for child in children if child.type == "image"]
        if not images:
            continue
        first, behind = token.map
        is_alone = tokens[position - 1].type == "paragraph_open" and all(
            child.type == "image" or child.type in _AROUND or not child.content.strip() for child in children
        )
        has_own_lines = len(images) == behind - first
        for number, image in enumerate(images):
            is_figure = is_alone and (len(images) == 1 or has_own_lines)
            own = (first + number, first + number) if has_own_lines else (first, behind - 1)
            yield NamedPicture(
                target=str(image.attrGet("src") or ""),
                alt=image.content,
                caption=str(image.attrGet("title") or ""),
                first_line=own[0],
                last_line=own[1],
                is_figure=is_figure,
            )
