"""Boxes in the many ways that documentation tools write them, brought to GitHub's: ``> [!NOTE] Title``."""

import re
from collections.abc import Iterator

from course_kit.markdown_prose import code_lines

_KINDS = {
    **dict.fromkeys(
        ("note", "info", "abstract", "summary", "tldr", "example", "question", "faq", "help", "todo"), "NOTE"
    ),
    **dict.fromkeys(("seealso", "details", "definition", "quote", "cite"), "NOTE"),
    **dict.fromkeys(("tip", "hint", "success", "check", "done", "best-practice", "idea"), "TIP"),
    **dict.fromkeys(("important", "key", "remember", "primary"), "IMPORTANT"),
    **dict.fromkeys(("warning", "warn", "attention", "working"), "WARNING"),
    **dict.fromkeys(("caution", "danger", "error", "failure", "fail", "bug", "critical"), "CAUTION"),
}
# How a quotation says in bold that it is none, by what it says in nine languages.
_SAID = {
    "NOTE": (
        "note|nb|info|nota|observação|remarque|note bene|hinweis|anmerkung|osservazione",
        "注|メモ|補足|注记|备注|说明|ملاحظة|ملحوظة",
    ),
    "TIP": (
        "tip|hint|pro tip|consejo|sugerencia|truco|dica|astuce|conseil|tipp|suggerimento|consiglio",
        "ヒント|コツ|提示|技巧|小贴士|نصيحة|تلميح",
    ),
    "IMPORTANT": ("important|importante|wichtig", "重要|مهم|هام"),
    "WARNING": (
        "warning|advertencia|atención|aviso|atenção|avertissement|attention|warnung|achtung|avvertenza|attenzione",
        "警告|注意|تحذير|تنبيه",
    ),
    "CAUTION": (
        "caution|danger|peligro|cuidado|precaución|perigo|prudence|vorsicht|gefahr|pericolo",
        "危険|危险|小心|خطر",
    ),
}
_ALERT = re.compile(r"(?P<before>[ \t]*(?:> ?)*>[ \t]?)\[!(?P<kind>[\w-]+)\][+-]?[ \t]*(?P<title>.*)", re.IGNORECASE)
_QUOTED = re.compile(
    r"(?P<before>[ \t]*>[ \t]?)(?:[^\w\s*>]{1,2}[ \t]*)?(?P<mark>\*\*|__)(?P<said>[^*_\n]{1,20}?)(?P<colon>[:：.!]?)"
    r"(?P=mark)(?P<colon2>[:：]?)[ \t]*(?P<rest>.*)"
)
_COLONS = re.compile(
    r"(?P<before>[ \t]*)(?P<mark>:{3,})[ \t]*(?:\{?[ \t]*\.?(?:callout-)?(?P<kind>[A-Za-z][\w-]*))"
    r"(?P<rest>[^}\n]*)\}?[ \t]*(?P<after>.*)"
)
_EXCLAMATION = re.compile(
    r"(?P<before>[ \t]*)(?:!!!|\?\?\?\+?)[ \t]+(?P<kind>[A-Za-z][\w-]*)[^\"\n]*(?:\"(?P<title>[^\"\n]*)\")?[ \t]*"
)
_HINT = re.compile(r"(?P<before>[ \t]*)\{%[ \t]*hint(?:[ \t]+style=\"(?P<kind>[\w-]+)\")?[ \t]*%\}[ \t]*")
_TITLE = re.compile(r"title=\"([^\"]*)\"")


def with_usual_boxes(markdown: str) -> str:
    """Return Markdown whose boxes are all written ``> [!KIND] Title``, with what is in them quoted."""
    code = code_lines(markdown)
    return "\n".join(_boxed(markdown.split("\n"), code))


def _boxed(lines: list[str], code: set[int]) -> Iterator[str]:
    number = 0
    while number < len(lines):
        line = lines[number]
        box = None if number in code else _container(lines, number, code)
        if box is None:
            previous = lines[number - 1] if number else ""
            begins = number not in code and line.lstrip().startswith(">") and not previous.lstrip().startswith(">")
            yield from _quotation(line) if begins else [line]
            number += 1
            continue
        before, kind, title, body, number = box
        yield from _quoted(before, kind, title, body)


def _quotation(line: str) -> list[str]:
    """Return the first line of a quotation, as the box that it may mean."""
    alert = _ALERT.fullmatch(line)
    if alert:
        kind = _KINDS.get(alert["kind"].lower())
        title = alert["title"].strip() or ("" if kind else alert["kind"].capitalize())
        return [f"{alert['before']}[!{kind or 'NOTE'}] {title}".rstrip()]
    said = _QUOTED.fullmatch(line)
    kind = _kind_said(said["said"]) if said and (said["colon"] or said["colon2"]) else None
    if said is None or kind is None:
        return [line]
    head = f"{said['before']}[!{kind}]"
    # Behind its colon a sentence may have begun with a small letter.
    rest = said["rest"][:1].upper() + said["rest"][1:]
    return [head, f"{said['before']}{rest}".rstrip()] if rest else [head]


def _kind_said(words: str) -> str | None:
    said = words.strip().casefold()
    return next((kind for kind, known in _SAID.items() if said in "|".join(known).split("|")), None)


def _container(lines: list[str], number: int, code: set[int]) -> tuple[str, str, str, list[str], int] | None:
    """Return indentation, kind, title and body of a box that begins at a line, and the line behind it."""
    colons = _COLONS.fullmatch(lines[number])
    if colons and colons["kind"].lower() in _KINDS:
        end = _end(lines, number, code, re.compile(rf"[ \t]*{colons['mark']}[ \t]*"))
        if end is None:
            return None
        titled = _TITLE.search(colons["rest"])
        loose = colons["after"] or colons["rest"].strip(' {}[]"')
        return colons["before"], colons["kind"], titled[1] if titled else loose, lines[number + 1 : end], end + 1
    hint = _HINT.fullmatch(lines[number])
    if hint:
        end = _end(lines, number, code, re.compile(r"[ \t]*\{%[ \t]*endhint[ \t]*%\}[ \t]*"))
        return None if end is None else (hint["before"], hint["kind"] or "info", "", lines[number + 1 : end], end + 1)
    marks = _EXCLAMATION.fullmatch(lines[number])
    if marks and marks["kind"].lower() in _KINDS:
        end = number + 1
        inner = f"{marks['before']}    "
        while end < len(lines) and (lines[end].startswith(inner) or not lines[end].strip()):
            end += 1
        while end > number + 1 and not lines[end - 1].strip():
            end -= 1
        body = [line[len(inner) :] for line in lines[number + 1 : end]]
        return (marks["before"], marks["kind"], marks["title"] or "", body, end) if body else None
    return None


def _end(lines: list[str], start: int, code: set[int], mark: re.Pattern[str]) -> int | None:
    return next((n for n in range(start + 1, len(lines)) if n not in code and mark.fullmatch(lines[n])), None)


def _quoted(before: str, kind: str, title: str, body: list[str]) -> Iterator[str]:
    yield f"{before}> [!{_KINDS.get(kind.lower(), 'NOTE')}] {title.strip()}".rstrip()
    while body and not body[0].strip():
        body = body[1:]
    while body and not body[-1].strip():
        body = body[:-1]
    for line in body:
        yield f"{before}> {line.removeprefix(before)}".rstrip()
