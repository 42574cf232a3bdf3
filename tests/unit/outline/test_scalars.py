"""A scalar is its own text, whatever YAML 1.1 would make of it; numbers are read as people mean them."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_kit.outline import read_outline
from tests.support.outline_scalars import OF_OTHER_TYPES, scalars
from tests.support.outlines import faults_of, lesson_of, with_title


@pytest.mark.parametrize("scalar", OF_OTHER_TYPES)
def test_a_title_is_the_text_that_stands_in_the_file(scalar: str) -> None:
    # When: as a plain text, in quotes, and as an item of a list
    lesson = lesson_of(f"  - title: {scalar}", f"    topics: ['{scalar}']", "    objectives:", f"    - {scalar}")
    # Then
    assert (lesson.title, lesson.topics[0].title, lesson.objectives) == (scalar, scalar, (scalar,))


@settings(max_examples=300)
@given(scalars)
def test_whatever_a_scalar_looks_like_it_is_its_own_text(scalar: str) -> None:
    assert read_outline(with_title(scalar)).modules[0].lessons[0].title == scalar


@settings(max_examples=100)
@given(st.lists(scalars, min_size=1, max_size=5))
def test_json_and_yaml_of_one_text_are_one_outline(texts: list[str]) -> None:
    data = {"course": {"title": "C"}, "modules": [{"title": "M", "lessons": [{"title": "L", "topics": texts}]}]}
    topics = read_outline(json.dumps(data)).modules[0].lessons[0].topics
    assert [topic.title for topic in topics] == texts


def test_a_texts_own_version_and_words_stay_in_every_field() -> None:
    # Given: each of them is a number, a date or a yes to YAML 1.1.
    course = read_outline(
        "course: {title: 007, version: 1.10, author: 0x1F, level: 12:30, description: 2026-11-26, audience: 1_000}\n"
        "modules: [{title: yes, summary: no, lessons: [{title: off}]}]"
    ).course
    assert (course.title, course.version, course.author) == ("007", "1.10", "0x1F")
    assert (course.level, course.description, course.audience) == ("12:30", "2026-11-26", ("1_000",))


def test_norwegian_is_a_language() -> None:
    assert (
        read_outline("course: {title: C, language: no}\nmodules: [{title: M, lessons: [{title: L}]}]").course.language
        == "no"
    )


def test_words_for_nothing_are_nothing_in_a_field_and_words_in_a_list() -> None:
    lesson = lesson_of(
        "  - title: Null",
        "    description: null",
        "    objectives: ~",
        "    duration_minutes:",
        "    topics: [Null, ~, null]",
    )
    assert (lesson.title, lesson.description, lesson.objectives, lesson.duration_minutes) == ("Null", "", (), None)
    assert [topic.title for topic in lesson.topics] == ["Null", "~", "null"]


@pytest.mark.parametrize("word", ["null", "~"])
def test_a_title_of_nothing_is_refused_with_the_way_to_write_the_word(word: str) -> None:
    [fault] = faults_of(with_title(word))
    assert fault == (
        f"modules[0].lessons[0].title: found nothing (`{word}`) in line 5, "
        f'expected text; if the word itself is meant, put it in quotes: "{word}"'
    )
    assert lesson_of(f'  - title: "{word}"').title == word


def test_null_in_json_is_nothing() -> None:
    source = '{"course": {"title": "C"}, "modules": [{"title": "M", "lessons": [{"title": "L", "topics": [null]}]}]}'
    assert faults_of(source) == ["modules[0].lessons[0].topics[0]: found nothing in line 1, expected text"]


@pytest.mark.parametrize(
    ("written", "minutes"),
    [("010", 10), ("090", 90), ("1.0", 1), ("'45'", 45), ("1_000", 1000), ("+5", 5), ("30.", 30)],
)
def test_a_number_is_read_as_people_write_it(written: str, minutes: int) -> None:
    assert lesson_of("  - title: L", f"    duration_minutes: {written}").duration_minutes == minutes


@pytest.mark.parametrize(
    ("written", "readings"),
    [
        ("1:30", "90 for 1 h 30 min, or 2 for 1 min 30 s"),
        ("12:34", "754 for 12 h 34 min, or 13 for 12 min 34 s"),
        ("0:20", "20 for 0 h 20 min, or 1 for 0 min 20 s"),
        ("'1:30'", "90 for 1 h 30 min, or 2 for 1 min 30 s"),
        ("1:30:00", "90 for 1 h 30 min"),
        ("90 min", "90"),
        ("45m", "45"),
        ("30 Minuten", "30"),
        ("1h", "60"),
        ("1.5 hours", "90"),
        ("1h30", "90"),
        ("1 h 30 min", "90"),
        ("2 Stunden", "120"),
        ("90 ′", "90"),
        ("45分", "45"),
        ("1,500", "1500, or 2"),
    ],
)
def test_minutes_with_a_colon_or_a_unit_are_refused_with_what_they_may_mean(written: str, readings: str) -> None:
    [fault] = faults_of(
        f"course: {{title: C}}\nmodules:\n- title: M\n  duration_minutes: {written}\n  lessons: [{{title: L}}]"
    )
    found = written.strip("'")
    assert fault == (
        f"modules[0].duration_minutes: found the text '{found}' in line 4, "
        f"expected minutes as a whole number: {readings}"
    )


def test_minutes_whose_point_may_part_thousands_are_refused() -> None:
    [fault] = faults_of(with_title("L").replace("30", "1.000"))
    assert fault.endswith("found the number 1.000 in line 6, expected minutes as a whole number: 1000, or 1")


@pytest.mark.parametrize("written", ["0x1F", "1e3", "1.5", "soon", "yes", "''", "٣٠"])
def test_what_is_no_number_of_minutes_is_refused(written: str) -> None:
    [fault] = faults_of(
        f"course: {{title: C}}\nmodules:\n- title: M\n  lessons:\n  - title: L\n    duration_minutes: {written}"
    )
    assert fault.endswith("expected a whole number")


def test_shares_and_outcomes_are_read_from_their_text() -> None:
    [module] = read_outline(
        "course: {title: C, learning_outcomes: [a, b, c]}\n"
        "modules: [{title: M, percent_theory: 60%, percent_practice: 40.5, lessons: [{title: L, outcomes: '1, 03'}]}]"
    ).modules
    assert (module.percent_theory, module.percent_practice, module.lessons[0].outcomes) == (60.0, 40.5, (1, 3))


@pytest.mark.parametrize(
    ("written", "chosen"), [("no", False), ("off", False), ("YES", True), ("true", True), ("'no'", False)]
)
def test_yes_and_no_are_read_where_they_are_wanted(written: str, chosen: bool) -> None:
    source = f"course: {{title: C}}\nmodules: [{{title: M, lessons: [{{title: L}}]}}]\nbook: {{quiz: {written}}}"
    assert read_outline(source).book.quiz is chosen


def test_ten_with_a_zero_is_ten() -> None:
    numbers = "\n".join(f"- {{number: {n:03}, title: M{n}, lessons: [{{title: L}}]}}" for n in range(1, 13))
    assert read_outline(f"course: {{title: C}}\nmodules:\n{numbers}").module_numbers == tuple(range(1, 13))


@pytest.mark.parametrize(
    ("first", "second"), [("1", "'01'"), ("1", "1.0"), ("010", "10"), ("008", "8"), ("+2", "2"), ("3", "3")]
)
def test_one_number_in_two_spellings_is_refused(first: str, second: str) -> None:
    modules = "".join(f"- {{number: {n}, title: M, lessons: [{{title: L}}]}}\n" for n in (first, second))
    lessons = ", ".join(f"{{number: {n}, title: L}}" for n in (first, second))
    [of_modules] = faults_of(f"course: {{title: C}}\nmodules:\n{modules}")
    [of_lessons] = faults_of(f"course: {{title: C}}\nmodules: [{{title: M, lessons: [{lessons}]}}]")
    number = int(float(first))
    assert of_modules.startswith(f"modules: found number {number} on 2 modules")
    assert of_lessons.startswith(f"modules[0].lessons: found number {number} on 2 lessons")


def test_the_spellings_of_one_number_are_told() -> None:
    modules = "".join(f"- {{number: {n}, title: M, lessons: [{{title: L}}]}}\n" for n in ("1", '"01"', "1.0"))
    [fault] = faults_of(f"course: {{title: C}}\nmodules:\n{modules}")
    assert "number 1 on 3 modules (written 1, 01, 1.0)" in fault


@settings(max_examples=100)
@given(st.integers(1, 999), st.integers(1, 999), st.integers(0, 5), st.integers(0, 5), st.booleans())
def test_two_numbers_are_one_exactly_when_they_are_equal(
    first: int, second: int, zeros: int, more: int, is_decimal: bool
) -> None:
    spellings = ("0" * zeros + str(first), "0" * more + str(second) + (".0" if is_decimal else ""))
    source = "course: {title: C}\nmodules:\n" + "".join(
        f"- {{number: {n}, title: M, lessons: [{{title: L}}]}}\n" for n in spellings
    )
    if first == second:
        assert f"number {first} on 2 modules" in faults_of(source)[0]
    else:
        assert read_outline(source).module_numbers == (first, second)
