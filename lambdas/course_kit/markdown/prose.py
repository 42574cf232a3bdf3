"""A text's prose, separated from code and formulas, which corrections must not change."""

import re
from collections.abc import Callable, Iterator

from course_kit.markdown.math import MATH_BLOCK
from course_kit.markdown.text import parse_markdown

CODE_BLOCKS = frozenset({"fence", "code_block", MATH_BLOCK})
_CODE_SPAN = re.compile(r"(?<![`\\])(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`)", re.DOTALL)
_FORMULA = re.compile(r"\$\$.+?\$\$|(?<![\\$\w])\$(?![\s$])[^$\n]+?(?<![\s\\])\$(?![\w$])|\\\(.+?\\\)", re.DOTALL)
_KEPT = re.compile(f"{_CODE_SPAN.pattern}|(?:{_FORMULA.pattern})", re.DOTALL)


def code_lines(markdown: str, blocks_of: frozenset[str] = CODE_BLOCKS) -> set[int]:
    """Return the lines, from 0, of a text's code blocks and displayed formulas, or of blocks of other types."""
    blocks = (token.map for token in parse_markdown(markdown) if token.type in blocks_of and token.map)
    return {line for start, end in blocks for line in range(start, end)}


def prose_stretches(markdown: str) -> list[tuple[int, int]]:
    """Return the spans of prose (half-open, in order): everything except code and formulas."""
    return [span for start, end in _without_code(markdown) for span in _outside_spans(markdown, start, end)]


def changed_prose(markdown: str, change: Callable[[str], str]) -> str:
    """Return Markdown with each span of prose changed by a function; code and formulas stay unchanged."""
    parts: list[str] = []
    position = 0
    for start, end in prose_stretches(markdown):
        parts += [markdown[position:start], change(markdown[start:end])]
        position = end
    return "".join([*parts, markdown[position:]])


def code_span(code: str) -> str:
    """Return a text as inline code of Markdown, with any backticks in it."""
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    marks = "`" * (longest + 1)
    padding = " " if code.startswith("`") or code.endswith("`") else ""
    return f"{marks}{padding}{code}{padding}{marks}"


def _without_code(markdown: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of adjacent lines outside code blocks."""
    code = code_lines(markdown)
    start, position = None, 0
    for number, line in enumerate(markdown.split("\n")):
        if number in code:
            if start is not None:
                yield start, position - 1
            start = None
        elif start is None:
            start = position
        position += len(line) + 1
    if start is not None:
        yield start, len(markdown)


def _outside_spans(markdown: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for kept in _KEPT.finditer(markdown, start, end):
        yield start, kept.start()
        start = kept.end()
    yield start, end
