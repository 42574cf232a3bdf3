"""What code mends without a model: a dead reference that has words, and an identifier in two spellings."""

import re
from collections.abc import Collection

from course_kit.markdown.prose import prose_stretches
from course_kit.records.editing import Finding, FindingKind
from course_kit.store.ids import LessonId
from course_kit.text.lesson_references import LessonReference, replace_references

_IDENTIFIER = re.compile(r"[^\W_]*[_.:/-]\w|[a-z][A-Z]|\w*\d")


def plainly_mended(text: str, finding: Finding, known: Collection[LessonId]) -> str:
    """Return a passage without a finding, where code can tell how; else the passage as it is.

    Parameters
    ----------
    known
        Every number that leads to a lesson, as stored references have them.
    """
    match finding.kind:
        case FindingKind.DEAD_REFERENCE:

            def as_words(reference: LessonReference) -> str:
                is_dead = reference.is_lost or reference.lesson not in known
                return reference.words if is_dead and reference.words else text[reference.start : reference.end]

            return replace_references(text, as_words)
        case FindingKind.TWO_SPELLINGS:
            return _respelt(text, finding.about, finding.expected)
        case _:
            return text


def _respelt(text: str, wrong: str, right: str) -> str:
    """Return a text with another spelling: in code, and in prose too where no word of a language looks like that."""
    if not wrong or not right:
        return text
    whole = re.compile(rf"(?<![\w.-]){re.escape(wrong)}(?![\w-]|\.\w)")
    if _IDENTIFIER.search(wrong):
        return whole.sub(lambda _: right, text)
    parts: list[str] = []
    position = 0
    for start, end in [*prose_stretches(text), (len(text), len(text))]:
        parts += [whole.sub(lambda _: right, text[position:start]), text[start:end]]
        position = end
    return "".join(parts)
