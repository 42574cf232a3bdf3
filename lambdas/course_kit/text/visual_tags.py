"""Visual tags in a lesson's Markdown, found by a Markdown parser: a tag inside code is plain text.

The writer marks a visual as ``[VISUAL: description]``. When content_gen saves the lesson, it numbers the tags once
(``[VISUAL: 02-03-0001 - description]``). Only an author changes the lesson afterwards: `numbered_for_author` gives new
tags numbers whenever it is read.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from course_kit.markdown.reader import VISUAL_TAG, VISUAL_TAG_OPENING, markdown_reader
from course_kit.store.ids import VisualId

_NUMBERED = re.compile(rf"{re.escape(VISUAL_TAG_OPENING)}\s+\d{{2,3}}-\d{{2,3}}-\d{{4}} -")


@dataclass(frozen=True)
class VisualTag:
    """One tag: its place in the Markdown (half-open character span), its id once numbered, its description."""

    start: int
    end: int
    visual_id: str
    description: str


def find_visual_tags(markdown: str) -> list[VisualTag]:
    """Return the tags of a lesson in order. Brackets inside a description may nest; code never holds a tag."""
    line_starts = [0, *(match.end() for match in re.finditer("\n", markdown))]
    tags: list[VisualTag] = []
    cursor = 0
    for token in markdown_reader().parse(markdown):
        if token.type != "inline":
            continue
        if token.map:
            cursor = max(cursor, line_starts[min(token.map[0], len(line_starts) - 1)])
        for child in token.children or []:
            # Children are in the order of the text, so each search starts after the child before. Code is skipped, so
            # that a tag quoted in code does not hide the real one after it.
            if child.type not in ("code_inline", VISUAL_TAG):
                continue
            match = _as_written(child.content).search(markdown, cursor)
            if match is None:
                continue
            cursor = match.end()
            if child.type == VISUAL_TAG:
                tags.append(_tag(match.start(), match[0]))
    return tags


def number_visual_tags(markdown: str, module_number: int, lesson_number: int) -> str:
    """Return the Markdown with every tag numbered from the outline's numbers, in order from 1.

    A model's own numbers are replaced.
    """
    positions = count(1)

    def numbered(tag: VisualTag) -> str:
        return _written(VisualId(module_number, lesson_number, next(positions)), tag)

    return replace_visual_tags(markdown, numbered)


def numbered_for_author(markdown: str, module_number: int, lesson_number: int) -> str:
    """Return the Markdown with a number for every tag, where the lesson's own numbers stay.

    A tag without a number gets the next one after the highest. So does a number that comes twice, from its second place
    on, and the number of another lesson. Every function that reads a text gives its tags the same numbers.
    """
    own = [_own_position(tag, module_number, lesson_number) for tag in find_visual_tags(markdown)]
    free = count(max(filter(None, own), default=0) + 1)
    taken: set[int] = set()
    positions = iter(own)

    def numbered(tag: VisualTag) -> str:
        position = next(positions)
        if position is None or position in taken:
            position = next(free)
        taken.add(position)
        return _written(VisualId(module_number, lesson_number, position), tag)

    return replace_visual_tags(markdown, numbered)


def without_numbers(markdown: str) -> str:
    """Return a numbered text with its tags as the writer marks them: the same wherever the lesson stands."""
    return _NUMBERED.sub(VISUAL_TAG_OPENING, markdown)


def _own_position(tag: VisualTag, module_number: int, lesson_number: int) -> int | None:
    visual_id = VisualId.parse(tag.visual_id) if tag.visual_id else None
    is_own = visual_id is not None and (visual_id.module, visual_id.lesson) == (module_number, lesson_number)
    return visual_id.position if visual_id and is_own else None


def _written(visual_id: VisualId, tag: VisualTag) -> str:
    return f"{VISUAL_TAG_OPENING} {visual_id} - {tag.description}]"


def replace_visual_tags(markdown: str, replacement: Callable[[VisualTag], str]) -> str:
    """Return the Markdown with each tag replaced by the function's result."""
    parts: list[str] = []
    position = 0
    for tag in find_visual_tags(markdown):
        parts += [markdown[position : tag.start], replacement(tag)]
        position = tag.end
    return "".join([*parts, markdown[position:]])


def _tag(start: int, raw: str) -> VisualTag:
    inner = " ".join(raw[len(VISUAL_TAG_OPENING) : -1].replace("\n>", "\n").split())
    visual_id, description = "", inner
    if (numbered := VisualId.at_start(inner)) and (rest := numbered[1].lstrip()).startswith("-"):
        visual_id, description = str(numbered[0]), rest[1:].lstrip()
    return VisualTag(start=start, end=start + len(raw), visual_id=visual_id, description=description)


def _as_written(content: str) -> re.Pattern[str]:
    # The parser removes indentation and quote marks at line starts, but the text still has them.
    return re.compile(r"[\s>]+".join(map(re.escape, content.split())))
