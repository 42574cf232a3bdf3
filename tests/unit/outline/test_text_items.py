"""Lists that people write as text: one mark is taken off an item, wrapped lines are joined, nothing else is lost."""

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_kit.outline.text_items import items_of, paragraphs_of
from tests.support.outlines import lesson_of

PROSE = "Engineers who have built web interfaces before and want to run them in the cloud, safely and at low cost."


@pytest.mark.parametrize(
    ("line", "item"),
    [
        ("- Implement A*", "Implement A*"),
        ("* Compare *greedy* and *optimal* search", "Compare *greedy* and *optimal* search"),
        ("- **Choose** a heuristic", "**Choose** a heuristic"),
        ("**Choose** a heuristic", "**Choose** a heuristic"),
        ("*Choose* one", "*Choose* one"),
        ("- Work at -5 °C", "Work at -5 °C"),
        ("-5 °C is cold", "-5 °C is cold"),
        ("--help and -v", "--help and -v"),
        ("- --help", "--help"),
        ("- - x", "- x"),
        ("•Without a space", "Without a space"),
        ("  – An en dash", "An en dash"),
        ("+ plus", "plus"),
        ("C++", "C++"),
        ("1. Count steps", "Count steps"),
        ("2) Two", "Two"),
        ("3.10 is newer than 3.9", "3.10 is newer than 3.9"),
        ("1986. A year", "1986. A year"),
        ("Explain A*", "Explain A*"),
        ("*", "*"),
    ],
)
def test_one_mark_with_its_space_is_taken_off(line: str, item: str) -> None:
    assert items_of(line) == (item,)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("A*\nIDA*", ["A*", "IDA*"]),
        ("ping\ntraceroute\nnslookup", ["ping", "traceroute", "nslookup"]),
        ("- a long item that\n  goes on here\n- another", ["a long item that goes on here", "another"]),
        ("- a\n\n- b\n\nc, which is no bullet", ["a", "b", "c, which is no bullet"]),
        (
            "1. Plan the work in small steps, each with\n   its own check.\n2. Do it.",
            ["Plan the work in small steps, each with its own check.", "Do it."],
        ),
        ("You will:\n- plan\n- do", ["You will:", "plan", "do"]),
        ("- from the year\n  1986. A year", ["from the year 1986. A year"]),
        ("- a\n  - b\n    c", ["a", "b c"]),
        (textwrap.fill(PROSE, 50), [PROSE]),
        (f"{textwrap.fill(PROSE, 60)}\n\nStudents in their second year.", [PROSE, "Students in their second year."]),
        (
            "Ingenieure, die schon einmal Schnittstellen für\nAnwendungen gebaut haben.",
            ["Ingenieure, die schon einmal Schnittstellen für Anwendungen gebaut haben."],
        ),
        (
            "Explain what happens when a page is opened\nCapture packets and read their headers\nName layers",
            [
                "Explain what happens when a page is opened",
                "Capture packets and read their headers",
                "Name layers",
            ],
        ),
        (
            "Explain what happens when a page is opened.\nCapture packets and read their headers.",
            ["Explain what happens when a page is opened.", "Capture packets and read their headers."],
        ),
        ("Teams\nManagers\n\nStudents", ["Teams", "Managers", "Students"]),
        (
            "开发过网页界面并且希望把它们放到云端运行的\n工程师。",
            ["开发过网页界面并且希望把它们放到云端运行的工程师。"],
        ),
        ("", []),
        ("\n \n", []),
    ],
)
def test_items_are_those_that_a_person_means(text: str, items: list[str]) -> None:
    assert list(items_of(text)) == items


def _wrapped(item: str, width: int, mark: str) -> str:
    wrapper = textwrap.TextWrapper(width, initial_indent=mark, subsequent_indent=" " * len(mark))
    wrapper.break_long_words = wrapper.break_on_hyphens = False
    return wrapper.fill(item)


_item = st.lists(st.text("abcdefghijklmnop*_#+-", min_size=1, max_size=9), min_size=1, max_size=30).map(
    lambda words: " ".join(["Item", *words, "end"])
)


@settings(max_examples=150)
@given(st.lists(_item, min_size=1, max_size=6), st.integers(20, 80), st.sampled_from(["- ", "* ", "• ", "{}. "]))
def test_items_come_back_however_they_are_wrapped(items: list[str], width: int, mark: str) -> None:
    # Given: words that would be a bullet at the beginning of a line stay within theirs.
    items = [" ".join(word for word in item.split() if word not in "*+-") for item in items]
    written = "\n".join(_wrapped(item, width, mark.format(n)) for n, item in enumerate(items, start=1))
    assert list(items_of(written)) == items


@settings(max_examples=150)
@given(st.text("ab c*-+1.)\n•,", max_size=80))
def test_no_word_of_a_text_is_lost(text: str) -> None:
    kept = [word for item in items_of(text) for word in item.replace("•", " ").split()]
    assert [w for w in kept if _is_word(w)] == [w for w in text.replace("•", " ").split() if _is_word(w)]


def _is_word(text: str) -> bool:
    return bool(text.strip("-*+1.)"))


def test_paragraphs_begin_a_line_where_the_author_began_one() -> None:
    text = "For you, who have\nnever done this:\n- plan\n- do it\n\nAnd a\nsecond."
    assert paragraphs_of(text) == ("For you, who have never done this:", "- plan", "- do it", "And a second.")


@pytest.mark.parametrize("mark", ["•", "–", "+", "1.", "1)", "-\u00a0"])
def test_a_list_with_marks_that_yaml_does_not_know_has_its_items(mark: str) -> None:
    # Given: YAML makes one line of both.
    items = [f"      {mark} One", f"      {mark.replace('1', '2')} Two"]
    lesson = lesson_of("  - title: L", "    topics:", *items, "    objectives: >", *items)
    assert [topic.title for topic in lesson.topics] == ["One", "Two"]
    assert lesson.objectives == ("One", "Two")


def test_a_list_below_an_item_says_what_it_is_about() -> None:
    below = ["    - One", "      - first", "      - second", "    - Two"]
    lesson = lesson_of("  - title: L", "    topics:", *below, "    objectives:", *below)
    assert [(topic.title, topic.description) for topic in lesson.topics] == [("One", "- first\n- second"), ("Two", "")]
    assert lesson.objectives == ("One", "first", "second", "Two")


def test_wrapped_text_with_a_dash_at_the_beginning_of_a_line_stays_one_text() -> None:
    lesson = lesson_of("  - title: L", "    topics:", "    - A long title", "      - and its second half")
    assert lesson.topics[0].title == "A long title - and its second half"


@pytest.mark.parametrize("mark", [" >", " >-", ""])
def test_folded_text_keeps_its_paragraphs(mark: str) -> None:
    lines = ["      For you, who", "      never did.", "", "      And a", "      second."]
    lesson = lesson_of("  - title: L", f"    description:{mark}", *lines)
    assert paragraphs_of(lesson.description) == ("For you, who never did.", "And a second.")
