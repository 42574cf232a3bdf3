"""A course of which each lesson is written beside the others, with faults that are known."""

from dataclasses import dataclass

from offline_author.behaviour import ParallelFaults, ProseKind
from offline_author.distinct_draft import draft_distinct_lesson
from offline_author.distinct_prose import Prose
from offline_author.parallel_faults import FaultyWriter
from offline_author.phrases import Phrases
from offline_author.seeded_fault import SeededFault
from offline_author.shared_parts import SharedParts
from tests.support.briefed_courses import BriefedCourse

ALL_FAULTS = ParallelFaults(repeats=1, definitions=1, early_uses=1, changed_facts=1, dead_references=1)
SOME_FAULTS = ParallelFaults(
    seed=1, repeats=0.3, definitions=0.3, early_uses=0.3, changed_facts=0.3, dead_references=0.3
)


@dataclass(frozen=True)
class SideBySide:
    """The lessons by number, and what was put into them."""

    course: BriefedCourse
    lessons: dict[str, str]
    faults: tuple[SeededFault, ...]


def written_side_by_side(outline: str | bytes, rates: ParallelFaults) -> SideBySide:
    """Return a course in distinct prose with some faults."""
    course = BriefedCourse.of(outline, ProseKind.DISTINCT)
    prose = Prose.of(course.outline.course.language)
    assert prose is not None
    lessons, faults = {}, []
    for number, specification in course.specifications().items():
        own = list(FaultyWriter(course.context, number, prose, rates).faults())
        parts = SharedParts(Phrases.of(specification.language), number, course.context, course.assignment(number))
        lessons[number] = draft_distinct_lesson(specification, parts, prose, faults=own)
        faults += own
    return SideBySide(course, lessons, tuple(faults))
