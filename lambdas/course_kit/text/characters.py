"""Invisible characters that programs interpret, and characters that XML does not allow.

Characters that scripts and emoji need are not included: soft hyphens, direction marks, joiners between letters that
join, the tags of a flag.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

# Controls; bidi embeddings, overrides and isolates; annotation, shorthand and musical formats; fillers; noncharacters;
# lone surrogates.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2028-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\ufdd0-\ufdef\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
_JOINERS = "\u200c\u200d"
# Scripts with joined letters, in which joiners and non-joiners have a meaning.
_JOINED_SCRIPTS = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u0f00-\u0fff\u1000-\u109f\u1780-\u18af\u1a00-\u1cff\ua800-\ua8ff\ua980-\ua9ff\uaa00-\uabff"
    "\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff]"
)
# Scripts without spaces, in which an invisible space marks a possible line break.
_UNSPACED_SCRIPTS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u1aad\ua9e0-\ua9ff\uaa60-\uaadf]")
_FLAG_IN_TAGS = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def unseen_characters(text: str) -> list[str]:
    """Return the invisible characters of a text, each once, as ``U+202E (right-to-left override)``."""
    return [f"U+{ord(mark):04X} ({unicodedata.name(mark, 'a control character').lower()})" for mark in _unseen_in(text)]


def unseen_shown(text: str, show: Callable[[str], str]) -> str:
    """Return a text in which ``show`` replaces each invisible character."""
    parts, end = [], 0
    for found in _found_in(text):
        parts += [text[end : found.start()], show(found[0])]
        end = found.end()
    return "".join([*parts, text[end:]])


def _unseen_in(text: str) -> dict[str, None]:
    return dict.fromkeys(found[0] for found in _found_in(text))


def _found_in(text: str) -> Iterator[re.Match[str]]:
    flags = [found.span() for found in _FLAG_IN_TAGS.finditer(text)]
    for found in _UNSEEN.finditer(text):
        before, behind = text[max(found.start() - 1, 0) : found.start()], text[found.end() : found.end() + 1]
        if found[0] in _JOINERS:
            is_needed = _joins(text, found.start(), behind)
        elif found[0] == "\u200b":
            is_needed = bool(_UNSPACED_SCRIPTS.match(before) or _UNSPACED_SCRIPTS.match(behind))
        elif "\ufe00" <= found[0] <= "\ufe0f":
            # One selector changes the look of the sign before it; a row of selectors hides other data.
            is_needed = bool(before) and not before.isspace() and not _UNSEEN.match(before)
        elif "\U000e0100" <= found[0] <= "\U000e01ef":
            is_needed = bool(_HAN.match(before))
        else:
            is_needed = any(start < found.start() < end for start, end in flags)
        if not is_needed:
            yield found


def _joins(text: str, position: int, behind: str) -> bool:
    """Whether a joiner is between letters that join, or inside an emoji."""
    if _JOINED_SCRIPTS.match(text[max(position - 1, 0) : position]) or _JOINED_SCRIPTS.match(behind):
        return True
    before = text[:position].rstrip("\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")[-1:]
    return all(sign and unicodedata.category(sign) in ("So", "Sm", "Sk", "Po") for sign in (before, behind))
