"""Places of a lesson's figures: at their tags, but never inside a table, a quotation or a sentence.

The text before a figure names its number, so that readers know when to look.
"""

import re
from bisect import bisect_right
from collections.abc import Callable

from book_builder.markdown_escapes import escape_inline, short_text
from course_kit.markdown.text import parse_markdown
from course_kit.records.visuals import Figure
from course_kit.text.visual_tags import VisualTag, find_visual_tags

_END_OF_SENTENCE = re.compile(r"[.:;!?…。：；！？؟]?[ \t]*$")
# The characters that a line may have around its tag.
_NOTHING_ELSE = re.compile(r"[\s*_.]*")
_ENCLOSING = frozenset({"blockquote_open", "table_open"})
_LISTS = frozenset({"bullet_list_open", "ordered_list_open"})
_FULL_WIDTH = re.compile("[\u3000-\u30ff\u4e00-\u9fff\uff00-\uff60]")


def figure_identifier(visual_id: str) -> str:
    """Return the identifier of a figure, the target of links in the book."""
    return f"figure-{visual_id}"


def with_figures(
    markdown: str,
    figures: dict[str, Figure],
    caption_of: Callable[[Figure], str],
    mention_of: Callable[[Figure], str],
) -> str:
    """Return Markdown with each tag replaced by a picture in its own paragraph; every tag must have a figure."""
    tags = find_visual_tags(markdown)
    if not tags:
        return markdown
    page = _Page(markdown)
    for tag in reversed(tags):
        figure = figures[tag.visual_id]
        picture = f"![{short_text(caption_of(figure))}](images/{tag.visual_id}.png)"
        page.place(tag, picture, mention_of(figure))
    return page.text()


class _Page:
    """The lines of a lesson whose tags become pictures, from the last to the first."""

    def __init__(self, markdown: str) -> None:
        self._lines = markdown.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._tokens = [token for token in parse_markdown(markdown) if token.map]
        self._inserted: dict[int, list[str]] = {}

    def place(self, tag: VisualTag, picture: str, number: str) -> None:
        """Put a picture at a tag, or after the block around the tag; ``number`` is the figure's name in the text."""
        first = bisect_right(self._starts, tag.start) - 1
        last = bisect_right(self._starts, tag.end - 1) - 1
        before = self._lines[first][: tag.start - self._starts[first]]
        behind = self._lines[last][tag.end - self._starts[last] :]
        mention = self._mention(number, tag, before)
        if _NOTHING_ELSE.fullmatch(before.lstrip("> ") + behind):
            self._lines[first] = before[: len(before) - len(before.lstrip("> "))].rstrip() if ">" in before else ""
            is_own = not self._is_within(_ENCLOSING, first) and (before or not self._is_within(_LISTS, first))
            self._insert(first if is_own else self._end_of_block(first), before if is_own else "", picture)
            if mention:
                self._name_before(first, number, mention)
        else:
            self._lines[first] = f"{before}{mention}{behind}" if mention else f"{before.rstrip()} {behind.lstrip()}"
            self._insert(self._end_of_block(first), "", picture)
        for emptied in range(first + 1, last + 1):
            self._lines[emptied] = ""

    def text(self) -> str:
        """Return the lines with the pictures between them."""
        lines: list[str] = []
        for number, line in enumerate([*self._lines, ""]):
            lines += [*self._inserted.get(number, ()), line]
        return "\n".join(lines[:-1])

    def _insert(self, line: int, indentation: str, picture: str) -> None:
        self._inserted.setdefault(line, [])[:0] = ["", f"{indentation}{picture}", ""]

    def _mention(self, number: str, tag: VisualTag, before: str) -> str:
        """Return the mention of a figure; empty when the text already names it."""
        if not number or number in before:
            return ""
        link = f"[{escape_inline(number)}](#{figure_identifier(tag.visual_id)})"
        return f"（{link}）" if _FULL_WIDTH.search(number) else f"({link})"

    def _name_before(self, line: int, number: str, mention: str) -> None:
        """Name a figure at the end of the paragraph before it, within its section."""
        end = 0
        for token in self._tokens:
            start, stop = token.map or (0, 0)
            if start >= line:
                break
            if token.type == "heading_open":
                end = 0
            elif token.type == "paragraph_open" and not self._is_within(_ENCLOSING, start):
                end = min(stop, line)
                first = start
        if not end or any(number in earlier for earlier in self._lines[first:end]):
            return
        text = self._lines[end - 1].rstrip()
        ending = _END_OF_SENTENCE.search(text)
        cut = ending.start() if ending else len(text)
        space = "" if mention.startswith("（") else " "
        self._lines[end - 1] = f"{text[:cut]}{space}{mention}{text[cut:]}"

    def _is_within(self, kinds: frozenset[str], line: int) -> bool:
        return any(token.type in kinds and token.map and token.map[0] <= line < token.map[1] for token in self._tokens)

    def _end_of_block(self, line: int) -> int:
        """Return the line after the top-level block that contains a line."""
        blocks = (token.map for token in self._tokens if token.level == 0 and token.map)
        return max((end for start, end in blocks if start <= line < end), default=line + 1)
