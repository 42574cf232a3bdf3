"""Check for references to lessons that the course does not have."""

from collections.abc import Iterator, Sequence

from course_editor.checks.lesson_texts import LessonText
from course_kit.records.editing import Finding, FindingKind, Passage
from course_kit.text.lesson_references import LessonReference, dead_references


def dead_reference_findings(lessons: Sequence[LessonText]) -> Iterator[Finding]:
    """Yield a finding for each block and lesson that is not there."""
    known = frozenset(lesson.lesson for lesson in lessons)
    for lesson in lessons:
        said: set[tuple[str, str]] = set()
        for reference in dead_references(lesson.markdown, known) if "[[" in lesson.markdown else ():
            passage = Passage(lesson=str(lesson.lesson), text=_text_around(lesson, reference))
            about = lesson.markdown[reference.start : reference.end]
            if (about, passage.text) not in said:
                said.add((about, passage.text))
                yield Finding(kind=FindingKind.DEAD_REFERENCE, about=about, passages=(passage,))


def _text_around(lesson: LessonText, reference: LessonReference) -> str:
    """Return the block of a reference, or its line where it stands in a heading or a footnote."""
    for block in lesson.blocks:
        if block.start <= reference.start < block.end:
            return block.source
    start = lesson.markdown.rfind("\n", 0, reference.start) + 1
    return lesson.markdown[start:].split("\n", 1)[0].rstrip()
