"""References from one lesson to another, ``[[2.1]]`` or ``[[2.1|words]]``, found by the Markdown parser.

A reference is never in code, in a formula, in a visual tag or in the target of a link. Double brackets that name no
lesson's number (``[[Array]]``, ``[[1, 2], [3, 4]]``) are text.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from course_kit.markdown.reader import VISUAL_TAG_OPENING, markdown_reader, new_reader
from course_kit.store.ids import LessonId

_OPENING = "[["
_NOUNS = "lesson|section|lecci[oó]n|li[cç][aã]o|aula|le[cç]on|lektion|lezione|レッスン|第|الدرس|درس"
_WORD = r"(?:[^\W\d_]{2}|[\u3040-\u9fff\uac00-\ud7ff])"
# A table's reader would divide a cell at the pipe of a reference, so that it reads this in its place.
_MASKED_PIPE = "\ue000"
_CODE = "`[^`]{1,100}`"
_PIPE = f"[|｜{_MASKED_PIPE}]"
# In words, brackets are in code only: `a[0]`. The limit keeps a text without an end from taking all time.
_CANDIDATE = re.compile(
    rf"""
    (?<!\[)\[\[\s*
    (?:(?:{_NOUNS})\s*)?
    (?P<number>(?P<mark>\?{{0,9}})(?P<module>[1-9]\d{{0,2}})\.(?P<lesson>[1-9]\d{{0,2}}))
    (?:\s*[课課节節])?
    (?:\#[^\[\]|｜{_MASKED_PIPE}]{{0,100}})?
    (?:
      \s*\\?{_PIPE}(?P<words>(?:{_CODE}|[^\[\]`]){{0,300}})
      | (?:\s*：\s*|(?:\s*[:–—]|\s+-)?\s+)(?P<title>(?={_WORD})(?:{_CODE}|[^\[\]`|｜{_MASKED_PIPE}]){{1,300}})
    )?
    \s*\]\](?!\](?!\())
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SEVERAL_NUMBERS = re.compile(r"[,;]\s*\d")
# A matrix of one number: `np.array([[2.1]])`, `x = [[2.1]]`.
_MATRIX = re.compile(r"(?:\b(?:array|matrix|tensor|dataframe)\(|=)\s*$", re.IGNORECASE)
_OLD_LINE_END = re.compile(r"\r(?!\n)")
_NEAR = 1000
"""How many characters around a reference tell what its sentence is."""
_LINK_TARGET = re.compile(r"\([^\s()\[\]]+\)")


@dataclass(frozen=True)
class LessonReference:
    """One reference: its place in the Markdown (half-open character span), its lesson, and its words if it has any."""

    start: int
    end: int
    lesson: LessonId
    words: str
    number: tuple[int, int]
    """The span of the number."""
    is_lost: bool = False
    """Whether it is written as ``[[?2.1]]``: a number that leads nowhere."""
    is_linkable: bool = True
    """Whether a link may stand here: not in a heading, in a link's text, or in the words for a picture."""
    before: str = ""
    """The Markdown of the same block before it, or the last of it."""
    after: str = ""


def find_references(markdown: str) -> list[LessonReference]:
    """Return the references of a text in order."""
    if _OPENING not in markdown:
        return []
    masked = _CANDIDATE.sub(lambda found: re.sub(_PIPE, _MASKED_PIPE, found[0]), _OLD_LINE_END.sub("\n", markdown))
    env: dict[str, object] = {}
    starts = [0, *(end.end() for end in re.finditer("\n", masked)), len(masked)]
    references: list[LessonReference] = []
    for (first, last), inlines in _blocks(markdown_reader().parse(masked, env)):
        seen = [found for inline, is_heading in inlines for found in _seen(inline, env, is_heading=is_heading)]
        # Both have the same candidates in the same order; marks of quotations and lists are in the text only.
        written = _CANDIDATE.finditer(masked, starts[min(first, len(starts) - 1)], starts[min(last, len(starts) - 1)])
        for place in written if seen else ():
            if seen and _folded(seen[0].raw) == _folded(place[0]):
                found = seen.pop(0)
                if found.reference is not None:
                    references.append(_at(place, found.reference))
    return sorted(references, key=lambda reference: reference.start)


def replace_references(markdown: str, replacement: Callable[[LessonReference], str]) -> str:
    """Return the Markdown with each reference replaced by the function's result."""
    parts: list[str] = []
    position = 0
    for reference in find_references(markdown):
        parts += [markdown[position : reference.start], replacement(reference)]
        position = reference.end
    return "".join([*parts, markdown[position:]])


def dead_references(markdown: str, known: Collection[LessonId]) -> list[LessonReference]:
    """Return the references that lead to none of the known lessons; text and lessons have the same kind of numbers."""
    return [found for found in find_references(markdown) if found.is_lost or found.lesson not in known]


@dataclass(frozen=True)
class _Seen:
    """What looks like a reference in the text of a block, with the reference unless it is none."""

    raw: str
    reference: LessonReference | None


Inlines = list[tuple[str, bool]]


def _blocks(tokens: Sequence[Token]) -> Iterator[tuple[tuple[int, int], Inlines]]:
    """Yield the lines of each block, or row of a table, with its inline texts; True for those of headings."""
    row: tuple[int, int] | None = None
    cells: Inlines = []
    for number, token in enumerate(tokens):
        if token.type == "tr_open" and token.map:
            row, cells = (token.map[0], token.map[1]), []
        elif token.type == "tr_close" and row:
            yield row, cells
            row = None
        elif token.type == "inline" and row:
            cells.append((token.content, False))
        elif token.type == "inline" and token.map:
            yield (token.map[0], token.map[1]), [(token.content, tokens[number - 1].type == "heading_open")]


def _seen(content: str, env: Mapping[str, object], *, is_heading: bool) -> Iterator[_Seen]:
    """Yield what looks like a reference in an inline text, in order."""
    if _OPENING not in content:
        return
    hits: dict[int, bool] = {}
    own = {**env, _CONTENT: content, _HITS: hits, _PICTURE: 0}
    reader = _reference_reader()
    reader.inline.parse(content, reader, own, [])
    for found in _CANDIDATE.finditer(content):
        if found.start() not in hits:
            yield _Seen(found[0], None)
            continue
        reference = LessonReference(
            start=0,
            end=0,
            lesson=LessonId(int(found["module"]), int(found["lesson"])),
            words=_words(found),
            number=(0, 0),
            is_lost=bool(found["mark"]),
            is_linkable=hits[found.start()] and not is_heading,
            before=content[max(found.start() - _NEAR, 0) : found.start()],
            after=content[found.end() : found.end() + _NEAR],
        )
        yield _Seen(found[0], reference)


def _at(place: re.Match[str], reference: LessonReference) -> LessonReference:
    return replace(reference, start=place.start(), end=place.end(), number=place.span("number"))


def _words(found: re.Match[str]) -> str:
    text = (found["words"] or found["title"] or "").replace(f"\\{_MASKED_PIPE}", "|").replace(_MASKED_PIPE, "|")
    return " ".join(text.split())


def _folded(raw: str) -> str:
    """Return a reference without the marks that a line of a quotation begins with."""
    return re.sub(r"[\s>]+", " ", raw)


_CONTENT, _HITS, _PICTURE = "content", "hits", "picture"


@cache
def _reference_reader() -> MarkdownIt:
    """Return a parser that notes the places of references in ``env``: where they begin, and whether a link may stand.

    Its tokens have no positions, and a code span hides what looks like a reference.
    """
    reader = new_reader()
    reader.inline.ruler.before("link", "lesson_reference", _reference_rule)
    reader.inline.ruler.before("image", "words_of_picture", _picture_rule)
    return reader


def _reference_rule(state: StateInline, silent: bool) -> bool:
    # A silent parser looks for the end of a link's text, which may hold a reference, but no other link.
    found = None if silent else _CANDIDATE.match(state.src, state.pos, state.posMax)
    if found is None or not _is_reference(found, state.src):
        return False
    is_top = state.src == state.env[_CONTENT]
    offset = 0 if is_top else state.env[_PICTURE]
    state.env[_HITS][offset + found.start()] = is_top and not state.linkLevel
    state.pending += found[0]
    state.pos = found.end()
    return True


def _picture_rule(state: StateInline, silent: bool) -> bool:
    """Note where the words for a picture begin, which are parsed by themselves."""
    if not silent and state.src.startswith("![", state.pos) and state.src == state.env[_CONTENT]:
        state.env[_PICTURE] = state.pos + 2
    return False


def _is_reference(found: re.Match[str], text: str) -> bool:
    before = text[max(found.start() - _NEAR, 0) : found.start()]
    if VISUAL_TAG_OPENING in found[0] or _MATRIX.search(before):
        return False
    return not (found["title"] and _SEVERAL_NUMBERS.search(found["title"])) and not _LINK_TARGET.match(
        text, found.end()
    )
