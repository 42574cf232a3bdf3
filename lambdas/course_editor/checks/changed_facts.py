"""Check for facts of the running example that a lesson tells otherwise.

A lesson tells much about the same things that is no fact of theirs, such as the rows that a query returns. So a
sentence counts in few forms only: the thing, what is said of it and one value stand side by side. Between them are
only words such as *has*, *of* and *the*. Everything else is no finding.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from course_editor.checks.fact_values import ValueKind, kind_of
from course_editor.checks.lesson_blocks import Block, BlockKind
from course_editor.checks.lesson_texts import LessonText
from course_editor.checks.lesson_words import LessonWords, lesson_words
from course_editor.checks.spoken_text import sentences
from course_editor.checks.table_columns import columns_in_code, listed_columns
from course_editor.checks.term_places import TermPlaces
from course_kit.brief.course_brief import CourseBrief, ExampleFact
from course_kit.records.editing import Finding, FindingKind
from course_kit.text.term_search import term_pattern

# Stand for the name and the attribute of a fact. No patterns know them as words, signs or letters.
_NAME, _ATTRIBUTE = "\ue001", "\ue002"
_BETWEEN = r"[^\w.;!?。！？؟\ue001\ue002]"
_MOST_LINKS = 6
# A longer sentence is a model's endless repetition, or a list.
_MOST_CHARACTERS = 600


@dataclass(frozen=True)
class _Fact:
    fact: ExampleFact
    name: re.Pattern[str]
    attribute: re.Pattern[str]
    kind: ValueKind | None
    sentence: tuple[re.Pattern[str], ...]
    columns: frozenset[str]


def changed_facts(
    lessons: Sequence[LessonText], brief: CourseBrief, places: TermPlaces, language: str
) -> Iterator[Finding]:
    """Yield a finding for each block that gives another value for a fact."""
    words = lesson_words(language)
    about = re.compile(rf"(?:{words.about})[\s*_`]*\Z", re.IGNORECASE)
    supposes = re.compile(_whole(words.supposes), re.IGNORECASE)
    for fact in brief.example.facts:
        if not (fact.name.strip() and fact.attribute.strip() and fact.value.strip()):
            continue
        known = _known(fact, words, language)
        if known.kind is None and not known.columns:
            continue
        for number in places.lessons_with(fact.name):
            lesson = lessons[number]
            for block in lesson.blocks:
                if fact.name.casefold() in block.folded and _tells_otherwise(block, known, about, supposes):
                    yield Finding(
                        kind=FindingKind.CHANGED_FACT,
                        about=f"{fact.name}: {fact.attribute}",
                        expected=fact.value,
                        passages=(lesson.passage(block),),
                    )


def _known(fact: ExampleFact, words: LessonWords, language: str) -> _Fact:
    name = re.compile(rf"(?<![\w.-])(?:{re.escape(fact.name.strip('`* '))})(?![\w-]|\.\w)")
    columns = listed_columns(fact.value)
    kind = None if columns else kind_of(fact.value, fact.attribute, words)
    forms = _forms(kind, words) if kind else ()
    return _Fact(fact, name, term_pattern(fact.attribute, language), kind, forms, columns)


def _forms(kind: ValueKind, words: LessonWords) -> tuple[re.Pattern[str], ...]:
    gap = rf"{_BETWEEN}*(?:{_whole(words.links)}{_BETWEEN}*){{0,{_MOST_LINKS}}}"
    example = rf"(?:{_BETWEEN}*{_whole(words.in_example)})?"
    end = rf"(?={example}{_BETWEEN}*(?:[.;!?。！？؟]|\Z|{_whole(words.and_)})|\s*[,，、)）:：])"
    value = rf"(?:{kind.pattern})"
    forms = [f"{_ATTRIBUTE}{gap}{_NAME}{gap}{value}{end}", f"{_NAME}{gap}{_ATTRIBUTE}{gap}{value}{end}"]
    if kind.is_counted:
        counted = rf"{value}{_BETWEEN}*(?:{_whole(words.links)}{_BETWEEN}*)?{_ATTRIBUTE}"
        forms += [
            f"{_NAME}{gap}{counted}{end}",
            rf"(?:\A|{_whole(words.there_are)}){gap}{counted}{gap}{_NAME}{end}",
        ]
    return tuple(re.compile(form, re.IGNORECASE) for form in forms)


def _whole(words: str) -> str:
    """Return a pattern of whole words; words in scripts without spaces have no ends."""
    return rf"(?<![^\W\d_\u3040-\u30ff\u3400-\u9fff])(?:{words})(?![^\W\d_\u3040-\u30ff\u3400-\u9fff])"


def _tells_otherwise(block: Block, known: _Fact, about: re.Pattern[str], supposes: re.Pattern[str]) -> bool:
    if known.columns:
        return any(
            columns != known.columns
            for sample in block.codes
            for columns in columns_in_code(sample.code, known.fact.name)
        )
    if block.kind is BlockKind.TABLE and _row_tells_otherwise(block, known):
        return True
    if block.kind in (BlockKind.TABLE, BlockKind.CODE):
        return False
    return any(
        _sentence_tells_otherwise(sentence, known, about, supposes)
        for text in block.spoken
        for sentence in sentences(text.shown)
    )


def _sentence_tells_otherwise(sentence: str, known: _Fact, about: re.Pattern[str], supposes: re.Pattern[str]) -> bool:
    kind = known.kind
    if (
        kind is None
        or len(sentence) > _MOST_CHARACTERS
        or not known.name.search(sentence)
        or not known.attribute.search(sentence)
    ):
        return False
    masked = known.attribute.sub(_ATTRIBUTE, known.name.sub(_NAME, sentence))
    if supposes.search(masked):
        return False
    said = list(re.finditer(kind.pattern, masked, re.IGNORECASE))
    if any(kind.is_same(value[0], not about.search(masked[: value.start()])) for value in said):
        return False
    return any(form.search(masked) for form in known.sentence)


def _row_tells_otherwise(block: Block, known: _Fact) -> bool:
    """Whether a table has a row for the thing, a column for what is said of it, and another value there."""
    cells = iter(block.spoken)
    rows = [[next(cells).shown.strip() for _ in row] for row in block.rows]
    columns = [number for number, head in enumerate(rows[0]) if known.attribute.fullmatch(head.strip("`* "))]
    kind = known.kind
    if len(columns) != 1 or kind is None:
        return False
    for row in rows[1:]:
        value = row[columns[0]] if columns[0] < len(row) else ""
        is_row = bool(row) and known.name.fullmatch(row[0].strip("`* ")) is not None and columns[0] > 0
        if is_row and re.fullmatch(kind.pattern, value, re.IGNORECASE) and not kind.is_same(value, True):
            return True
    return False
