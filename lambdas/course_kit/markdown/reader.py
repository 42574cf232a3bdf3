"""The only parser for Markdown, used by every check and by the book.

It reads CommonMark with GitHub's tables, strikethrough, task lists, footnotes and bare addresses. It also reads
formulas, emphasis in scripts without spaces, and visual tags.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin

from course_kit.markdown.emphasis import cjk_friendly_emphasis_plugin
from course_kit.markdown.math import math_plugin

VISUAL_TAG = "visual_tag"
"""An inline child: ``[VISUAL: …]`` as it stands in the text."""
VISUAL_TAG_OPENING = "[VISUAL:"
_BRACKET = re.compile(r"[\[\]]")


@cache
def markdown_reader(quotes: str = "") -> MarkdownIt:
    """Return the parser, with the parameters of `new_reader`."""
    return new_reader(quotes)


def new_reader(quotes: str = "") -> MarkdownIt:
    """Return a parser of its own, to add a rule to. It reads links of every scheme: checks reject only what they see.

    Parameters
    ----------
    quotes
        Four quotation marks, double and single, which replace straight ones outside code; None changes nothing.
    """
    options = {"tasklists": True, "typographer": bool(quotes), "quotes": quotes}
    reader = MarkdownIt("commonmark", options).enable(["table", "strikethrough", *(["smartquotes"] if quotes else [])])
    reader.use(footnote_plugin, inline=False)
    reader.use(gfm_autolink_plugin)
    reader.use(math_plugin)
    reader.use(cjk_friendly_emphasis_plugin)
    reader.inline.ruler.before("link", VISUAL_TAG, _visual_tag_rule)
    reader.validateLink = lambda _: True  # type: ignore[assignment,method-assign] # the documented way to change it
    return reader


@cache
def short_text_reader() -> MarkdownIt:
    """Return a parser for one line: code, bold, italics and formulas. Links, pictures, tags and HTML are text."""
    reader = MarkdownIt("zero").enable(["escape", "backticks", "emphasis", "entity", "balance_pairs", "fragments_join"])
    reader.use(math_plugin)
    reader.use(cjk_friendly_emphasis_plugin)
    return reader


def _visual_tag_rule(state: StateInline, silent: bool) -> bool:
    """Read ``[VISUAL: …]`` up to the bracket that closes it."""
    if not state.src.startswith(VISUAL_TAG_OPENING, state.pos) or state.src.find("]", state.pos) < 0:
        return False
    end = _closing_brackets(state.src).get(state.pos, state.posMax)
    if end >= state.posMax:
        return False
    if not silent:
        state.push(VISUAL_TAG, "", 0).content = state.src[state.pos : end + 1]
    state.pos = end + 1
    return True


@lru_cache(maxsize=1)
def _closing_brackets(text: str) -> Mapping[int, int]:
    """Return the place of the closing bracket for each opening bracket that has one.

    One pass for the whole text: with one search for each bracket, a model's endless repetition would take too long.
    """
    closing: dict[int, int] = {}
    waiting: list[int] = []
    for bracket in _BRACKET.finditer(text):
        if bracket[0] == "[":
            waiting.append(bracket.start())
        elif waiting:
            closing[waiting.pop()] = bracket.start()
    return closing
