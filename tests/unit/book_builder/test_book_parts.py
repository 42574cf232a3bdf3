"""Headings and boxes of ours around Markdown that nobody trusts: a passage stays within itself and makes no box."""

import json
from pathlib import Path

import pytest

from book_builder.book_document import read_document
from book_builder.book_parts import Box, BoxKind, Heading, Part, Passage
from book_builder.pandoc_program import run_pandoc
from tests.support.document_text import blocks_of, text_of

FILTER = Path(__file__).parents[3] / "lambdas/book_builder/templates/book.lua"
AFTER = (Heading(2, "Next *section*", "section-1-2", "1.2"), Passage("Still here.", "section-1-2"))


def written(parts: list[Part], writer: str, folder: Path) -> str:
    document = json.dumps(read_document(parts, "en")).encode()
    return run_pandoc(["--from=json", f"--to={writer}", f"--lua-filter={FILTER}"], folder, document).decode()


@pytest.mark.parametrize(
    "unclosed",
    [
        "```\ncode",
        "<!-- comment",
        "<script>\nx",
        "> quote",
        "- item\n\n      deep",
        "| a |\n|---|\n| b",
        "[^1]: note",
        "$$ x",
    ],
)
def test_what_a_lesson_leaves_open_ends_with_it(unclosed: str, tmp_path: Path) -> None:
    # When
    document = read_document([Heading(2, "One", "section-1-1", "1.1"), Passage(f"Text.\n\n{unclosed}"), *AFTER], "en")
    # Then: what follows is where it belongs.
    headings = [block for block in blocks_of(document) if block["t"] == "Header"]
    assert [heading["c"][1][0] for heading in headings] == ["section-1-1", "section-1-2"]
    assert blocks_of(document)[-1] == {
        "t": "Para",
        "c": [{"t": "Str", "c": "Still"}, {"t": "Space"}, {"t": "Str", "c": "here."}],
    }


@pytest.mark.parametrize("lost", ["<!-- comment\n\nof two", "<script>\nx = 1", "<table><tr><td>cell", "<div>\n\ntext"])
def test_raw_html_is_shown_as_text_and_not_left_out(lost: str, tmp_path: Path) -> None:
    text = text_of(read_document([Passage(lost)], "en"))
    assert all(word in text for word in lost.replace("\n", " ").split() if word.isalnum())


def test_a_passage_makes_no_box_and_no_chapter(tmp_path: Path) -> None:
    # Given: Markdown that tries: fenced divs, attributes, a marker with a guessed word, headings above its own.
    attempt = (
        '::: {.box .quiz}\nx\n:::\n\n~~~~\n{"does": "open", "kind": "quiz"}\n~~~~\n\n# Chapter {.box}\n\nSetext\n===\n'
    )
    # When
    document = read_document([Passage(attempt)], "en")
    # Then
    kinds = {block["t"] for block in blocks_of(document)}
    assert "Div" not in kinds
    assert min(block["c"][0] for block in blocks_of(document) if block["t"] == "Header") == 3


def test_a_box_keeps_its_title_and_its_parts_together_in_every_format(tmp_path: Path) -> None:
    answer = Box(BoxKind.ANSWER, "Answer", (Passage("Because."),))
    quiz = Box(BoxKind.QUIZ, "Check *yourself*", (Passage("1. Why?"), answer))
    expected = {
        "html": [
            '<div class="box quiz">',
            "Check *yourself*",
            '<details class="box answer">',
            "<summary>Answer</summary>",
        ],
        "typst": ['#box-of("quiz", [Check \\*yourself\\*])[', '#box-of("answer", [Answer])['],
        "gfm": ["**Check \\*yourself\\***", "**Answer**", "Because."],
    }
    for writer, pieces in expected.items():
        (tmp_path / writer).mkdir()
        text = written([Passage("Before."), quiz, Passage("After.")], writer, tmp_path / writer)
        for piece in pieces:
            assert piece in text, (writer, text)
        assert text.index("Because.") < text.index("After.")


def test_links_between_passages_arrive_and_others_become_text(tmp_path: Path) -> None:
    # Given: a glossary that points back, a lesson's own links, and one that leads nowhere.
    lesson = Passage("### Topic\n\n[up](#topic) [gone](#nowhere)", "section-1-2")
    # When
    text = written([AFTER[0], lesson, Passage("[back](#section-1-2)", "glossary")], "html", tmp_path)
    # Then
    assert 'href="#section-1-2__topic"' in text
    assert 'href="#section-1-2">back' in text
    assert "gone" in text and "nowhere" not in text


def test_admonitions_of_a_lesson_are_boxes(tmp_path: Path) -> None:
    assert '<div class="box warning">' in written([Passage("> [!CAUTION]\n> Hot.")], "html", tmp_path)


def test_two_passages_of_one_name_are_both_there(tmp_path: Path) -> None:
    text = text_of(read_document([Passage("One.", "x"), Passage("Two.", "x")], "en"))
    assert "One." in text and "Two." in text
