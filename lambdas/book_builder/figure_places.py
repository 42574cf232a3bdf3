"""Places of a lesson's figures: at their tags, but never inside a table, a quotation or a sentence.

The text before a figure names its number, so that readers know when to look.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from book_builder.markdown_escapes import escape_inline, short_text
from course_kit.markdown.pictures import pictures_in
from course_kit.markdown.reader import VISUAL_TAG
from course_kit.markdown.text import parse_markdown
from course_kit.pictures.picture_names import FIGURES_FOLDER, own_picture_of
from course_kit.text.visual_tags import find_visual_tags

_END_OF_SENTENCE = re.compile(r"[.:;!?…。：；！？؟]?[ \t]*$")
# The characters that a line may have around its tag.
_NOTHING_ELSE = re.compile(r"[\s*_.]*")
_ENCLOSING = frozenset({"blockquote_open", "table_open"})
_LISTS = frozenset({"bullet_list_open", "ordered_list_open"})
_FULL_WIDTH = re.compile("[\u3000-\u30ff\u4e00-\u9fff\uff00-\uff60]")


def figure_identifier(visual_id: str) -> str:
    """Return the identifier of a figure, the target of links in the book."""
    return f"figure-{visual_id}"


@dataclass(frozen=True)
class FigureUse:
    """A place of a figure in a lesson: a visual tag, or a picture of the author's that stands by itself.

    ``start`` and ``end`` are a half-open span of characters.
    """

    start: int
    end: int
    visual_id: str = ""
    """Empty for a picture of the author's."""
    description: str = ""
    file: str = ""
    """The file of a picture of the author's; empty for a tag."""
    alt: str = ""
    caption: str = ""


@dataclass(frozen=True)
class ShownFigure:
    """What stands in a figure's place."""

    caption: str = ""
    """As Markdown."""
    mention: str = ""
    """The figure's name in the text ("Figure 2.1"); empty for none."""
    gap: str = ""
    """The line that stands in its place when there is nothing to show, as Markdown."""


def figures_in(markdown: str) -> list[FigureUse]:
    """Return the figures of a lesson in reading order."""
    uses = [FigureUse(tag.start, tag.end, tag.visual_id, tag.description) for tag in find_visual_tags(markdown)]
    if "![" in markdown:
        lines = markdown.split("\n")
        starts = _starts(lines)
        for picture in pictures_in(parse_markdown(markdown)):
            file = own_picture_of(picture.target)
            if picture.is_figure and file:
                first, last = picture.first_line, picture.last_line
                start = starts[first] + max(lines[first].find("!["), 0)
                end = starts[last] + len(lines[last].rstrip())
                uses.append(FigureUse(start, end, file=file, alt=picture.alt, caption=picture.caption))
    return sorted(uses, key=lambda use: use.start)


def with_figures(markdown: str, uses: Sequence[FigureUse], shown: Callable[[FigureUse], ShownFigure]) -> str:
    """Return Markdown with each figure in its own paragraph, in the order of `figures_in`."""
    if not uses:
        return markdown
    page = _Page(markdown)
    own = sum(bool(use.file) for use in uses)
    for use in reversed(uses):
        figure = shown(use)
        identifier = figure_identifier(use.visual_id) if use.visual_id else f"own-picture-{own}"
        own -= bool(use.file)
        page.place(use, _picture(use, figure, identifier), figure.mention, identifier)
    return page.text()


def _picture(use: FigureUse, figure: ShownFigure, identifier: str) -> str:
    if figure.gap:
        return f"> [!WARNING] {figure.gap}"
    if use.visual_id:
        return f"![{short_text(figure.caption)}](images/{use.visual_id}.png)"
    # The title of a picture takes any text; the reader of passages reads it as Markdown again.
    title = short_text(figure.caption)
    for mark, escaped in (("&", "&amp;"), ("\\", "\\\\"), ('"', '\\"')):
        title = title.replace(mark, escaped)
    return f'![{short_text(use.alt)}](<{FIGURES_FOLDER}/{use.file}#{identifier}> "{title}")'


def _starts(lines: list[str]) -> list[int]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _is_figure(token: Token) -> bool:
    return token.type in (VISUAL_TAG, "image", "softbreak", "hardbreak") or not token.content.strip()


class _Page:
    """The lines of a lesson whose tags become pictures, from the last to the first."""

    def __init__(self, markdown: str) -> None:
        self._lines = markdown.split("\n")
        self._starts = _starts(self._lines)
        self._named: dict[int, int] = {}
        """By line, where the first of the names at its end begins."""
        self._tokens = [token for token in parse_markdown(markdown) if token.map]
        self._without_words = {
            token.map[0]
            for token in self._tokens
            if token.type == "inline" and token.map and all(map(_is_figure, token.children or []))
        }
        self._inserted: dict[int, list[str]] = {}

    def place(self, use: FigureUse, picture: str, number: str, identifier: str) -> None:
        """Put a picture at its place, or after the block around it; ``number`` is the figure's name in the text."""
        first, last = self._line_at(use.start), self._line_at(use.end - 1)
        before = self._lines[first][: use.start - self._starts[first]]
        behind = self._lines[last][use.end - self._starts[last] :]
        mention = self._mention(number, identifier, before)
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

    def _line_at(self, position: int) -> int:
        return bisect_right(self._starts, position) - 1

    def _mention(self, number: str, identifier: str, before: str) -> str:
        """Return the mention of a figure; empty when the text already names it."""
        if not number or number in before:
            return ""
        link = f"[{escape_inline(number)}](#{identifier})"
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
            elif token.type != "paragraph_open" or start in self._without_words:
                continue
            elif not self._is_within(_ENCLOSING, start):
                end = min(stop, line)
                first = start
        if not end or any(number in earlier for earlier in self._lines[first:end]):
            return
        text = self._lines[end - 1].rstrip()
        ending = _END_OF_SENTENCE.search(text)
        # Figures are placed from the last to the first: an earlier one is named before those that are named already.
        cut = self._named.setdefault(end - 1, ending.start() if ending else len(text))
        space = "" if mention.startswith("（") else " "
        self._lines[end - 1] = f"{text[:cut]}{space}{mention}{text[cut:]}"

    def _is_within(self, kinds: frozenset[str], line: int) -> bool:
        return any(token.type in kinds and token.map and token.map[0] <= line < token.map[1] for token in self._tokens)

    def _end_of_block(self, line: int) -> int:
        """Return the line after the top-level block that contains a line."""
        blocks = (token.map for token in self._tokens if token.level == 0 and token.map)
        return max((end for start, end in blocks if start <= line < end), default=line + 1)
