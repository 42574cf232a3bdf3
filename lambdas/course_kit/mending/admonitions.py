"""Conversion of boxes in the syntax of documentation tools to GitHub's: ``> [!NOTE] Title``."""

import re
from collections.abc import Iterator

from course_kit.markdown.prose import code_lines
from course_kit.markdown.text import parse_markdown
from course_kit.mending.box_containers import box_at
from course_kit.mending.box_kinds import KINDS, kind_and_title

_EMOJI = "(?:[\u2139\u203c\u2049\u2190-\u2bff\U0001f000-\U0001faff\ufe0f\u200d]+[ \t]*)?"
_QUOTE = r"(?P<before>[ \t]*(?:> ?)*>[ \t]?)"
_ALERT = re.compile(
    rf"{_QUOTE}(?P<mark>\*\*|)\\?\[!\s*(?P<kind>[\w-]+)\s*\\?\](?P=mark)[+-]?[ \t]*(?:[:：][ \t]*)?(?P<title>.*)",
    re.IGNORECASE,
)
_BRACKETED = re.compile(rf"{_QUOTE}\\?\[(?P<kind>NOTE|TIP|IMPORTANT|WARNING|CAUTION)\\?\][:：]?[ \t]*(?P<title>.*)")
_UNQUOTED = re.compile(r"(?P<before>[ \t]*)\[!(?P<kind>NOTE|TIP|IMPORTANT|WARNING|CAUTION|INFO)\][ \t]*(?P<text>.*)")
# A label in bold or in italics, with a colon or a dash, or alone in its line; a label without marks needs an emoji.
_LABELLED = re.compile(
    rf"{_QUOTE}{_EMOJI}(?P<mark>\*\*|__|\*|_){_EMOJI}(?P<said>[^*_\n:：.!]{{1,24}}?)[ \u00a0]*(?P<colon>[:：.!]?)"
    r"(?P=mark)[ \t]*(?P<behind>[:：]|[–—-](?=[ \t])|)[ \t]*(?P<rest>.*)"
)
_SHOWN = re.compile(
    rf"{_QUOTE}(?={_EMOJI}[^\w\s]){_EMOJI}(?P<said>[^*_\n:：.!]{{1,24}}?)[ \u00a0]*[:：][ \t]*(?P<rest>\S.*)"
)
# A lower-case word that may start a sentence, unlike names such as `iOS` or `x`.
_SMALL_WORD = re.compile(r"(?P<letter>[^\W\d_])[^\W\d_]+(?=[\s,]|$)")
_MOST_DEPTH = 6


def with_usual_boxes(markdown: str) -> str:
    """Return Markdown with all boxes as ``> [!KIND] Title``, and their content quoted."""
    return "\n".join(_boxed(markdown.split("\n"), 0))


def _boxed(lines: list[str], depth: int) -> Iterator[str]:
    markdown = "\n".join(lines)
    code = code_lines(markdown)
    fences = {token.map[0]: token.map[1] for token in parse_markdown(markdown) if token.type == "fence" and token.map}
    number = 0
    # The quotation depth of the last line's box; 0 outside boxes.
    box_depth = 0
    while number < len(lines):
        line = lines[number]
        is_free = number not in code or number in fences
        box = box_at(lines, number, fences) if is_free and depth < _MOST_DEPTH else None
        if box is not None:
            body = [text.removeprefix(box.before) for text in box.body]
            # Without an empty line, text next to a quotation becomes a part of it.
            yield from [""] if number and _quotes(lines[number - 1]) else []
            yield from _quoted(box.before, box.kind, box.title, list(_boxed(body, depth + 1)))
            yield from [""] if box.end < len(lines) and lines[box.end].strip() else []
            number, box_depth = box.end, 0
            continue
        begins = not (number and lines[number - 1].strip())
        if number not in code and begins and _UNQUOTED.fullmatch(line):
            end = next((n for n in range(number, len(lines)) if not lines[n].strip()), len(lines))
            yield from _unquoted(lines[number:end])
            number = end
            continue
        if number in code or not _quotes(line):
            box_depth = box_depth if number in code else 0
            yield line
        elif not (number and _quotes(lines[number - 1])):
            is_last = not (number + 1 < len(lines) and _quotes(lines[number + 1]))
            changed = _quotation(line, is_last=is_last)
            box_depth = _quotes(line) if _is_alert(changed[0]) else 0
            yield from changed
        elif _is_alert(line) and _quotes(line) == box_depth:
            # A second box in the same quotation.
            yield from ("", *_quotation(line, is_last=False))
        else:
            yield line
        number += 1


def _quotes(line: str) -> int:
    """Return the quotation depth of a line."""
    return line[: len(line) - len(line.lstrip("> \t"))].count(">")


def _is_alert(line: str) -> bool:
    found = _ALERT.fullmatch(line)
    return found is not None and found["kind"].lower() in KINDS


def _quotation(line: str, *, is_last: bool) -> list[str]:
    """Return the first line of a quotation, converted if it is a box."""
    alert = _ALERT.fullmatch(line) or _BRACKETED.fullmatch(line)
    if alert:
        kind = KINDS.get(alert["kind"].lower())
        title = alert["title"].strip() or ("" if kind else alert["kind"].capitalize())
        head = f"{alert['before']}[!{kind or 'NOTE'}]"
        # A box of one line has a text and no title.
        return [head, f"{alert['before']}{title}"] if is_last and title else [f"{head} {title}".rstrip()]
    said = _LABELLED.fullmatch(line)
    if said and not (said["colon"] or said["behind"] or not (said["rest"] or is_last)):
        return [line]
    said = said or _SHOWN.fullmatch(line)
    found = kind_and_title(said["said"]) if said else None
    if said is None or found is None:
        return [line]
    kind, title = found
    head = f"{said['before']}[!{kind}] {title}".rstrip()
    word = _SMALL_WORD.match(said["rest"])
    # After a colon, a sentence may start with a lower-case letter.
    rest = said["rest"][:1].upper() + said["rest"][1:] if word and word[0].islower() else said["rest"]
    return [head, f"{said['before']}{rest}".rstrip()] if rest else [head]


def _unquoted(lines: list[str]) -> Iterator[str]:
    """Yield the quoted lines of a box that has no quotation marks."""
    found = _UNQUOTED.fullmatch(lines[0])
    if found is None:
        return
    first = [found["text"]] if found["text"] else []
    is_titled = len(lines) > 1 and first
    body = lines[1:] if is_titled else [*first, *lines[1:]]
    if not body:
        yield lines[0]
        return
    yield from _quoted(found["before"], found["kind"], found["text"] if is_titled else "", body)


def _quoted(before: str, kind: str, title: str, body: list[str]) -> Iterator[str]:
    name = KINDS.get(kind.lower())
    title = title.strip() or ("" if name else kind.capitalize())
    yield f"{before}> [!{name or 'NOTE'}] {title}".rstrip()
    while body and not body[0].strip():
        body = body[1:]
    while body and not body[-1].strip():
        body = body[:-1]
    for line in body:
        yield f"{before}> {line.removeprefix(before)}".rstrip()
