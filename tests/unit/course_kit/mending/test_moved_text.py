"""A lesson's file in another module: its tags have other numbers, and everything else is as its author left it."""

import pytest

from course_kit.mending.moved_text import moved_text
from course_kit.store.ids import LessonId
from course_kit.text.visual_tags import numbered_for_author

BEFORE, AFTER = LessonId(1, 2), LessonId(12, 130)
SPELLINGS = [
    "[VISUAL: {0} - A café]",
    "[visual:{0} - A café]",
    "[VISUAL\u00a0: {0} - A café]",
    "[VISUAL:\u00a0{0} - A café]",
    "[Visual 1: {0} - A café]",
    "[ Visual： {0} - A café]",
    "**[VISUAL: {0} - A café]**",
    "- VISUAL: {0} - A café",
]


IN_ENCODINGS = [
    (spelling, encoding)
    for spelling in SPELLINGS
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252")
    if encoding != "cp1252" or "：" not in spelling
]


@pytest.mark.parametrize(("spelling", "encoding"), IN_ENCODINGS)
def test_a_tag_of_any_spelling_gets_its_new_number_in_any_encoding(spelling: str, encoding: str) -> None:
    # Given
    text = f"# Café\r\n\r\nWords.\r\n\r\n{spelling}\r\n"
    body = text.format("01-02-0003").encode(encoding)
    # When / Then
    assert moved_text(body, BEFORE, AFTER) == text.format("12-130-0003").encode(encoding)


@pytest.mark.parametrize(
    "text",
    [
        "[VISUAL: 01-03-0001 - Another lesson's]",
        "[VISUAL: A figure]",
        "The lesson of 01-02-2024 - a Friday.",
        "Write `[VISUAL: 01-02-0001 - x]` for a figure.",
        "```\n[VISUAL: 01-02-0001 - x]\n```",
        "As 01-02-0001 shows.",
    ],
)
def test_what_is_no_tag_of_the_lesson_stays(text: str) -> None:
    assert moved_text(text.encode(), BEFORE, AFTER).decode() == text


def test_bytes_that_are_no_text_stay() -> None:
    # Given: a byte that Windows-1252 lacks.
    body = b"[VISUAL: 01-02-0001 - x]\x81\xff"
    # When / Then
    assert moved_text(body, BEFORE, AFTER) == body


def test_a_moved_tag_is_read_with_its_number() -> None:
    # When
    text = moved_text(b"[VISUAL: 01-02-0003 - x]\n", BEFORE, LessonId(2, 5)).decode()
    # Then
    assert numbered_for_author(text, 2, 5) == text
