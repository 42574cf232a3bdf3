"""Split of a text into items: a bullet, a number or an empty line starts a new item; wrapped lines are joined."""

import re
from collections.abc import Sequence
from itertools import pairwise

# One mark and its space. Marks that are never part of a word need no space.
_BULLET = re.compile(r"\s*(?:[-*+–—·](?=\s)|o(?=\t)|[•▪‣◦●○■□➢✓])\s*")
_NUMBER = re.compile(r"\s*(?P<number>[0-9]{1,3})[.)]\s+(?=\S)")
_COMMAS = (",", "،", "、", "，")
_STOPS = re.compile(r"[.!?…。！？؟۔।:：;][\"'”’»」』）)]*$")
# The narrowest width of wrapped prose; narrower lines are a list of short items.
_NARROWEST = 40
_NARROWEST_WIDE = 18
_WIDE = re.compile("[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]")


def items_of(text: str) -> tuple[str, ...]:
    """Return the items of a text.

    Parameters
    ----------
    text
        Lines with bullets, with ascending numbers, with both, or without. One mark and its space are removed from an
        item.

    Returns
    -------
    tuple of str
        The items without line breaks. Without any mark, each line is an item. A paragraph of wrapped prose is one item.
    """
    paragraphs = [list(filter(str.strip, part.split("\n"))) for part in re.split(r"\n[ \t]*\n", text)]
    is_marked = any(_BULLET.match(line) or _NUMBER.match(line) for lines in paragraphs for line in lines)
    items: list[str] = []
    expected = 0
    for lines in filter(None, paragraphs):
        if not is_marked:
            items += [joined(lines)] if is_wrapped(lines) else map(str.strip, lines)
            continue
        opened: list[list[str]] = []
        for line in lines:
            bullet, number = _BULLET.match(line), _NUMBER.match(line)
            counted = int(number["number"]) if number else -1
            # `1986. A year` inside a sentence is no mark: a number must be 1, come first, or follow the one before.
            is_number = counted in (1, expected) or (number is not None and not items and not opened)
            if bullet:
                opened.append([line[bullet.end() :]])
            elif number and is_number:
                opened.append([line[number.end() :]])
                expected = counted + 1
            elif opened:
                opened[-1].append(line)
            else:
                opened.append([line])
        items += map(joined, opened)
    return tuple(item for item in items if item)


def is_list(lines: Sequence[str]) -> bool:
    """Whether lines are or contain a list: at least two start with a bullet or a number."""
    return sum(bool(_BULLET.match(line) or _NUMBER.match(line)) for line in lines) > 1


def paragraphs_of(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text: an empty line, a bullet or a number starts a new one.

    Nothing is removed: a bullet stays at the start of its paragraph.
    """
    paragraphs: list[list[str]] = []
    for part in re.split(r"\n[ \t]*\n", text):
        for position, line in enumerate(filter(str.strip, part.split("\n"))):
            if position and not (_BULLET.match(line) or _NUMBER.match(line)):
                paragraphs[-1].append(line)
            else:
                paragraphs.append([line])
    return tuple(map(joined, paragraphs))


def is_wrapped(lines: Sequence[str]) -> bool:
    """Whether lines are one text, wrapped at a width.

    The first word of each line must not fit into the line before. Also, one line must continue in the next. It does
    when it ends in a comma, when a lower-case letter follows, or when only the last line has a stop.
    """
    texts = [line.strip() for line in lines]
    width = max(map(len, texts))
    narrowest = _NARROWEST_WIDE if _WIDE.search(texts[0]) else _NARROWEST
    if len(texts) == 1 or width < narrowest:
        return False
    breaks = list(pairwise(texts))
    if any(len(before) + 1 + len(_first_word(after)) <= width for before, after in breaks):
        return False
    has_stop = bool(_STOPS.search(texts[-1]))
    return any(
        before.endswith(_COMMAS) or after[0].islower() or (has_stop and not _STOPS.search(before))
        for before, after in breaks
    )


def joined(lines: Sequence[str]) -> str:
    """Return lines as one line, without a space between wide letters."""
    text = ""
    for line in map(str.strip, lines):
        is_wide = bool(text and line and _WIDE.match(text[-1]) and _WIDE.match(line[0]))
        text += line if is_wide or not text else f" {line}"
    return " ".join(text.split())


def _first_word(text: str) -> str:
    return text.split(maxsplit=1)[0] if not _WIDE.match(text) else text[:1]
