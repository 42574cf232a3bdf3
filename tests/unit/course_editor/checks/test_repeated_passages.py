"""Passages that stand in several lessons."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_kit.brief.course_brief import Term
from tests.support.checked_lessons import brief_of, course, found_in, kinds_in, lesson

PASSAGE = (
    "A row version is a copy of a row that one transaction has written. Old versions stay in the table until nobody "
    "can see them any longer, and then the vacuum removes them, page by page, without a lock that anybody would notice."
)
NEARLY = PASSAGE.replace("a copy of a row", "one copy of some row").replace("anybody", "a reader")
OTHER = (
    "An index leads from a value to the places of its rows. It is sorted, so that a search takes few steps even where "
    "the table is large, and every change of the table has to be written into it as well."
)
CODE = "```bash\nset -e\nmkdir shop && cd shop\ngit init --initial-branch=main\ngit commit --allow-empty -m start\n```"
JAPANESE = (
    "行バージョンとは、一つのトランザクションが書き込んだ行の写しのことです。古いバージョンは、誰からも見えなくなるまで"
    "テーブルに残り、その後でバキュームがページごとに取り除きます。"
)
TABLE = "| command | effect |\n|---|---|\n" + "\n".join(
    f"| run {n} | does number {n} of the many things |" for n in "abcd"
)
WORDS = [
    f"{first}{middle}{last}" for first in "bdfgklmnprst" for middle in "aeiou" for last in ("ra", "lin", "tor", "sem")
]


@pytest.mark.parametrize("copy", [PASSAGE, NEARLY, f"- {PASSAGE}", f"> {PASSAGE}"])
def test_a_passage_that_a_later_lesson_repeats_is_found(copy: str) -> None:
    # When
    found = found_in(course(f"# A\n\n{OTHER}\n\n{PASSAGE}\n", f"# B\n\nOther words.\n\n{copy}\n"))
    # Then: the first stays
    assert [[passage.lesson for passage in finding.passages] for finding in found] == [["1.1", "1.2"]]
    assert found[0].passages[1].text == copy
    assert found[0].owner == "1.1"


@pytest.mark.parametrize("block", [CODE, TABLE, JAPANESE])
def test_code_tables_and_texts_without_spaces_are_passages_too(block: str) -> None:
    assert len(found_in(course(f"# A\n\n{block}\n", f"# B\n\n{block}\n"))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PASSAGE, OTHER),
        ("A short sentence that stands twice.", "A short sentence that stands twice."),
        ("```bash\ncd shop\n```", "```bash\ncd shop\n```"),
        (CODE, CODE.replace("git commit --allow-empty -m start", "git switch -c feature\ntouch a\ngit add a")),
        (PASSAGE, PASSAGE[:70] + OTHER),
    ],
)
def test_other_passages_short_ones_and_code_that_goes_on_are_none(one: str, other: str) -> None:
    assert found_in(course(f"# A\n\n{one}\n", f"# B\n\n{other}\n")) == []


def test_a_lesson_may_repeat_itself_and_a_placeholder_anybody() -> None:
    twice = f"# A\n\n{PASSAGE}\n\n{PASSAGE}\n"
    assert found_in(course(twice)) == []
    assert found_in([lesson("1.1", twice), lesson("1.2", twice, is_placeholder=True)]) == []


def test_all_copies_of_a_passage_are_one_finding_and_a_standing_note_is_none() -> None:
    three = course(*(f"# A\n\n{text}\n" for text in (PASSAGE, NEARLY, PASSAGE, OTHER)))
    assert [len(finding.passages) for finding in found_in(three)] == [3]
    assert found_in(course(*[f"# A\n\n{PASSAGE}\n"] * 4)) == []


def test_the_passage_of_the_lesson_that_introduces_its_term_stays_then_an_authors() -> None:
    # Given
    text = f"# A\n\n{PASSAGE}\n"
    term = Term(term="row version", definition="A copy of a row.", owner="1.2")
    lessons = [lesson("1.1", text), lesson("1.2", text), lesson("1.3", text, is_authors=True)]
    # Then
    assert [found.passages[0].lesson for found in found_in(lessons, brief_of(term))] == ["1.2"]
    assert [found.passages[0].lesson for found in found_in(lessons)] == ["1.3"]


@given(st.integers(0), st.integers(30, 150))
def test_a_passage_with_every_tenth_word_changed_is_found(seed: int, length: int) -> None:
    source = random.Random(seed)  # noqa: S311
    words = [source.choice(WORDS) for _ in range(length)]
    changed = list(words)
    for place in source.sample(range(length), length // 10):
        changed[place] = f"{changed[place]}x"
    assert len(found_in(course(f"# A\n\n{' '.join(words)}.\n", f"# B\n\n{' '.join(changed)}.\n"))) == 1


@given(st.integers(0), st.integers(25, 200))
def test_two_paragraphs_of_random_words_are_never_a_repetition(seed: int, length: int) -> None:
    source = random.Random(seed)  # noqa: S311
    one, other = (" ".join(source.choice(WORDS) for _ in range(length)) for _ in range(2))
    assert kinds_in(course(f"# A\n\n{one}.\n", f"# B\n\n{other}.\n")) == []
