"""Check of a text's end: complete, or in the middle of a sentence."""

import re
from collections.abc import Sequence

from markdown_it.token import Token

from course_kit.markdown.math import MATH_INLINE
from course_kit.markdown.reader import VISUAL_TAG

_END = re.compile(r"[.!?…。！？｡．؟۔።॥।។៕။՞։།༎᠃;]['\"”’»«“‹›」』）)\]*_~]*$")
_CLOSED = re.compile(r"[)）」』”»\]]$")
# Signs that never end a text: a comma, a colon, an opening bracket, a single mark.
_GOES_ON = re.compile(r"[,:(\[{،、，：（؛\-–—/&=`*_~]$|(?<![+\w])\+$")
# Ends of sentences without a mark: questions and polite forms; Thai and Lao have no marks at all.
_ENDS_WITHOUT_MARK = re.compile(
    r"(?:か|吗|呢|吧|么|です|ます|ました|でした|ません|ましょう|ください|である|だった|でしょう|니다|세요)$|[\u0e00-\u0eff]$"
)
_EMOJI = re.compile("[\u2190-\u2bff\u3030\U0001f000-\U0001faff\ufe0f\u200d]$")
_LEADS_IN = re.compile(r":\s|[:：]$|\s[—–→-]\s|：")
_NO_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_DIRECTION_MARKS = "\u200e\u200f\u061c\u00ad "
_OPEN_LINK = re.compile(r"\]\([^()\s]*$")
# A box or a task with its mark only.
_MARK_ALONE = re.compile(r"\[![A-Za-z]+\]|\[[ xX]\]")
# Words that need another word after them: in lower case, none of them ends an item or a line.
_NEVER_LAST = frozenset(
    " ".join(
        (
            "the a an and or but if because than its their your our my every although unless whether",
            "el la los las un una y o que pero si porque su sus del al cuando aunque",
            "der den dem des ein eine einen einem einer und oder aber wenn dass weil zum zur sowie",
            "le les du une et ou mais lorsque leur leurs il lo gli della delle degli",
            "um uma os pelo pela seu sua quando",
            "فإن أن إن أو ثم التي الذي لأن حيث",
        )
    ).split()
)
# Prepositions and verbs that may end a short phrase (`what an index is for`), but hardly a long one.
_HARDLY_LAST = frozenset(
    " ".join(
        (
            "of to in at by for from with into is are was were be been has have had can may will would should that",
            "which who when where while how as de en con por para es son está como",
            "zu im am mit von auf für ist sind wird",
            "dans sur pour par avec qui est sont di da per con non em com não é são da na",
            "في من على إلى عن مع هذا هذه",
        )
    ).split()
)
_SHORT_LINE = 8
# The number of characters in one word of a script without spaces.
_CHARACTERS_PER_WORD = 2.5
_LISTS = ("bullet_list", "ordered_list")
_CLOSERS = frozenset(
    {
        *("paragraph_close", "list_item_close", "bullet_list_close", "ordered_list_close", "blockquote_close"),
        *("td_close", "tr_close", "tbody_close", "table_close", "th_close", "thead_close"),
        *("footnote_block_close", "footnote_close", "footnote_anchor"),
    }
)
_AROUND = frozenset({"blockquote_close", "list_item_close", "bullet_list_close", "ordered_list_close"})


def ending_fault(tokens: Sequence[Token], markdown: str) -> str | None:
    """Return the fault at the end of a text; None for a complete text.

    The rule depends on the last block. A paragraph needs the end of its sentence. An item must end like the other items
    of its list. Code and tables only need their closing marks.
    """
    notes = next((n for n, token in enumerate(tokens) if token.type == "footnote_block_open"), len(tokens))
    tokens = tokens[:notes]
    place = next((n for n in reversed(range(len(tokens))) if tokens[n].type not in _CLOSERS), None)
    if place is None:
        return None
    last = tokens[place]
    if last.type in ("heading_open", "heading_close"):
        return "the text ends in a heading: write what belongs under it to its end"
    if last.type in ("bullet_list_open", "list_item_open", "ordered_list_open"):
        return "the text ends in an empty item: write it to its end"
    if last.type != "inline":
        return None
    block = next((token for token in reversed(tokens) if token.type not in _AROUND), last)
    if block.type == "table_close":
        return _fault_of_table(tokens, place, markdown)
    text = _visible(last)
    if _ends(text, last, _other_items(tokens, place)):
        return None
    return f"the last sentence does not end (“…{text[-40:]}”): write the text to its end"


def _fault_of_table(tokens: Sequence[Token], place: int, markdown: str) -> str | None:
    if tokens[place + 1].type == "th_close":
        return "the text ends in a table without rows: write it to its end"
    row = markdown.rstrip().split("\n")[-1].strip(" >\t")
    is_cut = row.startswith("|") and not row.endswith("|")
    return "the text ends within a row of a table: write it to its end" if is_cut else None


def _other_items(tokens: Sequence[Token], place: int) -> list[str] | None:
    """Return the other items of a paragraph's list; None outside lists.

    A list of one item is compared with all items of the text.
    """
    level = next((n for n in reversed(range(place)) if tokens[n].type in ("list_item_open", "heading_open")), None)
    if level is None or tokens[level].type != "list_item_open" or not _is_within(tokens, level, place):
        return None
    depth = tokens[level].level
    start = next(
        n for n in reversed(range(level)) if tokens[n].type.endswith("list_open") and tokens[n].level == depth - 1
    )
    items = list(_first_lines(tokens[start:place], depth))
    return items or list(_first_lines(tokens[:place], None))


def _is_within(tokens: Sequence[Token], opening: int, place: int) -> bool:
    return not any(
        token.type == "list_item_close" and token.level == tokens[opening].level for token in tokens[opening:place]
    )


def _first_lines(tokens: Sequence[Token], depth: int | None) -> list[str]:
    return [
        _visible(tokens[number + 2])
        for number, token in enumerate(tokens[:-2])
        if token.type == "list_item_open" and depth in (None, token.level) and tokens[number + 2].type == "inline"
    ]


def _visible(inline: Token) -> str:
    return "".join(
        "\n" if child.type in ("softbreak", "hardbreak") else child.content for child in inline.children or []
    ).strip()


def _ends(text: str, inline: Token, others: list[str] | None) -> bool:
    children = [child for child in inline.children or [] if child.type != "text" or child.content.strip()]
    line = text.rsplit("\n", maxsplit=1)[-1].strip(_DIRECTION_MARKS)
    if not children or not line:
        return True
    if _OPEN_LINK.search(line) or _MARK_ALONE.fullmatch(text.strip()):
        return False
    last = children[-1]
    if last.type in ("code_inline", MATH_INLINE, VISUAL_TAG, "link_close", "footnote_ref", "html_inline"):
        return True
    if _has_end(line):
        return True
    is_open = line.count("`") % 2 or line.count("**") % 2 or "](" in line or line.startswith("[VISUAL")
    if _GOES_ON.search(line) or is_open:
        return False
    return _is_phrase(line, others)


def _has_end(line: str) -> bool:
    return bool(
        _END.search(line) or _EMOJI.search(line) or _ENDS_WITHOUT_MARK.search(line) or line.endswith(("%", "°", "№"))
    )


def _is_phrase(line: str, others: list[str] | None) -> bool:
    """Whether a line needs no full stop: an item, a definition, a signature, a label."""
    words = line.split()
    length = max(len(words), len(_NO_SPACES.findall(line)) / _CHARACTERS_PER_WORD)
    last = words[-1].strip("“”\"'")
    if len(words) > 1 and (last in _NEVER_LAST or (last in _HARDLY_LAST and length > _SHORT_LINE)):
        return False
    if _CLOSED.search(line):
        return True
    if others is not None:
        # Among items with a final mark, an item without one was cut off, unless it is a short phrase.
        is_as_others = any(not _has_end(other) for other in others)
        is_odd = bool(others) and not is_as_others and others[-1].endswith(("?", "？", "؟"))
        return is_as_others or bool(_LEADS_IN.search(line)) or (length <= _SHORT_LINE and not is_odd)
    if line.startswith(("—", "–", "-")):
        return True
    return not _NO_SPACES.search(line) and bool(_LEADS_IN.search(line)) and len(words) > 1
