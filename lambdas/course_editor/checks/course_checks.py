"""All checks of a course's lessons, in one call."""

from collections.abc import Sequence

from course_editor.checks.dead_references import dead_reference_findings
from course_editor.checks.lesson_texts import LessonText
from course_kit.brief.course_brief import CourseBrief
from course_kit.records.editing import Finding, FindingKind


def findings_of(lessons: Sequence[LessonText], brief: CourseBrief | None, language: str) -> list[Finding]:  # noqa: ARG001
    """Return what does not go together in the lessons of a course, in the order of the book.

    A finding with one passage asks for a change of it. In a finding with several passages, the first one stays.

    Parameters
    ----------
    lessons
        In the order of the book.
    brief
        None for a course without one: repeated passages, commands and references are checked all the same.
    language
        The course's language tag.
    """
    findings = [*dead_reference_findings(lessons)]
    return _in_order(findings, lessons)


def _in_order(findings: list[Finding], lessons: Sequence[LessonText]) -> list[Finding]:
    """Return findings by the first passage that should change."""
    numbers = {str(lesson.lesson): number for number, lesson in enumerate(lessons)}
    kinds = {kind: number for number, kind in enumerate(FindingKind)}

    def place(finding: Finding) -> tuple[int, int, int, str]:
        passage = finding.passages[min(1, len(finding.passages) - 1)]
        number = numbers[passage.lesson]
        return number, lessons[number].markdown.find(passage.text), kinds[finding.kind], finding.about

    return sorted(findings, key=place)
