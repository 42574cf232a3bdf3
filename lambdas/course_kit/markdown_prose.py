"""A text's prose, apart from its code and formulas: what is mended there must not be touched here."""

import re
from collections.abc import Callable

from course_kit.markdown_math import MATH_BLOCK
from course_kit.markdown_text import parse_markdown

CODE_BLOCKS = frozenset({"fence", "code_block", MATH_BLOCK})
_CODE_SPAN = re.compile(r"(?<![`\\])(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`)", re.DOTALL)
_FORMULA = re.compile(r"\$\$.+?\$\$|(?<![\\$\w])\$(?![\s$])[^$\n]+?(?<![\s\\])\$(?![\w$])|\\\(.+?\\\)", re.DOTALL)
_KEPT = re.compile(f"{_CODE_SPAN.pattern}|(?:{_FORMULA.pattern})", re.DOTALL)


def code_lines(markdown: str) -> set[int]:
    """Return the lines, from 0, that a text's code blocks and displayed formulas take."""
    blocks = (token.map for token in parse_markdown(markdown) if token.type in CODE_BLOCKS and token.map)
    return {line for start, end in blocks for line in range(start, end)}


def changed_prose(markdown: str, change: Callable[[str], str]) -> str:
    """Return Markdown with each stretch of prose as a function makes it; code and formulas stay as they are."""
    code = code_lines(markdown)
    parts: list[str] = []
    prose: list[str] = []

    def close() -> None:
        if prose:
            parts.append(_outside_spans("\n".join(prose), change))
            prose.clear()

    for number, line in enumerate(markdown.split("\n")):
        if number in code:
            close()
            parts.append(line)
        else:
            prose.append(line)
    close()
    return "\n".join(parts)


def _outside_spans(text: str, change: Callable[[str], str]) -> str:
    pieces: list[str] = []
    position = 0
    for kept in _KEPT.finditer(text):
        pieces += [change(text[position : kept.start()]), kept[0]]
        position = kept.end()
    return "".join([*pieces, change(text[position:])])
