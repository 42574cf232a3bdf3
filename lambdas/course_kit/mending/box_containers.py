"""Boxes with start and end marks, in the syntax of documentation tools other than GitHub."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from course_kit.mending.box_kinds import KINDS

# The longest box, in lines, whose end is searched for.
_MOST_LINES = 300
_ATTRIBUTE = re.compile(r"(?P<name>[\w-]+)\s*=\s*(?P<quote>[\"']?)(?P<value>[^\"'\n]*?)(?P=quote)(?=[\s,}>]|$)")
_QUOTED = re.compile(r"[\"“„'](?P<text>.*)[\"”“']")
_OPTION = re.compile(r"[ \t]*:(?P<name>[\w-]+):[ \t]*(?P<value>.*)")
_HEADING = re.compile(r"#{1,6}[ \t]+(?P<text>.+)")

_COLONS = re.compile(r"(?P<before>[ \t]*)(?P<mark>:{3,})[ \t]*(?P<rest>\S.*)")
_END_OF_COLONS = re.compile(r"[ \t]*(?P<mark>:{3,})[ \t]*")
_FENCE = re.compile(r"(?P<before>[ \t]*)(?P<mark>`{3,}|~{3,})\{(?P<kind>[\w-]+)\}[ \t]*(?P<title>.*)")
_EXCLAMATION = re.compile(
    r"(?P<before>[ \t]*)(?:!!!|\?\?\?\+?)[ \t]+(?P<kind>[A-Za-z][\w-]*)(?:[ \t]+[a-z-]+)*"
    r"(?:[ \t]+(?P<title>[\"“„'].*[\"”“']))?[ \t]*"
)
_SHORTCODE = re.compile(
    r"(?P<before>[ \t]*)\{(?:\{[<%]|%)[ \t]*(?P<name>[A-Za-z]+)\b(?P<rest>.*?)[ \t]*(?:[>%]\}|%)\}[ \t]*"
)
_COMPONENT = re.compile(
    r"(?P<before>[ \t]*)\\?<(?P<name>[A-Z][A-Za-z]+)(?P<rest>"
    r"(?:[ \t]+[\w-]+=(?:\"[^\"]*\"|'[^']*'|\{[^}]*\}))*)[ \t]*>(?P<text>.*)"
)
_DIRECTIVE = re.compile(r"(?P<before>[ \t]*)\.\.[ \t]+(?P<kind>[a-z]+)::[ \t]*(?P<text>.*)")
_ASCIIDOC = re.compile(r"\[(?P<kind>NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*")
_CARRIERS = frozenset({"hint", "callout", "notice", "admonition", "alert", "aside", "admonish"})


@dataclass(frozen=True)
class Box:
    """A box in the text: ``before`` is the prefix of its first line, ``end`` the line after its last."""

    before: str
    kind: str
    title: str
    body: list[str]
    end: int


def box_at(lines: list[str], number: int, fences: dict[int, int]) -> Box | None:
    """Return the box that starts at a line, or None; ``fences`` are the code blocks by first line."""
    for find in (_with_colons, _with_exclamation, _with_shortcode, _with_component, _with_directive, _with_asciidoc):
        box = find(lines, number) if number not in fences else None
        if box is not None:
            return box
    return _with_fence(lines, number, fences[number]) if number in fences else None


def _with_colons(lines: list[str], number: int) -> Box | None:
    found = _COLONS.fullmatch(lines[number])
    if found is None:
        return None
    words = re.match(r"\{?[ \t]*\.?(?:callout-)?(?P<kind>[A-Za-z][\w-]*)(?P<rest>.*)", found["rest"])
    if words is None or words["kind"].lower() not in KINDS.keys() | _CARRIERS:
        return None
    end = _end_of_colons(lines, number, len(found["mark"]))
    is_closed = end is not None
    # Without an end mark, the box is one paragraph.
    end = _end_of_paragraph(lines, number) if end is None else end
    inside, _, behind = words["rest"].partition("}") if "{" in found["rest"] else ("", "", words["rest"])
    body = lines[number + 1 : end]
    kind, title, body = _options(words["kind"], behind.strip(' \t[]"') or _attributes(inside).get("title", ""), body)
    if not title and ".callout-" in found["rest"]:
        title, body = _title_of_heading(body)
    return Box(found["before"], kind, title, body, end + is_closed) if body else None


def _end_of_colons(lines: list[str], start: int, length: int) -> int | None:
    """Return the line that closes a container; equal marks close the innermost, others the one of their length."""
    waiting = [length]
    for number in _outside_code(lines, start + 1):
        closing = _END_OF_COLONS.fullmatch(lines[number])
        if closing is None:
            opening = _COLONS.fullmatch(lines[number])
            waiting += [len(opening["mark"])] if opening else []
            continue
        mark = len(closing["mark"])
        while len(waiting) > 1 and mark in waiting and waiting[-1] != mark:
            waiting.pop()
        waiting.pop()
        if not waiting:
            return number
    return None


def _with_exclamation(lines: list[str], number: int) -> Box | None:
    found = _EXCLAMATION.fullmatch(lines[number])
    if found is None:
        return None
    body, end = _indented(lines, number + 1, found["before"])
    is_known = found["kind"].lower() in KINDS
    if not body and is_known:
        # The text should be indented; without indentation, the box is the next paragraph.
        end = _end_of_paragraph(lines, number)
        body = [line.strip() for line in lines[number + 1 : end]]
    if not body or not (is_known or found["title"]):
        return None
    quoted = _QUOTED.fullmatch(found["title"] or "")
    return Box(found["before"], found["kind"], quoted["text"] if quoted else "", body, end)


def _with_shortcode(lines: list[str], number: int) -> Box | None:
    found = _SHORTCODE.fullmatch(lines[number])
    if found is None or found["name"].lower() not in KINDS.keys() | _CARRIERS:
        return None
    closing = re.compile(rf"[ \t]*\{{(?:\{{[<%]|%)[ \t]*(?:/[ \t]*|end){found['name']}\b.*\}}[ \t]*", re.IGNORECASE)
    end = _end(lines, number, closing)
    if end is None:
        return None
    kind, title = _named(found["name"], found["rest"])
    return Box(found["before"], kind, title, lines[number + 1 : end], end + 1)


def _with_component(lines: list[str], number: int) -> Box | None:
    found = _COMPONENT.fullmatch(lines[number])
    if found is None or found["name"].lower() not in KINDS.keys() | _CARRIERS:
        return None
    kind, title = _named(found["name"], found["rest"])
    closing = rf"\\?</{found['name']}>[ \t]*"
    alone = re.fullmatch(rf"(?P<text>.*?){closing}", found["text"])
    if alone:
        return Box(found["before"], kind, title, [alone["text"].strip()], number + 1)
    end = _end(lines, number, re.compile(rf"(?P<text>.*?)[ \t]*{closing}"))
    if end is None:
        return None
    last = re.sub(rf"[ \t]*{closing}$", "", lines[end])
    return Box(found["before"], kind, title, [found["text"], *lines[number + 1 : end], last], end + 1)


def _with_directive(lines: list[str], number: int) -> Box | None:
    found = _DIRECTIVE.fullmatch(lines[number])
    if found is None or found["kind"] not in KINDS.keys() | _CARRIERS:
        return None
    body, end = _indented(lines, number + 1, found["before"])
    is_titled = found["kind"] in _CARRIERS
    kind, title, body = _options(found["kind"], found["text"] if is_titled else "", body)
    text = [] if is_titled or not found["text"] else [found["text"]]
    return Box(found["before"], kind, title, [*text, *body], end) if text or body else None


def _with_asciidoc(lines: list[str], number: int) -> Box | None:
    found = _ASCIIDOC.fullmatch(lines[number])
    if found is None or number + 1 >= len(lines) or not re.fullmatch(r"={4,}[ \t]*", lines[number + 1]):
        return None
    end = _end(lines, number + 1, re.compile(re.escape(lines[number + 1].strip()) + r"[ \t]*"))
    return None if end is None else Box("", found["kind"], "", lines[number + 2 : end], end + 1)


def _with_fence(lines: list[str], number: int, end: int) -> Box | None:
    found = _FENCE.fullmatch(lines[number])
    if found is None or found["kind"].lower() not in KINDS.keys() | _CARRIERS:
        return None
    is_closed = lines[end - 1].strip().startswith(found["mark"]) and end - 1 > number
    body = [line.removeprefix(found["before"]) for line in lines[number + 1 : end - is_closed]]
    kind, title, body = _options(found["kind"], found["title"], body)
    return Box(found["before"], kind, title, [found["before"] + line for line in body], end)


def _named(name: str, rest: str) -> tuple[str, str]:
    """Return the kind and title of a shortcode or a component, from its name and the rest of its line."""
    attributes = _attributes(rest)
    given = next((attributes[key] for key in ("style", "type", "kind", "level", "color") if key in attributes), "")
    word = re.match(r"[ \t]*[\"']?(?P<word>[A-Za-z-]+)[\"']?(?![\w=-])", rest)
    if not given and word and word["word"].lower() in KINDS:
        given, rest = word["word"], rest[word.end() :]
    positional = None if attributes else _QUOTED.search(rest)
    title = attributes.get("title", positional["text"] if positional else "")
    return (given or (name if name.lower() in KINDS else "note")), title


def _options(kind: str, title: str, body: list[str]) -> tuple[str, str, list[str]]:
    """Return kind, title and body without MyST's options; the option ``class`` is the kind."""
    kind = "note" if kind.lower() in _CARRIERS else kind
    while body and (option := _OPTION.fullmatch(body[0])):
        if option["name"] == "class":
            kind = next((name for name in option["value"].split() if name.lower() in KINDS), kind)
        body = body[1:]
    return kind, title, body


def _title_of_heading(body: list[str]) -> tuple[str, list[str]]:
    """Return the title of a Quarto box, which is a heading, and the rest of its lines."""
    first = next((number for number, line in enumerate(body) if line.strip()), None)
    heading = _HEADING.fullmatch(body[first].strip()) if first is not None else None
    return (heading["text"], body[first + 1 :]) if heading and first is not None else ("", body)


def _attributes(text: str) -> dict[str, str]:
    return {found["name"].lower(): found["value"] for found in _ATTRIBUTE.finditer(text)}


def _indented(lines: list[str], start: int, before: str) -> tuple[list[str], int]:
    """Return the lines indented below a box's first line, without the indentation, and the line after them."""
    first = next((line for line in lines[start : start + 2] if line.strip()), "")
    margin = first[: len(first) - len(first.lstrip(" \t"))]
    if not margin.startswith(before) or len(margin.expandtabs(4)) - len(before.expandtabs(4)) < 2:  # noqa: PLR2004
        return [], start
    inner = before + "    " if margin.startswith(before + "    ") else margin
    end = start
    while end < len(lines) and end < start + _MOST_LINES and (lines[end].startswith(inner) or not lines[end].strip()):
        end += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return list(_without_margin(lines[start:end], inner)), end


def _without_margin(lines: list[str], margin: str) -> Iterator[str]:
    for line in lines:
        yield line.removeprefix(margin) if line.strip() else ""


def _end(lines: list[str], start: int, mark: re.Pattern[str]) -> int | None:
    return next((number for number in _outside_code(lines, start + 1) if mark.fullmatch(lines[number])), None)


def _end_of_paragraph(lines: list[str], start: int) -> int:
    return next((number for number in range(start, len(lines)) if not lines[number].strip()), len(lines))


def _outside_code(lines: list[str], start: int) -> Iterator[int]:
    """Yield the lines outside code blocks from a line on, up to the longest box."""
    fence = ""
    for number in range(start, min(len(lines), start + _MOST_LINES)):
        code = re.match(r"[ \t>]*(?P<mark>`{3,}|~{3,})", lines[number])
        if fence:
            fence = "" if code and code["mark"].startswith(fence) else fence
        elif code:
            fence = code["mark"]
        else:
            yield number
