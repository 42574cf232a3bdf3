"""All checks of a course's lessons, in one call."""

from collections.abc import Iterator, Sequence

from course_editor.checks.avoided_words import avoided_words
from course_editor.checks.changed_facts import changed_facts
from course_editor.checks.dead_references import dead_reference_findings
from course_editor.checks.early_uses import EarlyUses
from course_editor.checks.lesson_texts import LessonText
from course_editor.checks.repeated_passages import repeated_passages
from course_editor.checks.second_definitions import second_definitions
from course_editor.checks.term_places import TermPlaces
from course_editor.checks.two_spellings import spellings_of_commands, spellings_of_identifiers
from course_kit.brief.course_brief import CourseBrief
from course_kit.records.editing import Finding, FindingKind


def findings_of(lessons: Sequence[LessonText], brief: CourseBrief | None, language: str) -> list[Finding]:
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
    places = TermPlaces(lessons, language)
    repeated = list(repeated_passages(lessons, brief, places))
    findings = [*repeated, *spellings_of_commands(lessons), *dead_reference_findings(lessons)]
    if brief:
        findings += _against(brief, lessons, places, language, repeated)
    return _in_order(findings, lessons)


def _against(
    brief: CourseBrief, lessons: Sequence[LessonText], places: TermPlaces, language: str, repeated: list[Finding]
) -> Iterator[Finding]:
    """Yield what does not go together with the brief. What stands in a passage that goes anyway is not told twice."""
    mended = {passage for finding in repeated for passage in finding.passages[1:]}
    in_repeated = {passage for finding in repeated for passage in finding.passages}
    definitions = [
        finding
        for finding in second_definitions(lessons, brief, places, language)
        if finding.passages[-1] not in in_repeated
    ]
    yield from definitions
    defined = {(finding.passages[-1].lesson, finding.about) for finding in definitions}
    yield from EarlyUses(lessons, brief, places, language).findings(mended, defined)
    yield from avoided_words(lessons, brief, places, language)
    yield from changed_facts(lessons, brief, places, language)
    yield from spellings_of_identifiers(lessons, brief)


def _in_order(findings: list[Finding], lessons: Sequence[LessonText]) -> list[Finding]:
    """Return findings by the first passage that should change."""
    numbers = {str(lesson.lesson): number for number, lesson in enumerate(lessons)}
    kinds = {kind: number for number, kind in enumerate(FindingKind)}

    def place(finding: Finding) -> tuple[int, int, int, str]:
        passage = finding.passages[min(1, len(finding.passages) - 1)]
        number = numbers[passage.lesson]
        return number, lessons[number].markdown.find(passage.text), kinds[finding.kind], finding.about

    return sorted(findings, key=place)
