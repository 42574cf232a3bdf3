"""K3: what was there before was paid for again on the way back to it."""

import pytest

from course_kit.errors import RequestInvalid
from offline_author.behaviour import CallKind
from tests.support.course_runs import CourseRuns


def spanish(outline: str) -> str:
    return outline.replace("language: en", "language: es")


def test_a_spanish_edition_under_the_same_name_is_refused_and_with_a_yes_it_is_lossless_both_ways(
    course: CourseRuns,
) -> None:
    # Given: an English course.
    course.run()
    english, outline = course.bodies(), course.outline
    # When: the Spanish outline comes under the same project / Then: nothing is touched.
    with pytest.raises(RequestInvalid, match="its language is en, and the outline's is es"):
        course.run(spanish(outline))
    assert course.bodies() == english
    # When: its author says yes.
    made = course.run(spanish(outline), confirmed=True)
    in_spanish = course.bodies()
    assert (made.lessons, made.studies, made.calls[CallKind.LAB]) == (3, 3, 1)
    # And: comes back, goes, and comes back.
    for outline_of_now, expected in ((outline, english), (spanish(outline), in_spanish), (outline, english)):
        assert course.run(outline_of_now, confirmed=True).is_nothing
        assert course.bodies() == expected
    # Then: a further run leaves it so.
    assert course.run().is_nothing
    assert course.bodies() == english


def test_an_authors_edit_of_one_edition_is_no_text_of_the_other(course: CourseRuns) -> None:
    # Given: an edited lesson of the English course.
    course.run()
    key = course.key_of("module-1-lesson-2-")
    course.put(key, course.text(key) + "\nMy own last words.\n")
    course.run()
    # When: the Spanish edition, in the same project.
    course.run(spanish(course.outline), confirmed=True)
    # Then: the author's text stays, as the author's; only a target that names it replaces it.
    assert "My own last words." in course.text(key)
    course.run(regenerate=["1.2"])
    assert "My own last words." not in course.text(key)


def test_another_course_under_the_same_name_is_refused_before_anything_is_dropped(course: CourseRuns) -> None:
    # Given: two courses whose titles give one project.
    course.run()
    before, outline = course.bodies(), course.outline
    other = outline
    for title, another in (("Copper", "Salmon"), ("Fibre", "Nylon"), ("Hosts", "Boats"), ("Pairs", "Trawls")):
        other = other.replace(title, another)
    # When / Then
    with pytest.raises(RequestInvalid, match="it has 3 lessons, and the outline drops 3 of them"):
        course.run(other.replace("Light", "Mesh").replace("Files", "Decks").replace("Plugs", "Knots"))
    assert course.bodies() == before


def test_last_weeks_outline_brings_last_weeks_texts_back_unpaid(course: CourseRuns) -> None:
    # Given: an outline, and what a colleague has made of it since.
    course.run()
    last_week, outline = course.bodies(), course.outline
    this_week = outline.replace("topics: [Light]", "topics: [Light, Lasers]").replace("Crimp a plug", "Test a plug")
    course.run(this_week)
    newer = course.bodies()
    # When: last week's outline, by mistake, and this week's again.
    assert course.run(outline).is_nothing
    assert course.bodies() == last_week
    # Then
    assert course.run(this_week).is_nothing
    assert course.bodies() == newer


def test_a_lesson_that_was_dropped_comes_back_unpaid(course: CourseRuns) -> None:
    # Given: one of three lessons is dropped.
    course.run()
    before, outline = course.bodies(), course.outline
    [line] = [line for line in outline.splitlines(keepends=True) if "Fibre" in line]
    course.run(outline.replace(line, ""))
    assert not [key for key in course.bodies() if "fibre" in key or "01-02" in key]
    # When / Then
    assert course.run(outline).is_nothing
    assert course.bodies() == before


def test_what_is_taken_back_is_not_counted_as_this_runs_expense(course: CourseRuns) -> None:
    # Given
    course.run()
    outline = course.outline
    course.run(spanish(outline), confirmed=True)
    # When
    course.run(outline, confirmed=True)
    # Then
    assert {usage.model_calls for usage in course.usages()} == {0}
