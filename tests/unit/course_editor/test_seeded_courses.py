"""A course of forty lessons by a bad parallel writer: the checks find what was seeded, and nothing else."""

import pytest

from benchmarks.one_voice import COURSE
from benchmarks.one_voice_score import KindScore, scores
from course_editor.checks.course_checks import findings_of
from course_editor.checks.lesson_texts import LessonText
from course_kit.records.editing import Finding
from course_kit.store.ids import LessonId
from offline_author.behaviour import ParallelFaults
from tests.support.side_by_side import ALL_FAULTS, SOME_FAULTS, SideBySide, written_side_by_side

LEAST_FOUND = 0.95


def checked(written: SideBySide) -> list[Finding]:
    """Return what the checks find in a course."""
    lessons = [
        LessonText(
            lesson=LessonId.parse(number),
            shown=number,
            title=specification.lesson_title,
            topics=tuple(topic.title for topic in specification.topics),
            markdown=written.lessons[number],
            is_authors=False,
            is_placeholder=False,
        )
        for number, specification in written.course.specifications().items()
    ]
    return findings_of(lessons, written.course.brief, written.course.outline.course.language)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_clean_course_has_no_finding_and_a_faulty_one_those_that_were_seeded(language: str) -> None:
    # Given
    outline = COURSE.read_text(encoding="utf-8").replace("language: en", f"language: {language}")
    clean = checked(written_side_by_side(outline, ParallelFaults()))
    assert clean == []
    for rates in (SOME_FAULTS, ALL_FAULTS):
        written = written_side_by_side(outline, rates)
        # When
        found = scores(written.faults, checked(written), clean)
        # Then
        assert {score.kind: share_found(score) for score in found if share_found(score) < LEAST_FOUND} == {}
        assert sum(score.unexpected for score in found) == 0


def share_found(score: KindScore) -> float:
    """Return the share of the seeded faults of a kind that were found."""
    return score.found / score.seeded
