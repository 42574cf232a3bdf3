"""References between lessons: found where a reader would see them, and nowhere else."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_kit.markdown.tables import tidy_tables
from course_kit.markdown.text import parse_markdown
from course_kit.store.ids import LessonId
from course_kit.text.last_sentence import ending_fault
from course_kit.text.lesson_references import dead_references, find_references, replace_references
from course_kit.text.renumbered_references import renumbered
from course_kit.text.talk_of_writing import talk_of_writing
from course_kit.text.term_search import SearchableText

LESSON = """# Arrays [[1.1]]

[[1.2]] begins, ([[1.3]]) is between, and *[[1.4|some `a[0]` words]]* ends [[1.5]].

- an item with [[ 2.1 | words with spaces ]]
  > [!NOTE] A title with [[2.2]]
  > and words over [[2.3|two
  > lines]] of a quotation

| what | where |
|---|---|
| [[3.1|words]] | [[3.2\\|more words]] |
| [[ 3.3 | spaced ]] | `[[9.1|code]]` |

[a link with [[4.1]]](https://example.org/[[9.2]]) and ![a picture with [[4.2]]](a.png "[[9.3]]"), text[^1] [[4.3]].

[^1]: A note with [[5.1]].
"""
EXPECTED = [
    *("1.1", "1.2", "1.3", "1.4|some `a[0]` words", "1.5", "2.1|words with spaces", "2.2", "2.3|two lines"),
    *("3.1|words", "3.2|more words", "3.3|spaced", "4.1", "4.2", "4.3", "5.1"),
]


def shown(markdown: str) -> list[str]:
    return [f"{found.lesson}{'|' if found.words else ''}{found.words}" for found in find_references(markdown)]


def test_references_are_found_in_every_place_of_a_lesson() -> None:
    assert shown(LESSON) == EXPECTED
    # And: no link may stand in the heading, in the link, and in the words of the picture.
    assert [str(one.lesson) for one in find_references(LESSON) if not one.is_linkable] == ["1.1", "4.1", "4.2"]


def test_references_are_the_same_after_the_tables_are_tidied() -> None:
    assert shown(tidy_tables(LESSON)) == EXPECTED
    # And: with lines of another system, and of an old one.
    for ending in ("\r\n", "\r"):
        assert shown(LESSON.replace("\n", ending)) == EXPECTED


def test_replacing_touches_nothing_but_the_references() -> None:
    replaced = replace_references(LESSON, lambda found: f"<{found.lesson}>")
    assert "# Arrays <1.1>\n\n<1.2> begins, (<1.3>) is between, and *<1.4>* ends <1.5>." in replaced
    assert "| <3.1> | <3.2> |\n| <3.3> | `[[9.1|code]]` |" in replaced
    assert "(https://example.org/[[9.2]]) and ![a picture with <4.2>](a.png" in replaced


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("[[Lesson 2.1]]", "2.1"),
        ("[[lesson 2.1|words]]", "2.1|words"),
        ("[[2.1 Row versions]]", "2.1|Row versions"),
        ("[[2.1: Row versions]]", "2.1|Row versions"),
        ("[[2.1 - Row versions]]", "2.1|Row versions"),
        ("[[Lección 2.1]]", "2.1"),
        ("[[2.1#vacuum|words]]", "2.1|words"),
        ("[[第 2.1 课|行版本]]", "2.1|行版本"),
        ("见[[2.1：行版本]]。", "2.1|行版本"),
        ("[[2.10|]]", "2.10"),
        ("[[2.1]]([[2.1]])", "2.1 2.1"),
    ],
)
def test_what_a_model_writes_instead_is_read_where_it_has_one_meaning(written: str, read: str) -> None:
    assert " ".join(shown(written)) == read


@pytest.mark.parametrize(
    "text",
    [
        *("[[Array]]", "[[1, 2], [3, 4]]", "[[wiki page]]", "if [[ -f x ]]; then", "[[1.5, 2.5]]", "[[2.1, 3.2]]"),
        *("np.array([[2.1]])", "x = [[2.1]]", "[[[2.1]]]", "[[2.1 eV, 3.3 eV]]", "[[0.5]]", "[[2.1.3]]", "[[2]]"),
        *("[[2.1](https://example.org)]", "[[2.1]](https://example.org)", r"\\[[2.1]] and \[[2.1]]", "[2.1]", "[[2.1]"),
        *("`[[2.1]]`", "$[[2.1]]$", "```\n[[2.1]]\n```", "    [[2.1]]", "$$\n[[2.1]]\n$$", "[[2.1|a\n\nb]]"),
        *("[VISUAL: what [[2.1]] shows]", "<https://example.org/[[2.1]]>", "[[2.1|a [b] c]]", "[x]: /a '[[2.1]]'"),
    ],
)
def test_what_is_no_reference_stays_text(text: str) -> None:
    if text.startswith(r"\\"):
        text = text[1:]
    assert find_references(text) == []
    assert replace_references(text, lambda _: "!") == text


def test_references_that_lead_nowhere_are_told() -> None:
    known = {LessonId(1, 1), LessonId(1, 2)}
    assert [str(one.lesson) for one in dead_references("[[1.1]] [[1.3]] `[[1.4]]` [[?1.2]]", known)] == ["1.3", "1.2"]


@pytest.mark.parametrize("opening", ["[[2.1|", "[[2.1 a", "[[2.1|`", "[[2.1" + " " * 50, "![[[2.1]]", "[[2.1]] "])
def test_an_endless_repetition_is_read_in_time(opening: str) -> None:
    started = time.process_time()
    find_references(opening * 4000)
    assert time.process_time() - started < 5


def test_a_check_of_a_text_does_not_stumble_over_a_reference() -> None:
    # Given: texts that end with a reference.
    for text in ("Rows stay ([[2.1]]).", "See [[2.1]].", "Rows stay; see [[2.1|how they stay]]", "- a row\n- [[2.1]]"):
        assert ending_fault(parse_markdown(text), text) is None, text
    # And: one that is cut.
    assert ending_fault(parse_markdown("Rows of [[2.1]] are"), "Rows of [[2.1]] are") is not None
    # Then: its words are found as terms.
    assert SearchableText("See [[2.1|row versions]].").has("row version")
    assert talk_of_writing(["As lesson [[2.1]] showed, we write rows.", "See [[2.1]]."]) is None


NUMBERS = st.builds(LessonId, st.integers(1, 4), st.integers(1, 3))
WRITTEN = st.builds(
    lambda mark, lesson, words, around: f"{around} [[{mark}{lesson}{words}]] {around}",
    st.sampled_from(["", "", "?"]),
    NUMBERS,
    st.sampled_from(["", "|words", " | words "]),
    st.sampled_from(["", "a", "\n\n", "- ", "> ", "`code`", "| a |", "$x$", "(", "`"]),
)


@given(st.lists(WRITTEN, max_size=8), st.lists(st.tuples(NUMBERS, NUMBERS), max_size=6))
def test_other_numbers_and_the_former_ones_again_give_the_text_as_it_was(
    pieces: list[str], pairs: list[tuple[LessonId, LessonId]]
) -> None:
    # Given: any lessons, of which each has one number on either side.
    numbers: dict[LessonId, LessonId] = {}
    for one, other in pairs:
        if one not in numbers and other not in numbers.values():
            numbers[one] = other
    markdown = "".join(pieces)
    # When
    there = renumbered(markdown, numbers)
    # Then
    assert renumbered(there, {other: one for one, other in numbers.items()}) == markdown
    # And: what led somewhere leads to the same lesson, and nothing else leads anywhere.
    before, after = find_references(markdown), find_references(there)
    assert [numbers.get(one.lesson) if not one.is_lost else None for one in before] == [
        one.lesson if not one.is_lost and one.lesson in numbers.values() else None for one in after
    ]


def test_a_number_that_would_mean_another_lesson_is_marked() -> None:
    # Given: lessons 1.1 and 1.2 have changed places, and 1.3 has the slot 1.9.
    numbers = {LessonId(1, 1): LessonId(1, 2), LessonId(1, 2): LessonId(1, 1), LessonId(1, 3): LessonId(1, 9)}
    assert renumbered("[[1.1|a]] [[ 1.2 ]] [[Lesson 1.3]] [[1.9]] [[4.4]] `[[1.1]]`", numbers) == (
        "[[1.2|a]] [[ 1.1 ]] [[Lesson 1.9]] [[?1.9]] [[4.4]] `[[1.1]]`"
    )
