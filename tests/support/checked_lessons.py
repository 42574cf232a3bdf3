"""Lessons and briefs for the checks of a finished course, in few words."""

from course_editor.checks.course_checks import findings_of
from course_editor.checks.lesson_texts import LessonText
from course_kit.brief.course_brief import CourseBrief, ExampleFact, RunningExample, Term
from course_kit.records.editing import Finding
from course_kit.store.ids import LessonId


def lesson(
    slot: str,
    text: str,
    title: str = "A lesson",
    topics: tuple[str, ...] = (),
    *,
    is_authors: bool = False,
    is_placeholder: bool = False,
) -> LessonText:
    """Return a lesson in a slot such as ``2.1``, whose number is the same."""
    number = LessonId(*map(int, slot.split(".")))
    return LessonText(number, slot, title, topics, text, is_authors, is_placeholder)


def course(*texts: str) -> list[LessonText]:
    """Return a module of lessons: 1.1, 1.2 …"""
    return [lesson(f"1.{number}", text) for number, text in enumerate(texts, start=1)]


def brief_of(*terms: Term, facts: tuple[tuple[str, str, str], ...] = ()) -> CourseBrief:
    """Return a brief with terms, and with facts as name, attribute and value."""
    told = tuple(ExampleFact(name=name, attribute=attribute, value=value) for name, attribute, value in facts)
    return CourseBrief(terms=terms, example=RunningExample(facts=told))


def kinds_in(lessons: list[LessonText], brief: CourseBrief | None = None, language: str = "en") -> list[str]:
    """Return the kinds of a course's findings, with what each is about."""
    return [f"{found.kind}: {found.about}" for found in found_in(lessons, brief, language)]


def found_in(lessons: list[LessonText], brief: CourseBrief | None = None, language: str = "en") -> list[Finding]:
    """Return the findings of a course; each passage stands in its lesson to the letter."""
    findings = findings_of(lessons, brief, language)
    texts = {str(one.lesson): one.markdown for one in lessons}
    assert all(passage.text in texts[passage.lesson] for finding in findings for passage in finding.passages)
    return findings
