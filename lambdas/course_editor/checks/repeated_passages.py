"""Check for passages that stand in several lessons: MinHash proposes pairs, and their shingles decide."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rensa import RMinHash, RMinHashLSH

from course_editor.checks.lesson_blocks import Block, BlockKind
from course_editor.checks.lesson_texts import LessonText
from course_editor.checks.term_places import TermPlaces
from course_kit.brief.course_brief import CourseBrief
from course_kit.records.editing import Finding, FindingKind

_WITHOUT_SPACES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_WITHOUT_SPACES}]|[^\W{_WITHOUT_SPACES}]+")
_CODE_TOKEN = re.compile(r"\w+|[^\w\s]")
_LETTER_WITHOUT_SPACES = re.compile(rf"[{_WITHOUT_SPACES}]")
_CHARACTERS_PER_WORD = 2
_LEAST_WORDS = 25
_LEAST_LINES_OF_CODE = 4
_SHINGLE, _SHINGLE_WITHOUT_SPACES = 3, 5
# 48 pairs of hashes: of passages with 40 % of their shingles in common, one in 4,000 is overlooked.
_HASHES, _BANDS, _SEED = 96, 48, 16
# Shingles in common. With every tenth word changed, half of them stay; two real paragraphs on one subject have under
# 5 %. Code and tables have a form of their own, so that what differs counts more.
_LEAST_IN_COMMON = {BlockKind.CODE: 0.85, BlockKind.TABLE: 0.75}
_LEAST_IN_COMMON_OF_PROSE = 0.4
# A passage in more lessons than these is a form of the book, such as a standing note.
_FORM_LESSONS, _FORM_SHARE = 3, 0.05
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True)
class _Place:
    number: int
    """Of the lesson, from 0."""
    lesson: LessonText
    block: Block


class _Copies:
    """Passages with equal tokens."""

    def __init__(self, kind: BlockKind, tokens: tuple[str, ...]) -> None:
        self.kind = kind
        self.places: list[_Place] = []
        self._tokens = tokens

    @cached_property
    def shingles(self) -> frozenset[str]:
        """Every few tokens that stand side by side."""
        letters = len(_LETTER_WITHOUT_SPACES.findall("".join(self._tokens)))
        size = _SHINGLE_WITHOUT_SPACES if letters > len(self._tokens) / 2 else _SHINGLE
        return frozenset(map(" ".join, zip(*(self._tokens[start:] for start in range(size)), strict=False)))

    def is_like(self, other: "_Copies") -> bool:
        """Whether two passages say the same in nearly the same words."""
        if self.kind is not other.kind:
            return False
        in_common = len(self.shingles & other.shingles)
        least = _LEAST_IN_COMMON.get(self.kind, _LEAST_IN_COMMON_OF_PROSE)
        return in_common >= least * (len(self.shingles) + len(other.shingles) - in_common)


def repeated_passages(
    lessons: Sequence[LessonText], brief: CourseBrief | None, places: TermPlaces
) -> Iterator[Finding]:
    """Yield a finding for each passage that stands in several lessons, to the letter or nearly.

    The passage of the lesson stays that introduces a term of it; else an author's, else the first.
    """
    most = max(_FORM_LESSONS, int(len(lessons) * _FORM_SHARE))
    for group in _groups(_passages(lessons)):
        in_lessons = _first_of_each_lesson(group)
        if not 1 < len(in_lessons) <= most:
            continue
        staying = _staying(in_lessons, brief, places)
        ordered = [staying, *(place for place in in_lessons if place is not staying)]
        yield Finding(
            kind=FindingKind.REPEATED_PASSAGE,
            about=_beginning(staying.block),
            owner=str(staying.lesson.lesson),
            passages=tuple(place.lesson.passage(place.block) for place in ordered),
        )


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, in scripts without spaces its letters."""
    return tuple(_TOKEN.findall(text.casefold()))


def _passages(lessons: Sequence[LessonText]) -> list[_Copies]:
    found: dict[tuple[BlockKind, tuple[str, ...]], _Copies] = {}
    for number, lesson in enumerate(lessons):
        if lesson.is_placeholder:
            continue
        for block in lesson.blocks:
            kind = block.kind if block.kind in _LEAST_IN_COMMON else BlockKind.PARAGRAPH
            if tokens := _tokens(block):
                key = (kind, tokens)
                copies = found.get(key) or found.setdefault(key, _Copies(*key))
                copies.places.append(_Place(number, lesson, block))
    return list(found.values())


def _tokens(block: Block) -> tuple[str, ...]:
    """Return the words of a block, which are empty for one that is too short to count."""
    if block.kind is BlockKind.CODE:
        code = block.codes[0].code
        is_long = sum(bool(line.strip()) for line in code.split("\n")) >= _LEAST_LINES_OF_CODE
        return tuple(_CODE_TOKEN.findall(code)) if is_long else ()
    text = " ".join((*block.texts, *(sample.code for sample in block.codes)))
    tokens = words_of(text)
    if len(tokens) < _LEAST_WORDS:
        return ()
    without_spaces = len(_LETTER_WITHOUT_SPACES.findall(text))
    words = len(tokens) - without_spaces + without_spaces / _CHARACTERS_PER_WORD
    return tokens if words >= _LEAST_WORDS else ()


def _groups(passages: list[_Copies]) -> Iterator[list[_Place]]:
    """Yield the places of passages that are like each other, by way of others, too."""
    hashes = RMinHash.from_token_sets((copies.shingles for copies in passages), _HASHES, _SEED)
    near = RMinHashLSH(_LEAST_IN_COMMON_OF_PROSE, _HASHES, _BANDS)
    above = list(range(len(passages)))

    def top(number: int) -> int:
        while above[number] != number:
            above[number] = above[above[number]]
            number = above[number]
        return number

    for number, (copies, own) in enumerate(zip(passages, hashes, strict=True)):
        for other in sorted(near.query(own)):
            if top(other) != top(number) and copies.is_like(passages[other]):
                above[top(number)] = top(other)
        near.insert(number, own)
    groups: dict[int, list[_Place]] = defaultdict(list)
    for number, copies in enumerate(passages):
        groups[top(number)] += copies.places
    yield from groups.values()


def _staying(group: list[_Place], brief: CourseBrief | None, places: TermPlaces) -> _Place:
    for place in group:
        terms = brief.terms_of(place.lesson.lesson) if brief else ()
        if any(places.has(place.block, term.term) for term in terms):
            return place
    return next((place for place in group if place.lesson.is_authors), group[0])


def _first_of_each_lesson(group: list[_Place]) -> list[_Place]:
    """Return one place a lesson, in order: what a lesson repeats of its own is its own matter."""
    first: dict[int, _Place] = {}
    for place in sorted(group, key=lambda place: (place.number, place.block.start)):
        first.setdefault(place.number, place)
    return list(first.values())


def _beginning(block: Block) -> str:
    text = " ".join((block.texts[0] if block.texts else block.codes[0].code).split())
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS].rsplit(' ', 1)[0]} …"
