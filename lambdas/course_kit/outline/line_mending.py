"""Proposals for a line that YAML cannot read: quotes around its value, a missing space, spaces for tabs."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import yaml

_LINE = re.compile(
    r"^(?P<lead>[ ]*(?:-[ ]+)*)(?:(?P<key>[A-Za-z_][\w-]*)(?P<colon>[ ]*:[ ]+))?"
    r"(?P<value>\S.*?)(?P<comment>\s+#\s.*)?\s*$"
)
_NO_SPACE = re.compile(r"^(?P<lead>[ ]*(?:-[ ]+)*)(?P<key>[A-Za-z_][\w-]*):(?P<value>[^ \t].*)$")
_OTHER_MARK = re.compile(r"^(?P<lead>[ ]*)(?:[•▪‣◦●○■□➢✓*+–—·]|[0-9A-Za-z]{1,3}[.)])\s+(?P<text>\S.*)$")
_FENCE = re.compile(r"\s*```\w*\s*$")
_LEAD = re.compile(r"^[ \t]*(?:-[ \t]+)*")
_BEGINS_ANEW = re.compile(r"\s*(?:-\s|#|[\w-]+:(?:\s|$))")
_FIELD_BEGINS = re.compile(r"\s*(?:-\s+)?[a-z_]+:(?:\s|$)")
_ENDS_IN_BLOCK_MARK = re.compile(r"^(?P<lead>[ ]*(?:-[ ]+)*)[\w-]+:[ ]+[|>][+-]?[ ]*$")
_BLOCK_MARK = re.compile(r"^[|>][+-]?\s+")
_CLOSERS = {"{": "}", "[": "]"}
# Fields in which a bracket is text and never starts a list.
_TEXT_FIELDS = frozenset(
    {"title", "description", "summary", "level", "author", "version", "language", "objective", "type", "url", "paper"}
)
_MARKERS = ("---", "...")
_CLOSE = 0.75
_TAB_WIDTH = 2
# The longest line that is searched: a search in a million characters would take minutes.
LONGEST_LINE = 10_000


@dataclass(frozen=True)
class Mending:
    """One proposal for some lines of a document."""

    first: int
    """The first line to replace, from 0."""
    lines: tuple[str, ...]
    """The new lines, in equal number, so that later lines keep their numbers."""
    advice: str
    shown: str
    """The proposed line, without its indentation."""
    column: int = 0
    """The column in the old line where the value starts, from 0."""

    def applied(self, lines: Sequence[str]) -> list[str]:
        """Return a document's lines with the new lines in place."""
        return [*lines[: self.first], *self.lines, *lines[self.first + len(self.lines) :]]


def mendings(lines: Sequence[str], number: int, fields: Collection[str]) -> Iterator[Mending]:
    """Yield proposals for a line, the most likely first; none has been tried yet.

    Parameters
    ----------
    lines
        The document.
    number
        The number of the line, from 0.
    fields
        The names of an outline's fields.
    """
    line = lines[number]
    if len(line) > LONGEST_LINE:
        return
    if "\t" in _lead_of(line):
        yield _without_tabs(lines, number)
    missing = _NO_SPACE.match(line)
    if missing and missing["key"] in fields:
        shown = f"{missing['key']}: {missing['value'].strip()}"
        yield Mending(number, (f"{missing['lead']}{shown}",), "put a space after the colon", shown)
    yield from _below_block_mark(lines, number)
    if _FENCE.match(line):
        yield Mending(number, ("",), "remove this line", line.strip())
    other = _OTHER_MARK.match(line)
    if other:
        shown = f"- {other['text']}"
        yield Mending(number, (f"{other['lead']}{shown}",), "start an item with a hyphen and a space", shown)
    parts = _LINE.match(line)
    if parts is None or line.strip() in _MARKERS:
        return
    lead, key = parts["lead"], parts["key"] or ""
    is_field = key in fields or bool(get_close_matches(key, fields, n=1, cutoff=_CLOSE))
    if is_field and not lead.rstrip().endswith("-"):
        yield from _indented(lines, number)
    field = _Field(lead, f"{key}: ", parts["value"], parts["comment"] or "")
    item = _Field(lead, "", f"{key}{parts['colon'] or ''}{parts['value']}", field.comment)
    if is_field:
        yield from _with_quotes(lines, number, field, fields)
    elif "-" in lead:
        yield from _with_quotes(lines, number, item, fields)
    else:
        yield from _belonging_to_the_line_before(lines, number)
        if key:
            yield from _with_quotes(lines, number, field, fields)


@dataclass(frozen=True)
class _Field:
    """A line in parts: the text before its field, the field's name if any, its value, and its comment."""

    lead: str
    name: str
    value: str
    comment: str

    def written(self, number: int, value: str, advice: str, more: int = 0) -> Mending:
        text = f"{self.name}{value}"
        shown = text if self.name else f"- {text}"
        column = len(self.lead) + len(self.name)
        return Mending(number, (f"{self.lead}{text}{self.comment}", *("",) * more), advice, shown, column)


def _with_quotes(lines: Sequence[str], number: int, field: _Field, fields: Collection[str]) -> Iterator[Mending]:
    closer = _CLOSERS.get(field.value[:1])
    takes_list = field.name[:-2] not in _TEXT_FIELDS if field.name else closer == "}"
    for flow in _flow(field.value, fields) if takes_list else ():
        yield field.written(number, flow, "put such values in quotes")
    if closer and closer not in field.value and takes_list:
        yield field.written(number, f"{field.value}{closer}", f"close what `{field.value[0]}` opens")
    more = _continued(lines, number, len(field.lead))
    text = " ".join([field.value, *(line.strip() for line in lines[number + 1 : number + 1 + more])])
    yield field.written(number, quoted(_meant(text, is_continued=more > 0)), "put the value in quotes", more)


def quoted(text: str) -> str:
    """Return a text as a quoted YAML scalar."""
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def _lead_of(line: str) -> str:
    found = _LEAD.match(line)
    return found[0] if found else ""


def _without_tabs(lines: Sequence[str], first: int) -> Mending:
    """Replace the tabs before the text of every line, because a file with one such tab usually has many."""
    leads = [_lead_of(line) for line in lines]
    mended = tuple(
        lead.replace("\t", " " * _TAB_WIDTH) + line[len(lead) :] for lead, line in zip(leads, lines, strict=True)
    )
    advice = "use spaces instead of the tabs before its text"
    return Mending(0, mended, advice, mended[first].rstrip(), len(leads[first]))


def _indented(lines: Sequence[str], number: int) -> Iterator[Mending]:
    """Yield a field at the columns of the fields above it."""
    own = len(lines[number]) - len(lines[number].lstrip(" "))
    for above in reversed(lines[:number]):
        parts = _LINE.match(above)
        if parts and parts["key"] and len(parts["lead"]) != own:
            text = lines[number].strip()
            shown = " " * len(parts["lead"]) + text
            advice = f"start it in column {len(parts['lead']) + 1}, like the fields above it"
            yield Mending(number, (shown,), advice, text, own)
            return


def _below_block_mark(lines: Sequence[str], number: int) -> Iterator[Mending]:
    """Yield the lines under a field that ends in `|` or `>`, indented further as its text."""
    above = _ENDS_IN_BLOCK_MARK.match(lines[number - 1]) if number else None
    if above is None:
        return
    end = number
    while end < len(lines) and lines[end].strip() and not _FIELD_BEGINS.match(lines[end]):
        end += 1
    lead = " " * (len(above["lead"]) + _TAB_WIDTH)
    texts = tuple(f"{lead}{line.strip()}" for line in lines[number:end])
    if texts:
        yield Mending(number, texts, "indent the text under `|` or `>` further than its field", texts[0])


def _belonging_to_the_line_before(lines: Sequence[str], number: int) -> Iterator[Mending]:
    """Yield a line without a field's name as a continuation of the text before it."""
    before = number - 1
    while before >= 0 and not lines[before].strip():
        before -= 1
    parts = _LINE.match(lines[before]) if before >= 0 else None
    if parts:
        text = lines[number].strip()
        shown = " " * (len(parts["lead"]) + _TAB_WIDTH) + text
        yield Mending(number, (shown,), "put spaces before it, so that it continues the text above", shown)


def _continued(lines: Sequence[str], number: int, indentation: int) -> int:
    """Return how many lines continue a value: they are indented further than its field, or start no other field."""
    count = 0
    for line in lines[number + 1 :]:
        further = len(line) - len(line.lstrip(" ")) - indentation
        if not line.strip() or further < 0 or (further == 0 and _BEGINS_ANEW.match(line)):
            break
        count += 1
    return count


def _meant(value: str, *, is_continued: bool) -> str:
    """Return a value without unmatched quotes and without the mark of a block scalar."""
    mark = value[:1]
    if is_continued and _BLOCK_MARK.match(value):
        return _BLOCK_MARK.sub("", value)
    if mark not in ("'", '"'):
        return value
    if len(value) > 1 and value.endswith(mark):
        if re.match(rf"[^{mark}]*[^{mark}\s]{mark}(?!\w)", value[1:-1]):
            # `"A" and "B"`: the first quotation ends before the text ends.
            return value
        return value[1:-1].replace("''", "'") if mark == "'" else value[1:-1]
    return value if mark in value[1:] else value[1:]


def _flow(value: str, fields: Collection[str]) -> Iterator[str]:
    """Yield a list or a mapping of one line, with quotes around values that YAML cannot read."""
    closer = _CLOSERS.get(value[:1])
    if closer is None or not value.endswith(closer):
        return
    pieces: list[str] = []
    for piece in _split(value[1:-1]):
        if pieces and closer == "}" and not _is_field(piece, fields):
            pieces[-1] += f",{piece}"
        else:
            pieces.append(piece)
    if closer == "}" and not all(_is_field(piece, fields) for piece in pieces):
        return
    written = [_piece(piece.strip(), fields, is_field=closer == "}") for piece in pieces]
    if written != [piece.strip() for piece in pieces]:
        yield f"{value[0]}{', '.join(written)}{closer}"


def _is_field(piece: str, fields: Collection[str]) -> bool:
    name, colon, _ = piece.strip().partition(":")
    return bool(colon) and (name in fields or name.startswith("hours_"))


def _piece(piece: str, fields: Collection[str], *, is_field: bool) -> str:
    name, _, value = piece.partition(":")
    if is_field and name in fields:
        return f"{name}: {_readable(value.strip(), fields)}"
    return _readable(piece, fields)


def _readable(value: str, fields: Collection[str]) -> str:
    if _reads(value):
        return value
    return next(_flow(value, fields), quoted(_meant(value, is_continued=False)))


def _reads(value: str) -> bool:
    """Whether YAML reads a text in a list of one line as one value."""
    try:
        read = yaml.compose(f"[{value}]", Loader=yaml.CBaseLoader)
    except yaml.YAMLError:
        return False
    items = read.value if isinstance(read, yaml.SequenceNode) else []
    return len(items) == 1 and all(isinstance(item, yaml.ScalarNode | yaml.SequenceNode) for item in items)


def _split(text: str) -> Iterator[str]:
    """Yield the parts between commas that are outside brackets and quotes."""
    depth = start = 0
    quote = ""
    for position, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'" and not text[start:position].strip(" [{:"):
            quote = character
        elif character in "[{":
            depth += 1
        elif character in "]}":
            depth -= 1
        elif character == "," and depth <= 0:
            yield text[start:position]
            start = position + 1
    yield text[start:]
