"""Check for terms that a lesson defines although another lesson introduces them."""

from collections.abc import Iterator, Sequence

from course_editor.checks.defining_sentences import DefiningSentences
from course_editor.checks.lesson_blocks import Block
from course_editor.checks.lesson_texts import LessonText
from course_editor.checks.term_places import TermPlaces
from course_kit.brief.course_brief import CourseBrief, Term
from course_kit.records.editing import Finding, FindingKind


def second_definitions(
    lessons: Sequence[LessonText], brief: CourseBrief, places: TermPlaces, language: str
) -> Iterator[Finding]:
    """Yield a finding for each lesson that defines another lesson's term, in the brief's words or nearly.

    A sentence that uses the term, compares it, or refers to the lesson that introduces it, defines nothing.
    """
    defining = DefiningSentences(places, language)
    by_id = {str(lesson.lesson): lesson for lesson in lessons}
    for term in brief.terms:
        owner = by_id.get(term.owner)
        if owner is None:
            continue
        for number in places.lessons_with(term.term):
            lesson = lessons[number]
            block = None if lesson is owner else _definition_in(lesson, term, defining)
            if block is None:
                continue
            own = _definition_in(owner, term, defining) or _first_use(owner, term, places)
            staying = [owner.passage(own)] if own else []
            yield Finding(
                kind=FindingKind.SECOND_DEFINITION,
                about=term.term,
                expected=term.definition,
                owner=term.owner,
                passages=(*staying, lesson.passage(block)),
            )


def _definition_in(lesson: LessonText, term: Term, defining: DefiningSentences) -> Block | None:
    for block in lesson.blocks:
        if next(defining.in_block(block, term), None) is not None and not _refers(lesson, block, term):
            return block
    return None


def _refers(lesson: LessonText, block: Block, term: Term) -> bool:
    return any(str(reference.lesson) == term.owner for reference in lesson.references_in(block))


def _first_use(owner: LessonText, term: Term, places: TermPlaces) -> Block | None:
    return next((place.block for place in places.in_lesson(owner, term.term)), None)
