"""Emphasis in Chinese, Japanese and Korean text, where no space shows which mark opens and which closes.

By CommonMark's rules for spaces and punctuation, ``**「重要」**です`` shows asterisks. The amendment "CJK-friendly
emphasis" (github.com/tats-u/markdown-cjk-friendly) corrects that. Full-width punctuation counts as a letter, and a CJK
letter next to other punctuation counts as a space. In a book's prose, two asterisks always mean bold. So they also work
between punctuation and a letter of any script: ``**Note:**text``.
"""

import unicodedata

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

_CJK = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "FULLWIDTH", "HALFWIDTH")
_WIDE = ("W", "F", "H")
_BOLD = 2


def cjk_friendly_emphasis_plugin(reader: MarkdownIt) -> None:
    """Add emphasis for scripts without spaces to a parser."""
    reader.inline.ruler.at("emphasis", _emphasis_rule)


def _emphasis_rule(state: StateInline, silent: bool) -> bool:
    """Add a run of ``*`` or ``_``, and whether it may open or close; the parser's own rules pair runs later."""
    start, marker = state.pos, state.src[state.pos]
    if silent or marker not in "*_":
        return False
    end = start
    while end < state.posMax and state.src[end] == marker:
        end += 1
    length = end - start
    can_open, can_close = _may_open_and_close(
        marker,
        before=state.src[start - 1] if start > 0 else " ",
        after=state.src[end] if end < state.posMax else " ",
        is_bold=marker == "*" and length == _BOLD,
    )
    for _ in range(length):
        state.push("text", "", 0).content = marker
        state.delimiters.append(
            Delimiter(
                marker=ord(marker), length=length, token=len(state.tokens) - 1, end=-1, open=can_open, close=can_close
            )
        )
    state.pos = end
    return True


def _may_open_and_close(marker: str, *, before: str, after: str, is_bold: bool) -> tuple[bool, bool]:
    left = _flanks(inside=after, outside=before, is_bold=is_bold)
    right = _flanks(inside=before, outside=after, is_bold=is_bold)
    if marker == "*":
        return left, right
    # Underscores inside a word are part of a name.
    return left and (not right or _is_punctuation(before)), right and (not left or _is_punctuation(after))


def _flanks(*, inside: str, outside: str, is_bold: bool) -> bool:
    """Whether a run of marks may be the border between the characters ``inside`` and ``outside`` of emphasis."""
    if isWhiteSpace(ord(inside)):
        return False
    if not _is_punctuation(inside) or _is_cjk(inside):
        return True
    return is_bold or isWhiteSpace(ord(outside)) or _is_punctuation(outside) or _is_cjk(outside)


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)


def _is_cjk(character: str) -> bool:
    return unicodedata.east_asian_width(character) in _WIDE or unicodedata.name(character, "").startswith(_CJK)
