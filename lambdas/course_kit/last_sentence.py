"""Whether a text ends where its writer wanted it to end, or in the middle of a sentence."""

import re
from collections.abc import Sequence

from markdown_it.token import Token

from course_kit.markdown_math import MATH_BLOCK, MATH_INLINE
from course_kit.markdown_reader import VISUAL_TAG

_END = re.compile(r"[.!?…。！？؟۔।॥՞։።;]['\"”’»«“‹›」』）)\]*_~]*$")
_CLOSED = re.compile(r"[)）」』”»\]]$")
# What nobody ends a text with: a comma, a colon, an opening bracket, a lone mark.
_GOES_ON = re.compile(r"[,:(\[{，、：（؛،\-–—/&+=`*_~]$")
_ASKS = re.compile(r"(?:か|吗|呢|吧|么)$")
_EMOJI = re.compile("[\u2190-\u2bff\u3030\U0001f000-\U0001faff\ufe0f\u200d]$")
_LEADS_IN = re.compile(r":\s|[:：]$|\s[—–-]\s")
_NO_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
# Words that need another behind them, by no language in particular: none of them ends an item or a line.
_OPEN_LINK = re.compile(r"\]\([^()\s]*$")
_NEEDS_MORE = frozenset(
    " ".join(
        (
            "the a an of to in on at by for from with and or but if when that which who whose as than is are was were",
            "be has have had not no its their this these those into because while where how would could should can may",
            "el la los las un una de del al en con por para y e o u pero si que cuando como su sus es son más",
            "der die das den dem des ein eine einen einem einer und oder aber wenn dass weil zu im am mit von auf",
            "le les du des au aux et ou mais dans sur pour par avec qui il di ma per con non um uma os as no na do",
            "فإن أن إن في من على إلى عن مع و أو ثم التي الذي هذا هذه",
        )
    ).split()
)
_SHORT_LINE = 8


def ending_fault(tokens: Sequence[Token], markdown: str) -> str | None:
    """Return what is wrong with the end of a text; None when it ends.

    Judged by its last block, since blocks end in different ways: a paragraph needs the end of its sentence, an item
    does not when it is a phrase, code and tables only have to be closed.
    """
    notes = next((n for n, token in enumerate(tokens) if token.type == "footnote_block_open"), len(tokens))
    tokens = tokens[:notes]
    last = next((token for token in reversed(tokens) if token.type not in _CLOSERS), None)
    if last is None:
        return None
    if last.type in ("heading_open", "heading_close") or _is_heading(tokens):
        return "the text ends in a heading: write what belongs under it to its end"
    if last.type in ("fence", "code_block", MATH_BLOCK, "hr", "html_block"):
        return None
    if last.type in ("bullet_list_open", "list_item_open", "ordered_list_open"):
        return "the text ends in an empty item: write it to its end"
    if last.type != "inline":
        return None
    if _is_in_table(tokens):
        row = markdown.rstrip().split("\n")[-1].strip()
        is_cut = row.startswith("|") and not row.endswith("|")
        return "the text ends within a row of a table: write it to its end" if is_cut else None
    text = _visible(last)
    if _ends(text, last, is_item=_is_in_list(tokens)):
        return None
    return f"the last sentence does not end (“…{text[-40:]}”): write the text to its end"


_CLOSERS = frozenset(
    {
        *("paragraph_close", "list_item_close", "bullet_list_close", "ordered_list_close", "blockquote_close"),
        *("td_close", "tr_close", "tbody_close", "table_close", "th_close", "thead_close"),
        *("footnote_block_close", "footnote_close", "footnote_anchor"),
    }
)


def _is_heading(tokens: Sequence[Token]) -> bool:
    return bool(tokens) and tokens[-1].type == "heading_close"


def _is_in_table(tokens: Sequence[Token]) -> bool:
    return tokens[-1].type == "table_close"


def _is_in_list(tokens: Sequence[Token]) -> bool:
    return any(token.type in ("bullet_list_close", "ordered_list_close") for token in tokens[-6:])


def _visible(inline: Token) -> str:
    return "".join(
        "\n" if child.type in ("softbreak", "hardbreak") else child.content for child in inline.children or []
    ).strip()


def _ends(text: str, inline: Token, *, is_item: bool) -> bool:
    children = [child for child in inline.children or [] if child.type != "text" or child.content.strip()]
    line = text.rsplit("\n", maxsplit=1)[-1].strip()
    if not children or not line:
        return True
    last = children[-1]
    if _OPEN_LINK.search(line):
        return False
    if last.type in ("code_inline", MATH_INLINE, VISUAL_TAG, "link_close", "footnote_ref", "html_inline"):
        return True
    if _END.search(line) or _EMOJI.search(line) or _ASKS.search(line) or line.endswith(("%", "°", "№")):
        return True
    if (
        _GOES_ON.search(line)
        or line.count("`") % 2
        or line.count("**") % 2
        or "](" in line
        or line.startswith("[VISUAL")
    ):
        return False
    return _is_phrase(line, is_item=is_item)


def _is_phrase(line: str, *, is_item: bool) -> bool:
    """Whether a line without a full stop is one that needs none: an item, a definition, a signature, a label."""
    words = line.split()
    if words[-1].casefold().strip("“”\"'") in _NEEDS_MORE:
        return False
    if is_item:
        # A question that lacks its mark, and its end, begins like the ones before it.
        return len(words) <= _SHORT_LINE or bool(_LEADS_IN.search(line)) or bool(_CLOSED.search(line))
    if line.startswith(("—", "–", "-")):
        return True
    if _NO_SPACES.search(line):
        return bool(_CLOSED.search(line))
    return bool(_CLOSED.search(line)) or (bool(_LEADS_IN.search(line)) and len(words) > 1)
